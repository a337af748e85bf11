import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { noise } from '../../conformance/subject.ts'
import { until } from '../../e2e/until.ts'
import { VaultPage } from '../vault-page.ts'
import { address, everybodyUp, stage } from './stage.ts'

const BYTES = (process.env['HOLDFAST_LONG'] === '1' ? 100 : 20) * 1_000_000
const { laptop } = stage

/** Its whole browser, with everything that was not on the disk. */
async function kill({ page }: VaultPage): Promise<void> {
  const gone = new Promise((resolve) => page.context().on('close', resolve))
  const session = await page.context().newCDPSession(page)
  session.send('Browser.crash').catch(() => undefined)
  await gone
}

async function start(phase: string): Promise<VaultPage> {
  const phone = await stage.phoneAt('profile')
  phone.expect(/asked of somebody else/)
  return VaultPage.open(phone.context, address, phase)
}

test('a browser that dies while it adds and while it sends has lost nothing it acknowledged, and goes on where it was', async () => {
  await everybodyUp()
  const first = await start('empty')
  await first.join(laptop)
  await first.addNoise('/small.bin', 1, 1000)
  void first.tell(`vault.add([{ path: '/half.bin', file: noise(2, ${BYTES}), modifiedMs: 1 }])`).catch(() => undefined)
  await first.until(`vault.storage().then(({ blobBytes }) => blobBytes > 1_000_000)`)
  await kill(first)

  const second = await start('locked')
  await second.unlock()
  await second.tell('vault.pause(true)')
  const names = `vault.run('ls', { path: '/' }).then((events) => events.map(({ path }) => path))`
  assert.ok((await second.tell<string[]>(names)).includes('/small.bin'))
  await second.addNoise('/whole.bin', 3, BYTES)
  await second.tell('vault.pause(false)')
  await second.until(`vault.transfers().then(({ files }) =>
    files.some(({ path, direction, doneBytes }) => path === '/whole.bin' && direction === 'up' && doneBytes > 1_000_000))`)
  await kill(second)

  const third = await start('locked')
  await third.unlock()
  await third.until(`(await vault.run('ls', { path: '/whole.bin', long: true }))[0].copies.length > 1`)
  // The relay may have it before the laptop has heard of it.
  await until(async () => ((await laptop.view()).includes('whole.bin') ? true : undefined))
  await laptop.tell('get', { paths: ['/whole.bin'], out: stage.path('out') })
  const out = await readFile(stage.path('out', 'whole.bin'))
  assert.equal(
    createHash('sha256').update(out).digest('hex'),
    createHash('sha256').update(noise(3, BYTES)).digest('hex')
  )
  await third.page.context().close()
})
