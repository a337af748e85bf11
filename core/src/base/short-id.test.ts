import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toHex } from './bytes.ts'
import { isHoldfastError } from './errors.ts'
import type { BlobId } from './ids.ts'
import { idOfShort, shortOf } from './short-id.ts'

test('an id in the key of a row is base64url, and comes back', () => {
  for (const length of [8, 16, 20, 32])
    fc.assert(
      fc.property(fc.uint8Array({ minLength: length, maxLength: length }), (bytes) => {
        const id = toHex(bytes) as BlobId
        assert.equal(shortOf(id), Buffer.from(bytes).toString('base64url'))
        assert.equal(idOfShort(shortOf(id), length), id)
      })
    )
})

test('one id has one key: bits left over, other letters and other lengths are refused', () => {
  const short = shortOf('ff'.repeat(16) as BlobId)
  for (const bad of [
    '',
    short.slice(1),
    `${short}A`,
    `${short.slice(0, -1)}_`,
    `${short.slice(0, -1)}=`,
    'ff'.repeat(16)
  ])
    assert.throws(
      () => idOfShort(bad, 16),
      (error) => isHoldfastError(error, 'MALFORMED')
    )
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        assert.equal(shortOf(idOfShort(text, 16)), text)
      } catch (error) {
        assert.ok(isHoldfastError(error, 'MALFORMED'))
      }
    })
  )
})
