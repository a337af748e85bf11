import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concat, utf8 } from '../base/bytes.ts'
import { isHoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import { blake3, blake3Keyed } from '../proof/blake3.ts'
import { frameChunk, openContent, sealContent, unframeChunk } from './chunk-frame.ts'
import { padme } from './padme.ts'

const key = new Uint8Array(32).fill(1)
const KiB = 1024
const code = (expected: ErrorCode) => (error: unknown) => isHoldfastError(error, expected)

await test('content of any length comes back, whether it was compressed or not', async () => {
  for (const length of [1, 2, 9, 100, 16 * KiB - 1, 16 * KiB, 16 * KiB + 1, 64 * KiB, 700_001, LIMITS.chunkMaxBytes]) {
    for (const content of [noise(length), text(length)]) {
      const { key: chunkKey, blob } = await sealContent(key, content)
      assert.deepEqual(blake3(await openContent({ key: chunkKey, length }, blob)), blake3(content))
      assert.ok(blob.length <= LIMITS.blobBytes)
    }
  }
})

await test('what does not compress is stored as it is, and not copied', async () => {
  const content = noise(100 * KiB)
  const [header, stored] = await frameChunk(content)
  assert.equal(header![1], 0)
  assert.equal(stored, content)
})

await test('text is compressed, and so is noise that repeats itself within the probe', async () => {
  for (const content of [text(300 * KiB), repeated(noise(1024), 300)]) {
    const [header, stored] = await frameChunk(content)
    assert.equal(header![1], 1)
    assert.ok(stored!.length < content.length * 0.9)
  }
})

await test('a probe that saves less than a tenth is not followed', async () => {
  const random = noise(15 * KiB)
  const almost = concat(random.subarray(0, 4 * KiB), new Uint8Array(KiB), random.subarray(4 * KiB)) // a sixteenth of it would shrink
  assert.equal((await frameChunk(almost))[0]![1], 0)
})

await test('the same content gives the same blob, other content or another key another', async () => {
  const content = text(5000)
  const { id } = await sealContent(key, content)
  assert.equal((await sealContent(key, content.slice())).id, id)
  assert.notEqual((await sealContent(key, text(5001))).id, id)
  assert.notEqual((await sealContent(blake3Keyed(key, key), content)).id, id)
})

await test('the length of a blob tells only the padded length', async () => {
  const lengths = new Set<number>()
  for (let i = 0; i < 60; i++) lengths.add((await sealContent(key, noise(70_000 + i * 10))).blob.length)
  assert.ok(lengths.size <= 2, [...lengths].join())
})

await test('content of no length or over the maximum is never framed', async () => {
  await assert.rejects(frameChunk(new Uint8Array(0)), code('INTERNAL'))
  await assert.rejects(frameChunk(new Uint8Array(LIMITS.chunkMaxBytes + 1)), code('INTERNAL'))
})

await test('a chunk of another length than its manifest says is refused', async () => {
  const { key: chunkKey, blob } = await sealContent(key, text(5000))
  await assert.rejects(openContent({ key: chunkKey, length: 4999 }, blob), code('MALFORMED'))
})

await test('garbage is refused with a named code or is exactly a frame', async () => {
  const frame = fc
    .record({
      version: fc.constantFrom(1, 1, 1, 2),
      codec: fc.constantFrom(0, 1, 2),
      content: fc.integer({ min: 0, max: 40 }),
      stored: fc.integer({ min: 0, max: 40 }),
      rest: fc.uint8Array({ maxLength: 44 })
    })
    .map(({ version, codec, content, stored, rest }) =>
      Uint8Array.of(version, codec, 0, 0, 0, content, 0, 0, 0, stored, ...rest)
    )
  await fc.assert(
    fc.asyncProperty(fc.oneof(frame, fc.uint8Array({ maxLength: 60 })), async (bytes) => {
      try {
        const content = await unframeChunk(bytes)
        assert.ok(content.length > 0 && bytes.length === padme(bytes.length))
      } catch (error) {
        assert.ok(isHoldfastError(error) && ['MALFORMED', 'TOO_LARGE', 'UNSUPPORTED_VERSION'].includes(error.code))
      }
    }),
    { numRuns: 300 }
  )
})

/** Bytes that do not compress. */
function noise(length: number): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) => blake3(utf8(`block ${i}`)))
  return concat(...blocks).subarray(0, length)
}

function text(length: number): Uint8Array {
  return repeated(utf8('It was the best of times, it was the worst of times. '), Math.ceil(length / 53)).subarray(
    0,
    length
  )
}

function repeated(piece: Uint8Array, times: number): Uint8Array {
  return concat(...Array.from({ length: times }, () => piece))
}
