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
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

test('a browser becomes a device of an account: what the laptop has comes when it is read, what it adds is on the laptop', async () => {
  await bringUp(stage)
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
