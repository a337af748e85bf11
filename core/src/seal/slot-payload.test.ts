import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { utf8 } from '../base/bytes.ts'
import { isHoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import { idFromBytes } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { KEY_SLOT_BYTES, openKeySlot, sealKeySlot } from './key-slot.ts'
import type { SlotPlace } from './key-slot.ts'
import { openPayload, sealPayload } from './payload.ts'

const key = new Uint8Array(32).fill(1)
const objectKey = new Uint8Array(32).fill(2)
const random = { bytes: (length: number) => new Uint8Array(length).fill(3) }
const place: SlotPlace = {
  vault: idFromBytes(new Uint8Array(32).fill(4)),
  object: idFromBytes(new Uint8Array(16).fill(5), 16),
  epoch: idFromBytes(new Uint8Array(32).fill(6))
}
const code = (expected: ErrorCode) => (error: unknown) => isHoldfastError(error, expected)

await test('a key slot opens in its vault, for its object, under its epoch, and nowhere else', async () => {
  const slot = await sealKeySlot(key, objectKey, place, random)
  assert.equal(slot.length, KEY_SLOT_BYTES)
  assert.deepEqual(await openKeySlot(key, slot, place), objectKey)
  await assert.rejects(openKeySlot(objectKey, slot, place), code('DECRYPT_FAILED'))
  await assert.rejects(
    openKeySlot(key, slot, { ...place, vault: idFromBytes(new Uint8Array(32)) }),
    code('DECRYPT_FAILED')
  )
  await assert.rejects(
    openKeySlot(key, slot, { ...place, object: idFromBytes(new Uint8Array(16), 16) }),
    code('DECRYPT_FAILED')
  )
  await assert.rejects(
    openKeySlot(key, slot, { ...place, epoch: idFromBytes(new Uint8Array(32)) }),
    code('DECRYPT_FAILED')
  )
  await assert.rejects(openKeySlot(key, slot.subarray(1), place), code('MALFORMED'))
  await assert.rejects(openKeySlot(key, new Uint8Array(KEY_SLOT_BYTES), place), code('UNSUPPORTED_VERSION'))
})

await test('a payload opens with its header only', async () => {
  const sealed = await sealPayload(key, utf8('operations'), utf8('header'), random)
  assert.deepEqual(await openPayload(key, sealed, utf8('header')), utf8('operations'))
  await assert.rejects(openPayload(key, sealed, utf8('another header')), code('DECRYPT_FAILED'))
  await assert.rejects(openPayload(objectKey, sealed, utf8('header')), code('DECRYPT_FAILED'))
})

await test('which of the short edits it was does not show in the length', async () => {
  const lengths = new Set<number>()
  for (let length = 0; length <= 251; length += 7)
    lengths.add((await sealPayload(key, new Uint8Array(length), key, random)).length)
  assert.equal(lengths.size, 1)
})

await test('payloads of any length come back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 1500 }), async (bytes) => {
      assert.deepEqual(await openPayload(key, await sealPayload(key, bytes, key, random), key), bytes)
    }),
    { numRuns: 40 }
  )
})

await test('many names at once take fewer bytes', async () => {
  const bytes = utf8(Array.from({ length: 1000 }, (_, i) => `p/${i.toString(16).padStart(32, '0')} name ${i}`).join())
  const sealed = await sealPayload(key, bytes, key, random)
  assert.ok(sealed.length < bytes.length / 2)
  assert.deepEqual(await openPayload(key, sealed, key), bytes)
})

await test('a payload over the limit is neither written nor read', async () => {
  await assert.rejects(sealPayload(key, new Uint8Array(LIMITS.payloadBytes + 1), key, random), code('TOO_LARGE'))
  let state = 1
  const noise = Uint8Array.from({ length: LIMITS.payloadBytes - 10 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state >>> 24
  })
  await assert.rejects(sealPayload(key, noise, key, random), code('TOO_LARGE'))
  await assert.rejects(openPayload(key, new Uint8Array(LIMITS.payloadBytes + 1), key), code('TOO_LARGE'))
})
