import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isHoldfastError } from './errors.ts'
import { idBytes, idFromBytes, idFromHex, logIdOf, splitLogId } from './ids.ts'
import type { BlobId, DeviceId, Incarnation } from './ids.ts'

const isMalformed = (error: unknown): boolean => isHoldfastError(error, 'MALFORMED')
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })

await test('an id comes back from its bytes and from its text', () => {
  fc.assert(
    fc.property(hash, (bytes) => {
      const id = idFromBytes<BlobId>(bytes)
      assert.deepEqual(idBytes(id), bytes)
      assert.equal(idFromHex<BlobId>(id), id)
    })
  )
})

await test('an id of another length, in capitals or not in hex is refused: one thing has one name', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }).filter(({ length }) => length !== 32),
      (bytes) => assert.throws(() => idFromBytes(bytes), isMalformed)
    )
  )
  for (const bad of [
    '',
    'AB'.repeat(32),
    'xy'.repeat(32),
    'ab'.repeat(31),
    `${'ab'.repeat(32)}\n`,
    `${'ab'.repeat(31)}a\n`,
    `${'ab'.repeat(31)} a`
  ])
    assert.throws(() => idFromHex(bad), isMalformed, JSON.stringify(bad))
  fc.assert(fc.property(fc.string(), (text) => assert.throws(() => idFromHex(text), isMalformed)))
})

await test('a log’s name splits into the device and incarnation it was made of', () => {
  fc.assert(
    fc.property(hash, fc.uint8Array({ minLength: 8, maxLength: 8 }), (key, life) => {
      const device = idFromBytes<DeviceId>(key)
      const incarnation = idFromBytes<Incarnation>(life, 8)
      assert.deepEqual(splitLogId(logIdOf(device, incarnation)), { device, incarnation })
    })
  )
})
