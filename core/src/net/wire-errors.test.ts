import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from '../base/codec.ts'
import { ERRORS, HoldfastError } from '../base/errors.ts'
import fc from 'fast-check'
import { decodeRefusal, encodeRefusal } from './wire-errors.ts'
import type { ErrorCode } from '../base/errors.ts'

test('a refusal keeps its code and its wait, and never its text', () => {
  const back = decodeRefusal(encodeRefusal(new HoldfastError('RATE_LIMITED', 'secret text', { waitMs: 1500 })))
  assert.equal(back.code, 'RATE_LIMITED')
  assert.equal(back.waitMs, 1500)
  assert.doesNotMatch(back.message, /secret/)
})

test('what concerns only the other side arrives as its failure, never as a fault of this disk', () => {
  for (const code of ['INTERNAL', 'STORE_READ_ONLY', 'STORE_FAILED', 'HOME_DAMAGED'] as const) {
    assert.equal(decodeRefusal(encodeRefusal(new HoldfastError(code))).code, 'PEER_FAILED')
  }
  assert.equal(decodeRefusal(encodeRefusal(new TypeError('x'))).code, 'PEER_FAILED')
  assert.equal(decodeRefusal(encodeRefusal(new HoldfastError('STORE_FULL'))).code, 'QUOTA_EXCEEDED')
})

test('every code can be refused with', () => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    assert.ok(decodeRefusal(encodeRefusal(new HoldfastError(code))) instanceof HoldfastError)
  }
})

test('an unknown number is a failure of the peer, and no wait is longer than an hour', () => {
  const back = decodeRefusal(encode([999, 2 ** 50]))
  assert.equal(back.code, 'PEER_FAILED')
  assert.equal(back.waitMs, 3_600_000)
})

test('garbage in place of a refusal is MALFORMED or TOO_LARGE', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (garbage) => {
      try {
        decodeRefusal(garbage)
      } catch (error) {
        assert.ok(error instanceof HoldfastError && ['MALFORMED', 'TOO_LARGE'].includes(error.code))
      }
    })
  )
})
