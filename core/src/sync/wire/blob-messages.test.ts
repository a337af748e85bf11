import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encode } from '../../base/codec.ts'
import { isHoldfastError } from '../../base/errors.ts'
import type { Id } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { decodeBlobRequest, encodeBlobRequest, encodeIntent } from './blob-messages.ts'
import type { BlobRequest } from './blob-messages.ts'
import {
  decodeHaveReply,
  decodeIntentReply,
  decodePutReply,
  encodeGetReply,
  encodeHaveReply,
  encodeIntentReply,
  encodePutReply,
  splitGetReply
} from './blob-replies.ts'

function ids<T extends Id<string>>(bytes: number): fc.Arbitrary<T> {
  return fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((b) => Buffer.from(b).toString('hex') as T)
}
const uint = fc.nat()

const requests: fc.Arbitrary<BlobRequest> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('have' as const),
      vault: ids(32),
      object: fc.option(ids(16)),
      blobs: fc.array(ids(32), { maxLength: 4 })
    },
    { noNullPrototype: true }
  ),
  fc.record(
    { kind: fc.constant('get' as const), vault: ids(32), blobs: fc.array(ids(32), { maxLength: 4 }) },
    { noNullPrototype: true }
  ),
  fc.record(
    {
      kind: fc.constant('put' as const),
      vault: ids(32),
      items: fc.array(
        fc.record({ object: ids(16), blob: ids(32), sizeBytes: fc.nat(LIMITS.blobBytes) }, { noNullPrototype: true }),
        { maxLength: 4 }
      )
    },
    { noNullPrototype: true }
  ),
  fc.record(
    {
      kind: fc.constant('intent' as const),
      intent: fc.record(
        {
          vault: ids(32),
          device: ids(32),
          objects: fc.array(fc.record({ object: ids(16), bytes: uint }, { noNullPrototype: true }), { maxLength: 4 }),
          timeMs: fc.integer()
        },
        { noNullPrototype: true }
      ),
      signature: fc.uint8Array({ minLength: 64, maxLength: 64 })
    },
    { noNullPrototype: true }
  ),
  fc.record(
    { kind: fc.constant('end intent' as const), vault: ids(32), objects: fc.array(ids(16), { maxLength: 4 }) },
    { noNullPrototype: true }
  ),
  fc.record(
    {
      kind: fc.constant('link' as const),
      origin: ids(32),
      target: ids(32),
      items: fc.array(
        fc.record(
          { originObject: ids(16), object: ids(16), blobs: fc.array(ids(32), { maxLength: 3 }) },
          { noNullPrototype: true }
        ),
        { maxLength: 3 }
      )
    },
    { noNullPrototype: true }
  ),
  fc.record(
    { kind: fc.constant('records' as const), vault: ids(32), records: fc.array(ids(32), { maxLength: 4 }) },
    { noNullPrototype: true }
  )
) as fc.Arbitrary<BlobRequest>

test('a question is read as it was written', () => {
  fc.assert(
    fc.property(requests, (request) => assert.deepEqual(decodeBlobRequest(encodeBlobRequest(request)), request))
  )
})

test('garbage is refused with a code, never half read', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        requests.chain((r) => flipped(encodeBlobRequest(r)))
      ),
      (bytes) => {
        try {
          assert.deepEqual(encodeBlobRequest(decodeBlobRequest(bytes)), bytes)
        } catch (error) {
          assert.ok(isHoldfastError(error), String(error))
        }
      }
    )
  )
})

test('more ids than one question may have are refused', () => {
  const vault = new Uint8Array(32)
  const blobs = Array.from({ length: LIMITS.blobIdsPerMessage + 1 }, () => vault)
  assert.throws(() => decodeBlobRequest(encode([1, vault, blobs])), { code: 'MALFORMED' })
  assert.throws(() => decodeBlobRequest(encode([7, vault, []])), { code: 'MALFORMED' })
})

test('the bytes an intent is signed over are those inside the question', () => {
  const intent = { vault: 'aa'.repeat(32), device: 'bb'.repeat(32), objects: [], timeMs: 1 } as unknown as Parameters<
    typeof encodeIntent
  >[0]
  const inside = Buffer.from(encodeBlobRequest({ kind: 'intent', intent, signature: new Uint8Array(64) })).toString(
    'hex'
  )
  assert.ok(inside.includes(Buffer.from(encodeIntent(intent)).toString('hex')))
})

test('answers come back as given, and not as answers to another question', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (bits) => {
      assert.deepEqual(decodeHaveReply(encodeHaveReply(bits), bits.length), bits)
      assert.throws(() => decodeHaveReply(encodeHaveReply(bits), bits.length + 8), { code: 'MALFORMED' })
    })
  )
  assert.deepEqual(decodePutReply(encodePutReply([0, 1, 2]), 3), [0, 1, 2])
  assert.throws(() => decodePutReply(encode([2, [3]]), 1), { code: 'MALFORMED' })
  assert.throws(() => decodeIntentReply(encode([4])), { code: 'MALFORMED' })
  decodeIntentReply(encodeIntentReply())
})

test('bits past the end and bodies that do not fit their sizes are refused', () => {
  assert.throws(() => decodeHaveReply(encode([0, Uint8Array.of(0b1000_0001)]), 3), { code: 'MALFORMED' })
  const body = new Uint8Array(5)
  assert.deepEqual(
    splitGetReply(encodeGetReply([2, -1, 3]), body, 3).map((p) => p?.length ?? -1),
    [2, -1, 3]
  )
  for (const sizes of [[2, 2], [2, 4], [-2], [6]]) {
    assert.throws(() => splitGetReply(encodeGetReply(sizes), body, 3), { code: 'MALFORMED' })
  }
  assert.throws(() => splitGetReply(encodeGetReply([1, 1, 1, 2]), body, 3), { code: 'MALFORMED' })
})

function flipped(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, xor]) => {
    const copy = bytes.slice()
    copy[at]! ^= xor
    return copy
  })
}
