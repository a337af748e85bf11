import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concat, utf8 } from '../base/bytes.ts'
import { deflate as nodeDeflate } from './deflate.node.ts'
import { deflate as webDeflate } from './deflate.web.ts'

const text = utf8('the quick brown fox jumps over the lazy dog. '.repeat(5000))
const platforms = [
  ['node:zlib', nodeDeflate],
  ['CompressionStream', webDeflate]
] as const

for (const [name, deflate] of platforms) {
  await test(`each platform opens what either compressed: ${name}`, async () => {
    for (const [, other] of platforms) {
      const small = await deflate.deflateRaw(text)
      assert.ok(small.length < text.length / 10)
      assert.equal(small.constructor, Uint8Array)
      const back = await other.inflateRaw(small, text.length)
      assert.deepEqual(back, text)
      assert.equal(back!.constructor, Uint8Array)
    }
  })

  await test(`a stream that gives less, more, or has something behind its end opens to nothing: ${name}`, async () => {
    const small = await deflate.deflateRaw(text)
    for (const length of [1, text.length - 1, text.length + 1])
      assert.equal(await deflate.inflateRaw(small, length), undefined)
    // Browsers throw at bytes behind the end, as the Compression Streams standard says; Node's stream passes them over.
    if (deflate === nodeDeflate)
      assert.equal(await deflate.inflateRaw(concat(small, Uint8Array.of(0)), text.length), undefined)
    assert.equal(await deflate.inflateRaw(small.subarray(0, -1), text.length), undefined)
    assert.equal(await deflate.inflateRaw(new Uint8Array(0), 1), undefined)
  })

  await test(`a bomb is not unpacked: ${name}`, async () => {
    const bomb = await deflate.deflateRaw(new Uint8Array(64 * 1024 * 1024))
    const before = process.memoryUsage().arrayBuffers
    assert.equal(await deflate.inflateRaw(bomb, 1000), undefined)
    assert.ok(process.memoryUsage().arrayBuffers - before < 8 * 1024 * 1024)
  })

  await test(`garbage opens to nothing or to what it says: ${name}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), fc.integer({ min: 1, max: 200 }), async (bytes, length) => {
        const out = await deflate.inflateRaw(bytes, length)
        assert.ok(out === undefined || out.length === length)
      }),
      { numRuns: 50 }
    )
  })
}
