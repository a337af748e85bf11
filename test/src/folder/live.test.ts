import assert from 'node:assert/strict'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { Wait } from '@holdfast/core/ports/wait'
import { pollAway } from '@holdfast/node/up/sync-poll'
import { exchange, until } from '../attacks/scene/link.ts'
import { Pair } from './scene.ts'
import type { Laptop } from './scene.ts'

const running: Laptop[] = []
after(() => Promise.all(running.map(({ folders }) => folders.stop())))

test('what no watch tells of is found by the scan that scan.interval asks for, and not without it', async () => {
  const { a } = await Pair.with({ 'sub/linked': 'before', note: '1' })
  const outside = `${a.path}-outside`
  linkSync(a.at('sub/linked'), outside)
  await a.pass()
  start(a, 0)
  a.write('note', '2')
  await told(a, 'note', '2')
  writeFileSync(outside, 'written through a hard link elsewhere')
  a.write('note', '3')
  await told(a, 'note', '3')
  assert.equal(await a.device.text('sub/linked'), 'before')
  await a.folders.stop()
  start(a, 0.05)
  await told(a, 'sub/linked', 'written through a hard link elsewhere')
  rmSync(outside)
})

test('connect.syncPoll: what was done elsewhere while nobody could be reached is in the folder after the next try, and with 0 there is none', async () => {
  const pair = await Pair.with({ x: '1' })
  const { a, b, relay } = pair
  start(b, 0)
  a.write('x', '2')
  await a.pass()
  await exchange(a.device, relay)
  const asked: { ms: number; over: () => void }[] = []
  const wait: Wait = (ms) => new Promise((over) => asked.push({ ms, over }))
  let isOnline = false
  let tries = 0
  const engine = {
    get isOnline() {
      return isOnline
    },
    home: { wait },
    network: {
      attemptAll: async () => {
        if (++tries === 1) throw new HoldfastError('NO_PEER')
        await exchange(b.device, relay)
      }
    }
  }
  pollAway(engine, 0)
  assert.equal(asked.length, 0)
  const end = pollAway(engine, 7)
  const again = async (): Promise<void> => {
    assert.deepEqual(
      asked.map(({ ms }) => ms),
      [7000]
    )
    asked.shift()!.over()
    await until(() => asked.length === 1, 'it waits for the next time')
  }
  await again()
  assert.equal(tries, 0, 'who wants to be offline is')
  isOnline = true
  for (let time = 0; time < 2; time++) await again()
  await until(() => b.read('x') === '2', 'it is there')
  end()
})

test('ten thousand files that are made while the folder is looked at all arrive, each whole', async () => {
  const { a } = await Pair.with({ first: '1' })
  const { tree } = a.device.vault.index
  const count = (): number => [...tree.walk(null)].filter(({ node }) => node.kind === 'file').length
  const arrived = new Promise<void>((resolve) =>
    start(a, 0, () => {
      if (count() === 10_001) resolve()
    })
  )
  for (let folder = 0; folder < 100; folder++) {
    mkdirSync(a.at(`d${folder}`))
    for (let i = 0; i < 100; i++) writeFileSync(a.at(`d${folder}`, `${i}`), `${folder} ${i}`)
    await new Promise((resolve) => setImmediate(resolve)) // a pass goes on
  }
  await arrived
  await a.folders.stop()
  const { report } = await a.pass()
  assert.deepEqual([report?.done, report?.failed.size], [0, 0])
  for (const path of ['d0/0', 'd50/73', 'd99/99'])
    assert.equal(await a.device.text(path), readFileSync(a.at(path), 'utf8'))
})

test('a disk that was full is tried again by itself', async () => {
  const pair = await Pair.with({ x: '1' })
  const { a } = pair
  mkdirSync(a.at('blocked'))
  await pair.sync()
  // Where the folder of half-written files should be stands a file: nothing can be written.
  writeFileSync(a.at('.holdfast-tmp'), '')
  await a.device.write('x', '2')
  start(a, 0)
  await until(() => a.kept.state.code !== undefined, 'it says so')
  rmSync(a.at('.holdfast-tmp'))
  await until(() => a.read('x') === '2', 'it is written')
})

function start(laptop: Laptop, scanIntervalS: number, onPass: () => void = () => undefined): void {
  laptop.folders.start({ scanIntervalS, trashDays: 30, againMs: 20, onPass })
  running.push(laptop)
}

function told(laptop: Laptop, path: string, content: string): Promise<void> {
  return until(async () => (await laptop.device.text(path)) === content, `${path}: ${content}`)
}
