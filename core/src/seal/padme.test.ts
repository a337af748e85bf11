import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isHoldfastError } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import { concat } from '../base/bytes.ts'
import { padded, unpadded } from './padded.ts'
import { isZeroFrom, padme, zeros } from './padme.ts'

await test('Padmé gives the lengths of the paper’s formula', () => {
  const known: [number, number][] = [
    [0, 0],
    [1, 1],
    [2, 2],
    [8, 8],
    [9, 10],
    [15, 16],
    [100, 104],
    [1000, 1024],
    [1025, 1088],
    [65_537, 67_584],
    [2 ** 20 + 1, 2 ** 20 + 2 ** 15],
    [2 ** 31 + 1, 2 ** 31 + 2 ** 26]
  ]
  for (const [length, padded] of known) assert.equal(padme(length), padded, `${length}`)
})

await test('padding never shortens, costs at most an eighth, and does not move what is padded', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (length) => {
      const to = padme(length)
      assert.ok(to >= length && to <= length * 1.125 + 1)
      assert.equal(padme(to), to)
      assert.ok(padme(length + 1) >= to)
    })
  )
})

await test('a padded chunk of the maximum size fits a blob', () => {
  assert.ok(padme(10 + LIMITS.chunkMaxBytes) + 17 <= LIMITS.blobBytes)
})

await test('zeros are zeros of any length, and only zeros pass', () => {
  for (const length of [0, 1, 65_536, 65_537])
    assert.ok(zeros(length).length === length && isZeroFrom(zeros(length), 0))
  assert.equal(isZeroFrom(Uint8Array.of(1, 0, 0, 2), 1), false)
  assert.equal(isZeroFrom(Uint8Array.of(1, 0, 0), 1), true)
})

await test('what was padded comes back; another length, another padding or a lie is refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 700 }), fc.constantFrom(0, 256), fc.nat(), (bytes, atLeast, where) => {
      const plaintext = concat(...padded(bytes, atLeast))
      assert.deepEqual(unpadded(plaintext, atLeast), bytes)
      for (const bad of [concat(plaintext, Uint8Array.of(0)), plaintext.subarray(0, -1), lied(plaintext, where % 4)]) {
        try {
          assert.ok(unpadded(bad, atLeast).length !== bytes.length)
        } catch (error) {
          assert.ok(isHoldfastError(error, 'MALFORMED'))
        }
      }
    })
  )
})

await test('garbage is refused with a named code or is a well padded plaintext', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        assert.deepEqual(concat(...padded(unpadded(bytes))), bytes)
      } catch (error) {
        assert.ok(isHoldfastError(error, 'MALFORMED'))
      }
    })
  )
})

/** One byte of the declared length changed. */
function lied(plaintext: Uint8Array, at: number): Uint8Array {
  const out = plaintext.slice()
  out[at]! ^= 1
  return out
}
