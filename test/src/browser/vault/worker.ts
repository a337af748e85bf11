import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { Pi } from '@holdfast/node/story/cast/pi'
import { freePort } from '@holdfast/node/story/process/ports'
import { noise } from '../../conformance/subject.ts'
import { SilentLine } from '../silent-line.ts'
import { VaultPage } from '../vault-page.ts'
import { address, everybodyUp, stage } from './stage.ts'

const { laptop } = stage
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

test('by WebSocket alone a browser becomes a device of an account: what the laptop has comes when it is read, what it adds is on the laptop', async () => {
  await everybodyUp()
  const picture = noise(1, 3_000_000)
  writeFileSync(stage.path('picture.jpg'), picture)
  await laptop.tell('add', { paths: [stage.path('picture.jpg')] })
  const phone = await VaultPage.open(await stage.newContext(), address, 'empty')
  await phone.join(laptop)
  await phone.until(`(await vault.run('ls', { path: '/' })).some(({ path }) => path === '/picture.jpg')`)
  assert.equal(await phone.tell(`vault.storage().then(({ blobBytes }) => blobBytes < 1_000_000)`), true)
  assert.equal(await phone.sha256('/picture.jpg', picture.length), sha256(picture))
  await phone.addNoise('/from the phone/film.mp4', 2, 5_000_000)
  await laptop.shows('/', ['picture.jpg', 'from the phone', 'from the phone/film.mp4'])
  const film = await laptop.told('file', 'ls', { path: '/from the phone/film.mp4', long: true })
  assert.equal(film['bytes'], 5_000_000)
})

test('what is kept comes by itself and is read offline; kept no more it leaves, and what is only here never does', async () => {
  writeFileSync(stage.path('map.bin'), noise(3, 3_000_000))
  const phone = await VaultPage.open(await stage.newContext(), address, 'empty')
  await phone.join(laptop, 'tablet')
  await laptop.tell('add', { paths: [stage.path('map.bin')] })
  await phone.until(`(await vault.run('ls', { path: '/' })).some(({ path }) => path === '/map.bin')`)
  await phone.tell(`vault.keep('/map.bin', true)`)
  await phone.until(`vault.storage().then(({ blobBytes }) => blobBytes > 3_000_000)`)
  await phone.until(`(await vault.run('status', {})).every(({ state }) => state === 'up to date')`)
  await phone.tell(`vault.pause(true)`)
  assert.deepEqual(await phone.tell('vault.kept()'), ['/map.bin'])
  assert.equal(await phone.sha256('/map.bin', 3_000_000), sha256(noise(3, 3_000_000)))
  await phone.addNoise('/only here.bin', 4, 2_000_000)
  await phone.tell(`vault.keep('/map.bin', false)`)
  assert.equal(await phone.refuses(`vault.read('/map.bin', 0, 10)`), 'NOT_HERE')
  const { blobBytes, droppableBytes } = await phone.tell<Record<string, number>>('vault.storage()')
  assert.ok(blobBytes! > 2_000_000 && blobBytes! < 2_500_000, String(blobBytes))
  assert.ok(droppableBytes! < 500_000, String(droppableBytes))
  await phone.tell(`vault.pause(false)`)
  await phone.until(`vault.storage().then(({ droppableBytes }) => droppableBytes > 2_000_000)`)
  assert.equal(await phone.sha256('/map.bin', 3_000_000), sha256(noise(3, 3_000_000)))

  await phone.tell(`vault.keep('/map.bin', true)`)
  // Where the vault is not open at all: one that is only locked is being read, and keeps what should go.
  await phone.page.goto(`${address}empty`)
  await phone.tell(`new Promise((resolve) => (indexedDB.deleteDatabase('holdfast-blobs').onsuccess = () => resolve()))`)
  const again = await VaultPage.open(phone.page.context(), address, 'locked')
  await again.unlock()
  await again.until(`vault.storage().then(({ blobBytes }) => blobBytes > 3_000_000)`)
  assert.equal(await again.sha256('/map.bin', 3_000_000), sha256(noise(3, 3_000_000)))
})

test('connections that died without a word are made anew when there is a network again; a page that is seen again looks for a relay that was away', async () => {
  const port = await freePort()
  const line = await SilentLine.to(port)
  after(() => line.close())
  const at = (to: number): string => `/ip4/127.0.0.1/tcp/${to}/ws`
  const far = new Pi(stage.path('far'), [at(port), `/ip4/127.0.0.1/tcp/${await freePort()}`], 'far', [at(line.port)])
  after(() => far.goDown())
  await far.goUp()
  const phone = await VaultPage.open(await stage.newContext(), address, 'empty')
  await phone.create()
  await phone.tell(`vault.run('relay add', { code: ${JSON.stringify(await far.invite())} })`)
  const made = line.made
  const copies = (path: string): string =>
    `(await vault.run('ls', { path: ${JSON.stringify(path)}, long: true }))[0].copies.length === 2`
  await phone.addNoise('/before.bin', 1, 1000)
  await phone.until(copies('/before.bin'))

  line.fallSilent()
  await phone.addNoise('/after.bin', 2, 1000)
  await phone.tell('vault.networkChanged()')
  await phone.until(copies('/after.bin'))
  assert.ok(line.made > made)

  await phone.tell('vault.visible(false)')
  await far.goDown()
  await phone.until(`(await vault.run('status', {}))
    .find(({ type }) => type === 'status')
    .peers.every(({ connected }) => !connected)`)
  await far.goUp()
  await phone.addNoise('/later.bin', 3, 1000)
  await phone.tell('vault.visible(true)')
  await phone.until(copies('/later.bin'))
})
