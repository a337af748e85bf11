// What carries bytes between a browser and the others where it may open no WebSocket, with the vault's worker and real processes. The WebSocket's turn is vault/worker.ts.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Pi } from '@holdfast/node/story/cast/pi'
import { freePort } from '@holdfast/node/story/process/ports'
import { noise } from '../conformance/subject.ts'
import { Machine } from '../e2e/machine.ts'
import { launch } from './chromium.ts'
import { servePage } from './in-page/serve.ts'
import { VaultPage } from './vault-page.ts'

const address = await servePage('vault')
const browser = await launch()
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

test('WebRTC-Direct alone pairs a browser and carries files both ways', async () => {
  const { relay, laptop, path } = await stageWith(`/ip4/127.0.0.1/udp/${await freePort()}/webrtc-direct`)
  await Promise.all([relay.goUp(), laptop.init()])
  await laptop.goUp()
  await laptop.call('relay add', { code: await relay.invite() })
  const phone = await VaultPage.open(await browser.newContext(), address, 'empty')
  await phone.join(laptop)

  const picture = noise(1, 3_000_000)
  writeFileSync(path('picture.jpg'), picture)
  await laptop.tell('add', { paths: [path('picture.jpg')] })
  await phone.until(`(await vault.run('ls', { path: '/' })).some(({ path }) => path === '/picture.jpg')`)
  assert.equal(await phone.sha256('/picture.jpg', picture.length), sha256(picture))
  await phone.addNoise('/film.mp4', 11, 5_000_000)
  await laptop.shows('/', ['picture.jpg', 'film.mp4'])

  // The same address leads to it again although it holds the hash of its certificate.
  await relay.goDown()
  await relay.goUp()
  await laptop.tell('mkdir', { paths: ['/later'] })
  await phone.until(`(await vault.run('ls', { path: '/' })).some(({ path }) => path === '/later')`)
  await phone.close()
})

async function stageWith(listen: string): Promise<{ relay: Pi; laptop: Machine; path(name: string): string }> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-transports-'))
  const path = (name: string): string => join(folder, name)
  writeFileSync(path('P'), 'a passphrase for tests\n')
  const relay = new Pi(path('R'), [`/ip4/127.0.0.1/tcp/${await freePort()}`, listen])
  // Nothing that a browser could dial.
  const staying = ['--no-app', '--listen', '/ip4/127.0.0.1/tcp/0']
  const laptop = new Machine(path('A'), 'laptop', path('P'), ['--store-credentials'], staying)
  after(async () => {
    await Promise.allSettled([laptop.goDown(), relay.goDown()])
    await rm(folder, { recursive: true, force: true })
  })
  return { relay, laptop, path }
}
