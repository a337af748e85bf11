import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { testAccount, testDevice } from '@holdfast/core/log/testing'
import { envelopeIdOf } from '@holdfast/core/sync/wire/envelope-bytes'
import { openHomeStores } from '@holdfast/node/disk/home-lock'
import { testEnvelope } from '../testing/mail.ts'
import { temporaryHome } from '../testing/scene.ts'
import { KeyStore } from './key-store.ts'
import { Mailbox } from './mailbox.ts'

const WRITER = fileURLToPath(new URL('../testing/mail-writer.js', import.meta.url))
const KILLS = process.env['HOLDFAST_LONG'] === '1' ? 40 : 3

test(`after SIGKILL everything acknowledged waits in its order, and no key is handed out twice, ${KILLS} times over`, async (t) => {
  const home = await temporaryHome(t)
  const [anna, laptop, pi] = [await testAccount('anna'), await testDevice('laptop'), await testDevice('pi')]
  const said: string[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    said.push(...(await untilKilled(home, highest(said) + 20, 10 + ((kill * 17) % 60))))
    const stores = await openHomeStores(home)
    const { kv } = stores
    const box = await Mailbox.open(kv, anna.id)
    const waiting = await everythingIn(box)
    const numbers = waiting.map(({ number }) => number)
    assert.deepEqual(
      numbers,
      [...new Set(numbers)].toSorted((a, b) => a - b)
    )
    assert.ok(box.newest >= numbers.at(-1)!)
    const here = new Set(waiting.map(({ id }) => id))
    const deleted = new Set(roundsOf(said, 'x'))
    for (const round of roundsOf(said, 'd')) {
      const bytes = testEnvelope(anna.id, `round ${round}`, 300 + ((round * 7919) % 9000))
      const id = envelopeIdOf(bytes)
      const { sizes, bodies } = await box.fetch([id])
      // What was being deleted may be here or not; the rest is as it was said.
      if (deleted.has(round)) assert.deepEqual([here.has(id), sizes], [false, [-1]], `round ${round} is back`)
      else if (round % 5 !== 0) assert.deepEqual([here.has(id), bodies], [true, [bytes]], `round ${round} is lost`)
      else assert.equal(here.has(id), sizes[0] !== -1, 'an envelope is there whole or not at all')
    }
    const keys = said.filter((line) => line.startsWith('k '))
    assert.equal(new Set(keys).size, keys.length, 'a key was handed out twice')
    const { left } = await new KeyStore(kv, pi.id).keep(anna.id, laptop.id, [], [])
    for (const id of left) assert.ok(!keys.includes(`k ${id}`), 'a key that was handed out is still on the disk')
    await stores.close()
  }
  assert.ok(roundsOf(said, 'd').length > KILLS * 5)
})

async function everythingIn(box: Mailbox): Promise<{ number: number; id: string }[]> {
  const found: { number: number; id: string }[] = []
  for (let more = true; more; ) {
    const page = await box.list(found.at(-1)?.number ?? 0)
    found.push(...page.waiting)
    more = page.more
  }
  return found
}

async function untilKilled(home: string, first: number, lines: number): Promise<string[]> {
  const child = spawn(process.execPath, [WRITER, home, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const heard: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    heard.push(line)
    if (heard.length >= lines && child.exitCode === null) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return heard
}

function roundsOf(said: readonly string[], kind: 'd' | 'x'): number[] {
  return said.flatMap((line) => (line.startsWith(`${kind} `) ? [Number(line.slice(2))] : []))
}

function highest(said: readonly string[]): number {
  return Math.max(0, ...roundsOf(said, 'd'))
}
