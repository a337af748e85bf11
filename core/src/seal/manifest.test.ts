import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { utf8 } from '../base/bytes.ts'
import { asArray, decode, encode } from '../base/codec.ts'
import type { Value } from '../base/codec.ts'
import { isHoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import { idFromBytes } from '../base/ids.ts'
import type { BlobId, EpochId, ObjectId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { blake3Id } from '../proof/blake3.ts'
import { decodeManifest, encodeManifest } from './manifest.ts'
import type { Chunk, Manifest } from './manifest.ts'
import { layOutChunks, manifestCommitment, openManifest, openPage, sealManifest } from './manifest-blob.ts'

const objectKey = new Uint8Array(32).fill(1)
const object = idFromBytes<ObjectId>(new Uint8Array(16).fill(2), 16)
const otherObject = idFromBytes<ObjectId>(new Uint8Array(16).fill(3), 16)
const epoch = blake3Id<EpochId>(utf8('epoch'))
const otherEpoch = blake3Id<EpochId>(utf8('other epoch'))
const random = { bytes: (length: number) => new Uint8Array(length).fill(7) }
const chunk = (n: number, length = 1000, ofEpoch = 0): Chunk => ({
  blob: blake3Id<BlobId>(utf8(`blob ${n}`)),
  key: new Uint8Array(32).fill(n),
  epoch: ofEpoch,
  length
})
const inline: Manifest = {
  object,
  kind: 'file',
  size: 5,
  gateEpoch: null,
  epochs: [],
  content: { inline: utf8('hello') }
}
const listed: Manifest = {
  object,
  kind: 'file',
  size: 3000,
  gateEpoch: epoch,
  epochs: [epoch, otherEpoch],
  content: { chunks: [chunk(1), chunk(2, 500, 1), chunk(3, 1500)] }
}
const code = (expected: ErrorCode) => (error: unknown) => isHoldfastError(error, expected)

await test('a manifest comes back as it was, in each of its forms', () => {
  for (const manifest of [
    inline,
    listed,
    { ...inline, kind: 'link' as const },
    { ...inline, size: 0, content: { inline: new Uint8Array(0) } }
  ])
    assert.deepEqual(decodeManifest(encodeManifest(manifest)), manifest)
})

await test('a manifest that does not add up is neither written nor read', () => {
  const bad: [string, Partial<Manifest>][] = [
    ['size over the chunks', { size: 3001 }],
    ['size under the chunks', { size: 2999 }],
    ['no chunks', { size: 0, content: { chunks: [] } }],
    ['an empty chunk', { size: 1000, content: { chunks: [chunk(1), chunk(2, 0)] } }],
    [
      'a chunk over the maximum',
      { size: LIMITS.chunkMaxBytes + 1, content: { chunks: [chunk(1, LIMITS.chunkMaxBytes + 1)] } }
    ],
    ['an epoch past the list', { size: 1000, content: { chunks: [chunk(1, 1000, 2)] } }],
    ['an epoch named twice', { epochs: [epoch, epoch] }],
    ['no gate epoch', { gateEpoch: null }],
    ['a link that was cut', { kind: 'link' }],
    ['inline content of another size', { size: 4, epochs: [], content: { inline: utf8('hello') } }],
    ['inline content with epochs', { size: 5, content: { inline: utf8('hello') } }],
    [
      'inline content over the limit',
      { size: LIMITS.inlineBytes + 1, epochs: [], content: { inline: new Uint8Array(LIMITS.inlineBytes + 1) } }
    ],
    ['one page', { size: 1000, content: { pages: [{ blob: chunk(1).blob, count: 1, length: 1000 }] } }],
    ['a page that is not full', { size: 5000, content: { pages: [page(4095, 4500), page(1, 500)] } }],
    ['an empty last page', { size: 4500, content: { pages: [page(4096, 4500), page(0, 0)] } }],
    ['a page shorter than its number of chunks', { size: 4596, content: { pages: [page(4096, 4095), page(1, 501)] } }],
    ['pages that do not add up', { size: 9000, content: { pages: [page(4096, 4500), page(1, 500)] } }]
  ]
  for (const [name, change] of bad) {
    const manifest: Manifest = { ...listed, ...change }
    assert.throws(() => encodeManifest(manifest), code('MALFORMED'), name)
    assert.throws(() => decodeManifest(unchecked(manifest)), code('MALFORMED'), name)
  }
})

await test('the order of chunks, their keys and epochs are what the commitment binds', () => {
  const chunks = (listed.content as { chunks: Chunk[] }).chunks
  const commitment = (change: Partial<Manifest>): Uint8Array =>
    manifestCommitment(objectKey, encodeManifest({ ...listed, ...change }))
  const whole = commitment({})
  for (const change of [
    { content: { chunks: [chunks[1]!, chunks[0]!, chunks[2]!] } },
    { content: { chunks: [{ ...chunks[0]!, key: new Uint8Array(32) }, chunks[1]!, chunks[2]!] } },
    { object: otherObject },
    { epochs: [otherEpoch, epoch] },
    { kind: 'checkpoint' as const }
  ])
    assert.notDeepEqual(commitment(change), whole)
  assert.notDeepEqual(manifestCommitment(new Uint8Array(32), encodeManifest(listed)), whole)
})

await test('a sealed manifest opens for its object, key and commitment only', async () => {
  const { id, blob, commitment } = await sealManifest(objectKey, listed, random)
  assert.equal(id, blake3Id(blob))
  assert.deepEqual(await openManifest(objectKey, blob, { object, commitment }), listed)
  await assert.rejects(openManifest(new Uint8Array(32), blob, { object, commitment }), code('DECRYPT_FAILED'))
  await assert.rejects(openManifest(objectKey, blob, { object: otherObject, commitment }), code('DECRYPT_FAILED'))
  await assert.rejects(
    openManifest(objectKey, blob, { object, commitment: new Uint8Array(32) }),
    code('COMMITMENT_MISMATCH')
  )
  await assert.rejects(
    openManifest(objectKey, new Uint8Array(LIMITS.manifestBytes + 1), { object, commitment }),
    code('TOO_LARGE')
  )
})

await test('over 4,096 chunks lie in pages, each of which opens in its own place only', async () => {
  const chunks = Array.from({ length: 4096 * 2 + 5 }, (_, i) => chunk(i, (i % 1000) + 1))
  const { content, pageBlobs } = await layOutChunks(objectKey, object, chunks, random)
  const manifest: Manifest = { ...listed, size: chunks.reduce((sum, { length }) => sum + length, 0), content }
  const { blob, commitment } = await sealManifest(objectKey, manifest, random)
  const opened = await openManifest(objectKey, blob, { object, commitment })
  assert.deepEqual(opened, manifest)
  const read = await Promise.all(pageBlobs.map((page, number) => openPage(objectKey, opened, number, page.blob)))
  assert.deepEqual(read.flat(), chunks)
  await assert.rejects(openPage(objectKey, opened, 0, pageBlobs[1]!.blob), code('HASH_MISMATCH'))
  await assert.rejects(openPage(objectKey, opened, 3, pageBlobs[1]!.blob), code('INTERNAL'))
})

await test('a page under another number, object or count is refused even with the right hash', async () => {
  const chunks = Array.from({ length: 4097 }, (_, i) => chunk(i, 10))
  const { content, pageBlobs } = await layOutChunks(objectKey, object, chunks, random)
  const pages = (content as { pages: { blob: BlobId; count: number; length: number }[] }).pages
  const manifest: Manifest = { ...listed, size: 40_970, content: { pages } }
  const claims = (change: Partial<Manifest>): Manifest => ({ ...manifest, ...change })
  await assert.rejects(
    openPage(objectKey, claims({ content: { pages: [pages[1]!, pages[0]!] } }), 0, pageBlobs[1]!.blob),
    code('DECRYPT_FAILED')
  )
  await assert.rejects(
    openPage(objectKey, claims({ object: otherObject }), 0, pageBlobs[0]!.blob),
    code('DECRYPT_FAILED')
  )
  await assert.rejects(
    openPage(
      objectKey,
      claims({ content: { pages: [{ ...pages[0]!, count: 4095 }, pages[1]!] } }),
      0,
      pageBlobs[0]!.blob
    ),
    code('MALFORMED')
  )
  await assert.rejects(
    openPage(
      objectKey,
      claims({ content: { pages: [{ ...pages[0]!, length: 1 }, pages[1]!] } }),
      0,
      pageBlobs[0]!.blob
    ),
    code('MALFORMED')
  )
  await assert.rejects(openPage(objectKey, claims({ epochs: [] }), 0, pageBlobs[0]!.blob), code('MALFORMED'))
})

await test('the largest manifest and page fit their limit', async () => {
  const chunks = Array.from({ length: 4096 }, (_, i) => chunk(i, LIMITS.chunkMaxBytes, 255))
  const epochs = Array.from({ length: LIMITS.epochsPerManifest }, (_, i) => blake3Id<EpochId>(utf8(`epoch ${i}`)))
  const { blob } = await sealManifest(
    objectKey,
    { ...listed, epochs, size: 4096 * LIMITS.chunkMaxBytes, content: { chunks } },
    random
  )
  assert.ok(blob.length <= LIMITS.manifestBytes)
})

await test('garbage and changed bytes are refused with a named code', () => {
  const good = encodeManifest(listed)
  const changed = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, by]) => {
    const out = good.slice()
    out[at]! ^= by
    return out
  })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), changed), (bytes) => {
      try {
        assert.deepEqual(encodeManifest(decodeManifest(bytes)), bytes)
      } catch (error) {
        assert.ok(isHoldfastError(error) && ['MALFORMED', 'UNSUPPORTED_VERSION', 'TOO_LARGE'].includes(error.code))
      }
    }),
    { numRuns: 300 }
  )
})

function page(count: number, length: number): { blob: BlobId; count: number; length: number } {
  return { blob: chunk(count % 255).blob, count, length }
}

/** What a writer that checks nothing would write: a good manifest's bytes with the fields of a bad one put in. */
function unchecked({ kind, size, gateEpoch, epochs, content }: Manifest): Uint8Array {
  const items: Value[] = [...asArray(decode(encodeManifest(listed), LIMITS.manifestBytes), 7)]
  const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
  items[2] = ['file', 'link', 'checkpoint'].indexOf(kind)
  items[3] = size
  items[4] = gateEpoch === null ? null : bytes(gateEpoch)
  items[5] = epochs.map(bytes)
  if ('inline' in content) items[6] = [0, content.inline]
  else if ('chunks' in content)
    items[6] = [1, content.chunks.map((item) => [bytes(item.blob), item.key, item.epoch, item.length])]
  else items[6] = [2, content.pages.map((item) => [bytes(item.blob), item.count, item.length])]
  return encode(items)
}
