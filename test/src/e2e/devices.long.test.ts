// Two laptops and a relay: what happens while one of them is away.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { lstatSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { converge } from '@holdfast/node/story/cast/device'
import { ask } from '@holdfast/node/story/cast/ask'
import { freePort } from '@holdfast/node/story/process/ports'
import { cleanEnvironment, start } from '@holdfast/node/story/process/programs'
import { compareFolders } from '@holdfast/node/story/search/compare'
import { needlesOf } from '@holdfast/node/story/search/needles'
import { searchHome } from '@holdfast/node/story/search/raw-search'
import { treeOf } from '@holdfast/node/story/search/tree'
import { bringUp, newWorld, until } from './world.ts'

const world = await newWorld()
const { pi, a, b, path } = world
world.file('in/a letter to myself.txt', 'words that nobody else should read, neither now nor later\n')
world.file('in/holiday/recording.raw', randomBytes(3 << 20))
await bringUp(world)

/** The file with that path as a device shows it, when it is whole there. */
const arrived = (home: string, name: string): Promise<true> =>
  until(async () => {
    const files = await ask(home, 'ls', { path: '/', long: true, recursive: true })
    return files?.some((file) => file['path'] === name && file['state'] === 'here') === true ? true : undefined
  })

test('what is added while the other is online is there without a command', async () => {
  await a.add(path('in'), '/docs')
  await arrived(b.home, '/docs/holiday/recording.raw')
  await b.run('get', '/docs', '-o', path('out'))
  assert.deepEqual((await compareFolders(path('in'), path('out'))).different, [])
})

test('names and contents are nowhere on the disk of the relay, and the search would find them', async () => {
  const needles = await needlesOf(await treeOf(path('in')))
  assert.ok(needles.length >= 3)
  const readable = await searchHome(path('in'), needles)
  assert.equal(readable.contents + readable.names, needles.length)
  const { names, contents } = await searchHome(pi.home, needles)
  assert.deepEqual({ names, contents }, { names: 0, contents: 0 })
})

test('what a laptop adds while it is offline reaches a device that is only there later', async () => {
  await a.goDown()
  await a.add(world.file('later.txt', 'written on a train'), '/')
  await b.goDown()
  await a.goUp()
  await a.sync()
  await a.goDown()
  await b.goUp()
  await arrived(b.home, '/later.txt')
  await a.goUp()
})

test('edits of one file on both sides are both kept, and listed on both', async () => {
  await pi.goDown()
  await a.add(world.file('one/list.txt', 'from a'), '/')
  await b.add(world.file('two/list.txt', 'from b, longer'), '/')
  await pi.goUp()
  await converge(a, b)
  assert.equal((await a.listing()).match(/list/g)?.length, 2)
  assert.equal(await a.listing(), await b.listing())
})

test('after everything was exchanged a new exchange moves nothing', async () => {
  for (const device of [a, b]) {
    const { receivedBlobs, sentBytes } = await device.sync()
    assert.deepEqual({ receivedBlobs, sentBytes }, { receivedBlobs: 0, sentBytes: 0 })
  }
})

test('a relay that is killed comes back to the same devices by itself', async () => {
  await pi.goDown('SIGKILL')
  await pi.goUp()
  await a.add(world.file('after the crash.txt', 'still here'), '/')
  await arrived(b.home, '/after the crash.txt')
})

test('two laptops pair and exchange without any relay', async () => {
  const port = await freePort()
  world.file('alone/file.txt', 'no relay needed')
  await world.holdfast('init --home C --name laptop-c --passphrase-file P')
  const up = world.begin('holdfast', `up --home C --listen /ip4/127.0.0.1/tcp/${port}`)
  await up.event('ready')
  await world.holdfast('add alone --to / --home C')
  const offer = world.begin('holdfast', 'pair --yes --home C')
  const { link } = await offer.event('link')
  await world.holdfast(['pair', String(link), '--home', 'D', '--name', 'laptop-d', '--passphrase-file', 'P'])
  assert.equal((await offer.ended).code, 0)
  await world.holdfast('sync --once --home D')
  assert.equal((await world.holdfast('cat /file.txt --home D')).stdout.toString(), 'no relay needed')
  assert.equal((await up.stop()).code, 0)
})

test('the control socket of a home with a long path lies in a private folder elsewhere', async () => {
  await b.goDown()
  const runtime = path('run')
  mkdirSync(runtime, { mode: 0o700 })
  const home = path('a folder with a long name '.repeat(4), 'and another one with a long name '.repeat(2))
  const env = { ...cleanEnvironment(), XDG_RUNTIME_DIR: runtime }
  await world.holdfast(['init', '--home', home, '--name', 'deep', '--passphrase-file', path('P')])
  const up = start('holdfast', ['up', '--home', home], { env })
  const { control } = await up.event('ready')
  assert.ok(String(control).startsWith(runtime))
  assert.equal(lstatSync(String(control)).mode & 0o777, 0o600)
  assert.equal(statSync(join(String(control), '..')).mode & 0o777, 0o700)
  const { events } = await world.holdfast(['status', '--home', home], 0, { env })
  assert.equal(events[0]?.['process'], up.pid)
  assert.equal((await up.stop()).code, 0)
})
