// The blob store on a key-value store whose writes fail now and then, before or after they took effect.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { BlobId } from '@holdfast/core/base/ids'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { KvStore } from '@holdfast/core/ports/kv-store'
import { blake3Id } from '@holdfast/core/proof/blake3'
import { openBlobStore } from '@holdfast/node/disk/blob-files'
import { MemoryDisk } from '../fakes/memory-disk.ts'
import { memoryKv } from '../fakes/memory-kv.ts'
import { onDisk } from './disk-subject.ts'
import { noise } from './subject.ts'

const RUNS = process.env['HOLDFAST_LONG'] === '1' ? 200 : 15

const BLOBS = Array.from({ length: 30 }, (_, at) => {
  const bytes = noise(at, 300 + at * 100)
  return { id: blake3Id<BlobId>(bytes), bytes }
})

type Fate = 'works' | 'fails before' | 'fails after'
const few = fc.array(fc.nat(BLOBS.length - 1), { minLength: 1, maxLength: 8 })
const step = fc.oneof(fc.record({ put: few }), fc.record({ drop: few }), fc.constant({ reopen: true as const }))
const fates = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Fate>('works') },
    { weight: 1, arbitrary: fc.constantFrom<Fate>('fails before', 'fails after') }
  ),
  { minLength: 10, maxLength: 100 }
)

test('what was acknowledged is kept and what was deleted is gone, also when rows fail to be written', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), fates, play), { numRuns: RUNS })
})

type Step = { put: number[] } | { drop: number[] } | { reopen: true }

async function play(steps: readonly Step[], fates: readonly Fate[]): Promise<void> {
  const waiting = [...fates]
  const disk = new MemoryDisk()
  const kv = failing(await memoryKv(disk), () => waiting.shift() ?? 'works')
  const subject = await onDisk((folder) => openBlobStore(folder, kv))
  let store = await openAtLast(subject.open)
  /** Undefined where a call failed: both outcomes are right. */
  const expected = new Map<number, boolean | undefined>()
  for (const now of steps) {
    if ('reopen' in now) {
      await store.close()
      store = await openAtLast(subject.open)
      continue
    }
    const [some, here] = 'put' in now ? [now.put, true] : [now.drop, false]
    const calls = some.map((at) => (here ? store.put(BLOBS[at]!.id, BLOBS[at]!.bytes) : store.delete([BLOBS[at]!.id])))
    const settled = await Promise.allSettled(calls)
    // A failed call may take effect after one that worked only if it was asked for later, which it was not: last wins.
    for (const [n, at] of some.entries())
      expected.set(at, settled[n]!.status === 'fulfilled' ? here : unsure(expected.get(at), here))
  }
  waiting.length = 0
  for (const [at, here] of expected) {
    const { id, bytes } = BLOBS[at]!
    const found = await store.get(id, { check: true })
    if (here === true) assert.deepEqual(found, bytes)
    if (here === false) {
      assert.equal(found, undefined)
      assert.equal(await subject.rawContains(bytes.slice(64, 128)), false)
    }
  }
  await store.close()
  await subject.remove()
}

/** A put that failed leaves alone what was here; a delete that failed what was not. */
function unsure(before: boolean | undefined, asked: boolean): boolean | undefined {
  return before === asked ? before : undefined
}

async function openAtLast<T>(open: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await open()
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'STORE_FULL') throw error
    }
  }
}

function failing(kv: KvStore, fate: () => Fate): KvStore {
  return {
    get: (key) => kv.get(key),
    getMany: (keys) => kv.getMany(keys),
    range: (range) => kv.range(range),
    compact: (range) => kv.compact(range),
    close: () => kv.close(),
    write: async (batch) => {
      const now = fate()
      if (now !== 'fails before') await kv.write(batch)
      if (now !== 'works') throw new HoldfastError('STORE_FULL')
    }
  }
}
