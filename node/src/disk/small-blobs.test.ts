import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { BlobId } from '@holdfast/core/base/ids'
import type { KvStore } from '@holdfast/core/ports/kv-store'
import { blake3Id } from '@holdfast/core/proof/blake3'
import { openLevelKv } from './level-kv.ts'
import { SmallBlobs } from './small-blobs.ts'

const PACK_BYTES = 20_000
const RUNS = process.env['HOLDFAST_LONG'] === '1' ? 100 : 8

/** 60 blobs of 200 to 3,268 bytes, each with bytes that no other has. */
const BLOBS = Array.from({ length: 60 }, (_, at) => {
  const bytes = new Uint8Array(200 + at * 52)
  for (let i = 0; i < bytes.length; i += 4) new DataView(bytes.buffer).setUint32(i, at * 100_000 + i + 1)
  return { id: blake3Id<BlobId>(bytes), bytes }
})

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ put: fc.array(fc.nat(BLOBS.length - 1), { minLength: 1, maxLength: 20 }) }) },
  { weight: 6, arbitrary: fc.record({ drop: fc.array(fc.nat(BLOBS.length - 1), { minLength: 1, maxLength: 20 }) }) },
  { weight: 1, arbitrary: fc.constant({ reopen: true as const }) }
)

test('packs hold what was put and not deleted, whatever the order, and nothing else of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) =>
      inFolder((home) => play(home, steps))
    ),
    {
      numRuns: RUNS
    }
  )
})

test('a pack of which little is wanted is emptied and removed', () =>
  inFolder(async (home) => {
    const { kv, blobs } = await openIn(home)
    for (const { id, bytes } of BLOBS) await blobs.put(id, bytes)
    const before = (await packsIn(home)).length
    assert.ok(before >= 4)
    const kept = BLOBS.filter((_, at) => at % 10 === 0)
    await blobs.delete(BLOBS.filter((blob) => !kept.includes(blob)).map(({ id }) => id))
    assert.ok((await packsIn(home)).length <= 2)
    for (const { id, bytes } of kept) assert.deepEqual(await blobs.get(id), bytes)
    await blobs.close()
    await kv.close()
  }))

test('the pack that is written to gives its room back, too', () =>
  inFolder(async (home) => {
    const { kv, blobs } = await openIn(home)
    const some = BLOBS.slice(0, 10)
    for (const { id, bytes } of some) await blobs.put(id, bytes)
    const kept = some[9]!
    await blobs.delete(some.slice(0, 9).map(({ id }) => id))
    const sizes = (await packsIn(home)).map((name) => statSync(join(home, 'packs', name)).size)
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      kept.bytes.length
    )
    assert.deepEqual(await blobs.get(kept.id), kept.bytes)
    await blobs.close()
    await kv.close()
  }))

test('what a crash left behind the end of the current pack is cut off at open, and unknown packs are removed', () =>
  inFolder(async (home) => {
    const first = await openIn(home)
    await first.blobs.put(BLOBS[0]!.id, BLOBS[0]!.bytes)
    await first.blobs.close()
    await first.kv.close()
    const [pack = ''] = await packsIn(home)
    await appendFile(join(home, 'packs', pack), 'torn')
    await writeFile(join(home, 'packs', '000000ff.pack'), 'unknown')
    const { kv, blobs } = await openIn(home)
    assert.deepEqual(await packsIn(home), [pack])
    assert.equal((await stat(join(home, 'packs', pack))).size, BLOBS[0]!.bytes.length)
    await blobs.close()
    await kv.close()
  }))

test('blobs whose pack has vanished are damaged, and can be deleted and put again', () =>
  inFolder(async (home) => {
    const first = await openIn(home)
    for (const { id, bytes } of BLOBS) await first.blobs.put(id, bytes)
    await first.blobs.close()
    await first.kv.close()
    for (const pack of await packsIn(home)) await rm(join(home, 'packs', pack))
    const { kv, blobs } = await openIn(home)
    const { id, bytes } = BLOBS.at(-1)!
    await assert.rejects(blobs.get(id), { code: 'HASH_MISMATCH' })
    await blobs.delete([id])
    await blobs.put(id, bytes)
    assert.deepEqual(await blobs.get(id), bytes)
    await blobs.close()
    await kv.close()
  }))

type Step = { put: number[] } | { drop: number[] } | { reopen: true }

async function play(home: string, steps: readonly Step[]): Promise<void> {
  let { kv, blobs } = await openIn(home)
  const here = new Set<number>()
  for (const now of steps) {
    if ('put' in now) {
      await Promise.all(now.put.map((at) => blobs.put(BLOBS[at]!.id, BLOBS[at]!.bytes)))
      for (const at of now.put) here.add(at)
    } else if ('drop' in now) {
      await blobs.delete(now.drop.map((at) => BLOBS[at]!.id))
      for (const at of now.drop) here.delete(at)
    } else {
      await blobs.close()
      await kv.close()
      ;({ kv, blobs } = await openIn(home))
    }
  }
  const bytes = [...here].reduce((sum, at) => sum + BLOBS[at]!.bytes.length, 0)
  assert.deepEqual(blobs.stats(), { blobs: here.size, bytes })
  for (const [at, blob] of BLOBS.entries()) {
    assert.deepEqual(await blobs.get(blob.id), here.has(at) ? blob.bytes : undefined)
  }
  const raw = Buffer.concat(await Promise.all((await packsIn(home)).map((name) => readFile(join(home, 'packs', name)))))
  assert.ok(raw.length <= 2 * bytes + PACK_BYTES / 8, `${raw.length} bytes of files for ${bytes} of blobs`)
  for (const [at, blob] of BLOBS.entries())
    assert.equal(raw.includes(Buffer.from(blob.bytes.subarray(100, 164))), here.has(at))
  await blobs.close()
  await kv.close()
}

async function openIn(home: string): Promise<{ kv: KvStore; blobs: SmallBlobs }> {
  const kv = await openLevelKv(join(home, 'rows'))
  return { kv, blobs: await SmallBlobs.open(join(home, 'packs'), kv, PACK_BYTES) }
}

async function packsIn(home: string): Promise<string[]> {
  return (await readdir(join(home, 'packs'))).sort()
}

async function inFolder(work: (home: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-packs-'))
  try {
    await work(home)
  } finally {
    await rm(home, { recursive: true })
  }
}
