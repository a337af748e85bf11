// Killed at any moment: what was acknowledged is there, the rest goes on.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { converge } from '@holdfast/node/story/cast/device'
import { ask } from '@holdfast/node/story/cast/ask'
import { eventOf, start } from '@holdfast/node/story/process/programs'
import { compareFolders } from '@holdfast/node/story/search/compare'
import { bringUp, newWorld, until } from './world.ts'

const world = await newWorld()
const { holdfast, relay, pi, a, b, path } = world
const FILES = 12
for (let number = 0; number < FILES; number++) world.file(`in/${number}.raw`, randomBytes(1 << 20))
await bringUp(world)

/** Large blobs that lie on the disk of a home. */
function stored(home: string): number {
  const files = join(home, 'store', 'blobs', 'files')
  if (!existsSync(files)) return 0
  return readdirSync(files, { recursive: true, encoding: 'utf8' }).filter((name) => /\/[0-9a-f]{64}$/.test(name)).length
}

test('an add killed half way is done again, and the home is whole', async () => {
  await a.goDown()
  const before = stored(a.home)
  const adding = start('holdfast', ['add', path('in'), '--to', '/in', '--home', a.home])
  await until(async () => (stored(a.home) > before + 2 || !adding.isRunning ? true : undefined))
  // On a busy machine it may have been quicker than this process.
  const ended = await adding.stop('SIGKILL')
  assert.ok(ended.signal === 'SIGKILL' || ended.code === 0)
  assert.equal(eventOf(await a.run('add', path('in'), '--to', '/in'), 'done')['failed'], 0)
  assert.equal(eventOf(await holdfast('verify --home A'), 'done')['damaged'], 0)
})

test('a relay killed in an upload has what it acknowledged, and takes the rest', async () => {
  await pi.goDown()
  await pi.goUp()
  const before = stored(pi.home)
  await a.goUp()
  await until(async () => (stored(pi.home) >= Math.min(before + 3, FILES) ? true : undefined))
  const status = (await ask(pi.home, 'status'))?.[0]
  await pi.goDown('SIGKILL')
  await pi.goUp()
  const again = await pi.status()
  assert.ok(Number(again['blobs']) >= Number(status?.['blobs']))
  assert.equal(again['damaged'], 0)
  await a.sync()
  assert.equal((await pi.status())['incomplete'], 0)
  assert.equal(eventOf(await relay('verify --home R'), 'verified')['damaged'], 0)
})

test('a laptop killed while it receives goes on where it was', async () => {
  const before = stored(b.home)
  if (!b.isUp) await b.goUp()
  await until(async () => (stored(b.home) > before || stored(b.home) >= FILES ? true : undefined))
  await b.goDown('SIGKILL')
  await b.goUp()
  await converge(a, b)
  await b.run('get', '/in', '-o', path('out'))
  assert.deepEqual((await compareFolders(path('in'), path('out'))).different, [])
})

test('told to stop, every process ends with success within five seconds', async () => {
  const startMs = performance.now()
  const ended = await Promise.all([a.goDown(), b.goDown(), pi.goDown()])
  assert.deepEqual(
    ended.map((one) => [one?.code, one?.signal]),
    [
      [0, null],
      [0, null],
      [0, null]
    ]
  )
  assert.ok(performance.now() - startMs < 5000)
})
