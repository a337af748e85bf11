// A relay is gone for good, and those that are left are killed again and again while they make its loss good: real
// processes, in a long run only. Every test run kills one in memory (repair/killed.test.ts).
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Pi } from '@holdfast/node/story/cast/pi'
import { freePort } from '@holdfast/node/story/process/ports'
import { eventOf, run } from '@holdfast/node/story/process/programs'
import { compareFolders } from '@holdfast/node/story/search/compare'
import { Machine } from './machine.ts'
import { newWorld, until } from './world.ts'

const FILES = 60
const KILLS = 40

test(`relays killed at up to ${KILLS} points of a repair end it, and nothing is lost`, repairKilled)

async function repairKilled(): Promise<void> {
  const world = await newWorld()
  const { path, file } = world
  const pis: Pi[] = []
  for (const name of ['R1', 'R2', 'R3']) pis.push(new Pi(path(name), [`/ip4/127.0.0.1/tcp/${await freePort()}`], name))
  const laptop = new Machine(path('L'), 'laptop', path('P'), ['--store-credentials'])
  const other = new Machine(path('O'), 'other', path('P'), ['--store-credentials'])
  after(async () => {
    await Promise.allSettled([laptop, other, ...pis].map((one) => one.goDown('SIGKILL')))
  })
  for (let number = 0; number < FILES; number++) file(`in/${number}.raw`, randomBytes(300_000))
  await Promise.all([...pis.map((pi) => pi.goUp()), laptop.init()])
  await laptop.goUp()
  for (const pi of pis) await laptop.tell('relay add', { code: await pi.invite() })
  await laptop.tell('relay set', { copies: '2', repairAfter: '1s' })
  await laptop.tell('add', { paths: [path('in')], to: '/in' })
  await laptop.tell('sync')
  await laptop.goDown()
  const all = stored(laptop)
  assert.ok(all >= FILES)
  const left = [pis[1]!, pis[2]!]
  await pis[0]!.goDown('SIGKILL')
  rmSync(pis[0]!.home, { recursive: true })
  let kills = 0
  for (; kills < KILLS; kills++) {
    const counts = left.map(stored)
    const growing = await until(async () => {
      const found = left.find((pi, at) => stored(pi) > counts[at]!)
      return found ?? (left.every((pi) => stored(pi) >= all) ? null : undefined)
    })
    if (growing === null) break
    await growing.goDown('SIGKILL')
    await growing.goUp()
  }
  assert.ok(kills > 0)
  await until(async () => (left.every((pi) => stored(pi) >= all) ? true : undefined))
  for (const pi of left) {
    await pi.goDown()
    assert.equal(eventOf(await run('holdfast-relay', ['verify', '--home', pi.home]), 'verified')['damaged'], 0)
  }
  // With one of them alone everything is still there for whoever comes with nothing.
  await left[1]!.goUp()
  await laptop.goUp()
  await other.join(laptop)
  await laptop.goDown()
  await other.run('get', '/in', '-o', path('out'))
  assert.deepEqual((await compareFolders(path('in'), path('out'))).different, [])
}

/** Large blobs on the disk of a home. */
function stored({ home }: { readonly home: string }): number {
  const files = join(home, 'store', 'blobs', 'files')
  if (!existsSync(files)) return 0
  return readdirSync(files, { recursive: true, encoding: 'utf8' }).filter((name) => /\/[0-9a-f]{64}$/.test(name)).length
}
