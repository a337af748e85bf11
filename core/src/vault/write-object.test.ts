import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concat } from '../base/bytes.ts'
import type { BlobId, VaultId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { blake3Id } from '../proof/blake3.ts'
import { epochKeysOf } from '../secret/epoch.ts'
import { sealContent } from '../seal/chunk-frame.ts'
import { MapBlobs } from '../sync/testing/map-stores.ts'
import { sourceOfBytes } from './content-source.ts'
import type { ContentSource } from './content-source.ts'
import { readObject } from './read-object.ts'
import type { ByteRange } from './read-object.ts'
import { seededRandom } from './testing.ts'
import { writeObject } from './write-object.ts'
import type { WrittenObject } from './write-object.ts'

const VAULT = 'ab'.repeat(32) as VaultId
const random = seededRandom('objects')
const keys = epochKeysOf(random.bytes(32))

test('content of every size around a boundary comes back, whole and in ranges', async () => {
  const { inlineBytes, chunkMinBytes, chunkMaxBytes } = LIMITS
  for (const edge of [0, 1, inlineBytes, chunkMinBytes, chunkMaxBytes]) {
    for (const size of [edge - 1, edge, edge + 1].filter((one) => one >= 0)) {
      const bytes = noise(size)
      const { blobs, written } = await write(sourceOfBytes(bytes))
      assert.equal(written.content.size, size)
      assert.ok(equal(await read(written, blobs), bytes), `${size}`)
      for (const range of [
        { start: 0, end: 1 },
        { start: size - 1, end: size },
        { start: size >> 1, end: size },
        { start: size, end: size }
      ]) {
        if (range.start < 0 || range.end > size) continue
        assert.ok(
          equal(await read(written, blobs, range), bytes.subarray(range.start, range.end)),
          `${size} ${range.start}-${range.end}`
        )
      }
      for (const [id, blob] of blobs.blobs) assert.equal(blake3Id<BlobId>(blob), id)
    }
  }
})

test('a file of more chunks than one manifest lists is laid out in pages, and any range of it reads only what covers it', async () => {
  const count = LIMITS.chunksPerPage + 5
  const pieces = await Promise.all(
    [1, 2, 3].map(async (seed) => {
      const content = noise(seed)
      return { ...(await sealContent(keys.convergence, content)), content }
    })
  )
  const source: ContentSource = {
    sizeBytes: LIMITS.inlineBytes + 1,
    async *bytes() {},
    async *sealedChunks() {
      for (let at = 0; at < count; at++) {
        const { id, blob, key, content } = pieces[at % 3]!
        yield { id, blob, key, length: content.length }
      }
    }
  }
  const whole = concat(...Array.from({ length: count }, (_, at) => pieces[at % 3]!.content))
  const { blobs, written } = await write(source)
  assert.equal(written.record.blobs.length, 3 + 2)
  assert.equal(written.content.size, whole.length)
  assert.ok(equal(await read(written, blobs), whole))
  const start = LIMITS.chunksPerPage * 2 - 4
  const asked: BlobId[] = []
  assert.ok(equal(await read(written, blobs, { start, end: start + 20 }, asked), whole.subarray(start, start + 20)))
  const pages = written.record.blobs.slice(-2).map(({ id }) => id)
  assert.deepEqual(
    asked.filter((id) => pages.includes(id)),
    pages
  )
  const inLast: BlobId[] = []
  await read(written, blobs, { start: whole.length - 1, end: whole.length }, inLast)
  assert.deepEqual(
    inLast.filter((id) => pages.includes(id)),
    [pages[1]]
  )
})

test('the same bytes in pieces of any size make the same blobs', async () => {
  const bytes = noise(700_000)
  const { written } = await write(sourceOfBytes(bytes))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 6 }), async (sizes) => {
      const again = await write({ bytes: () => cut(bytes, sizes) })
      assert.deepEqual(again.written.record.blobs, written.record.blobs)
      assert.notEqual(again.written.record.manifest.id, written.record.manifest.id)
    }),
    { numRuns: 8 }
  )
})

test('a blob that is missing, or a record that does not name it, is said by name', async () => {
  const { blobs, written } = await write(sourceOfBytes(noise(600_000)))
  const { record } = written
  const without = new MapBlobs()
  for (const [id, bytes] of blobs.blobs) if (id !== record.blobs[0]!.id) await without.put(id, bytes)
  await assert.rejects(read(written, without), { code: 'NOT_HERE' })
  await assert.rejects(read({ ...written, record: { ...record, blobs: record.blobs.slice(1) } }, blobs), {
    code: 'MALFORMED'
  })
  await assert.rejects(read({ ...written, content: { ...written.content, size: 5 } }, blobs), {
    code: 'COMMITMENT_MISMATCH'
  })
  await assert.rejects(read({ ...written, content: { ...written.content, commitment: new Uint8Array(32) } }, blobs), {
    code: 'COMMITMENT_MISMATCH'
  })
})

test('every blob is guarded before it is stored, and a store that fails ends the write with its error', async () => {
  const guarded = new Set<BlobId>()
  class Watched extends MapBlobs {
    override async put(id: BlobId, bytes: Uint8Array): Promise<void> {
      assert.ok(guarded.has(id))
      await super.put(id, bytes)
    }
  }
  const writer = { vault: VAULT, random, keys, guard: (blob: BlobId) => void guarded.add(blob) }
  const written = await writeObject(sourceOfBytes(noise(900_000)), 'file', { ...writer, blobs: new Watched() })
  assert.equal(guarded.size, written.blobs)
  class Full extends MapBlobs {
    override put(): Promise<void> {
      return Promise.reject(Object.assign(new Error('full'), { code: 'STORE_FULL' }))
    }
  }
  await assert.rejects(writeObject(sourceOfBytes(noise(900_000)), 'file', { ...writer, blobs: new Full() }), {
    code: 'STORE_FULL'
  })
  const stopped = AbortSignal.abort()
  await assert.rejects(
    writeObject(sourceOfBytes(noise(900_000)), 'file', { ...writer, blobs: new MapBlobs(), signal: stopped }),
    { code: 'ABORTED' }
  )
})

async function write(source: ContentSource): Promise<{ blobs: MapBlobs; written: WrittenObject }> {
  const blobs = new MapBlobs()
  return {
    blobs,
    written: await writeObject(source, 'file', { vault: VAULT, blobs, random, keys, guard: () => undefined })
  }
}

async function read(
  { content, record }: Pick<WrittenObject, 'content' | 'record'>,
  blobs: MapBlobs,
  range?: ByteRange,
  asked: BlobId[] = []
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  const blob = async (id: BlobId): Promise<Uint8Array> => {
    asked.push(id)
    const bytes = await blobs.get(id)
    if (bytes === undefined) throw Object.assign(new Error('not here'), { code: 'NOT_HERE' })
    return bytes
  }
  for await (const piece of readObject(content, record, { vault: VAULT, keys: () => keys, blob }, range))
    pieces.push(piece.slice())
  return concat(...pieces)
}

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!
    yield bytes.subarray(at, at + size)
    at += size
  }
}

function noise(length: number): Uint8Array {
  const out = new Uint8Array(length)
  let state = 12345
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    out[i] = state >>> 24
  }
  return out
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.from(a).equals(b)
}
