import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { noise } from '../conformance/subject.ts'
import { launch } from './chromium.ts'
import { bringUp, newStage } from './harness.ts'
import { servePage } from './in-page/serve.ts'
import { VaultPage } from './vault-page.ts'

const stage = await newStage()
const address = await servePage('vault')
const browser = await launch()
const { laptop } = stage
await bringUp(stage)
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

test('a browser becomes a device of an account: what the laptop has comes when it is read, what it adds is on the laptop', async () => {
  const picture = noise(1, 3_000_000)
  writeFileSync(stage.path('picture.jpg'), picture)
  await laptop.tell('add', { paths: [stage.path('picture.jpg')] })
  const phone = await VaultPage.open(await browser.newContext(), address, 'empty')
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
  const phone = await VaultPage.open(await browser.newContext(), address, 'empty')
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
  await phone.tell('vault.lock()')
  await phone.tell(`new Promise((resolve) => (indexedDB.deleteDatabase('holdfast-blobs').onsuccess = () => resolve()))`)
  await phone.unlock()
  await phone.until(`vault.storage().then(({ blobBytes }) => blobBytes > 3_000_000)`)
  assert.equal(await phone.sha256('/map.bin', 3_000_000), sha256(noise(3, 3_000_000)))
})

test('a page that comes back to the foreground finds a relay that went away meanwhile and came back, and what came there', async () => {
  const phone = await VaultPage.open(await browser.newContext(), address, 'empty')
  await phone.join(laptop, 'watch')
  await phone.tell('vault.visible(false)')
  await stage.relay.goDown()
  await phone.until(`(await vault.run('status', {}))
    .find(({ type }) => type === 'status')
    .peers.every(({ role, connected }) => role !== 'relay' || !connected)`)
  await stage.relay.goUp()
  writeFileSync(stage.path('news.txt'), 'meanwhile')
  await laptop.tell('add', { paths: [stage.path('news.txt')] })
  await laptop.sync()
  await phone.tell('vault.visible(true)')
  await phone.until(`(await vault.run('ls', { path: '/' })).some(({ path }) => path === '/news.txt')`)
  assert.equal(await phone.sha256('/news.txt', 9), sha256(Buffer.from('meanwhile')))
})
