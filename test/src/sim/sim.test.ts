import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlobStore } from '@holdfast/core/ports/blob-store'
import { runMany } from './run-many.ts'
import { runSeed } from './run.ts'
import { KEPT } from './seeds.ts'
import { HONEST, overlaid } from './wiring.ts'
import type { Wiring } from './wiring.ts'

const LONG = process.env['HOLDFAST_LONG'] === '1'
const SEEDS = LONG ? 3000 : 30

test(`every promise holds in ${SEEDS} worlds`, async () => {
  const from = 1
  const failed = await runMany(Array.from({ length: SEEDS }, (_, i) => ({ seed: String(from + i) })))
  assert.deepEqual(failed, [])
})

const MANY = LONG ? 600 : 12

test(`every promise holds in ${MANY} worlds of several relays, some of which are destroyed`, async () => {
  const failed = await runMany(Array.from({ length: MANY }, (_, i) => ({ seed: `many${i + 1}` })))
  assert.deepEqual(failed, [])
})

const FOLDERS = LONG ? 600 : 6

test(`every promise holds in ${FOLDERS} worlds whose devices keep a folder in step, and each folder shows its vault in the end`, async () => {
  const failed = await runMany(Array.from({ length: FOLDERS }, (_, i) => ({ seed: `folder${i + 1}`, steps: 25 })))
  assert.deepEqual(failed, [])
})

test('the planner of folders, of which `npm run sim` plays ten seeds for each world, loses nothing', async () => {
  const count = LONG ? 5000 : 20
  const from = 100_001 // others than those that are played in every run
  assert.deepEqual(await runMany(Array.from({ length: count }, (_, i) => ({ seed: `plan${from + i}` }))), [])
})

test('seeds that once failed hold', async () => {
  assert.deepEqual(await runMany(KEPT), [])
})

test('the same seed is the same world, to the last event', async () => {
  const [first, again, other] = [
    await runSeed({ seed: '7' }),
    await runSeed({ seed: '7' }),
    await runSeed({ seed: '8' })
  ]
  assert.equal(first.digest, again.digest)
  assert.notEqual(first.digest, other.digest)
})

function hasty(store: BlobStore): BlobStore {
  return overlaid(store, { put: async (id, bytes) => void store.put(id, bytes).catch(() => undefined) })
}

/** What a broken part breaks has to be seen: the checkers are tested, not the product. */
const BROKEN: readonly { readonly what: string; readonly promise: number; readonly wiring: Partial<Wiring> }[] = [
  {
    what: 'a store that is done before its blobs are durable',
    promise: 1,
    wiring: { blobs: hasty }
  },
  {
    what: 'a relay that acknowledges a blob before it has it',
    promise: 2,
    wiring: { blobs: (store, role) => (role === 'relay' ? hasty(store) : store) }
  },
  {
    what: 'a collector that takes blobs that are pinned',
    promise: 5,
    wiring: { isNeeded: () => false }
  },
  {
    what: 'an index that forgets to take in what arrives',
    promise: 4,
    wiring: { hears: (isLocal) => isLocal }
  },
  {
    what: 'a reader that is given other bytes',
    promise: 7,
    wiring: { reads: (bytes) => bytes.map((byte) => byte ^ 1) }
  }
]

for (const { what, promise, wiring } of BROKEN) {
  test(`noticed by the checker of promise ${promise}: ${what}`, async () => {
    let failure: string | undefined
    for (let seed = 1; seed <= 20 && failure === undefined; seed++)
      failure = (await runSeed({ seed: String(seed), steps: 20, wiring: { ...HONEST, ...wiring } })).failure
    assert.match(failure ?? 'nobody noticed', new RegExp(`^promise ${promise} `))
  })
}
