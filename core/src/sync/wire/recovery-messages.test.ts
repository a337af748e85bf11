import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encode } from '../../base/codec.ts'
import type { Value } from '../../base/codec.ts'
import { isHoldfastError } from '../../base/errors.ts'
import { signAccountRecord } from '../../log/account-record.ts'
import { decodeRecoveryClaim, signRecoveryClaim } from '../../log/recovery-claim.ts'
import { certify, testAccount, testDevice } from '../../log/testing.ts'
import { sign } from '../../proof/sign.ts'
import {
  decodeAccountReply,
  decodeAccountRequest,
  encodeAccountReply,
  encodeAccountRequest
} from './account-messages.ts'
import type { AccountReply, AccountRequest } from './account-messages.ts'

const [anna, laptop, pi] = [await testAccount('anna'), await testDevice('laptop'), await testDevice('pi')]
const certificate = await certify(anna, laptop)
const record = await signAccountRecord(
  { account: anna.id, number: 3, sealed: new Uint8Array(100) },
  [certificate],
  (label, bytes) => sign(label, laptop.seed, bytes)
)
const nonce = new Uint8Array(16).fill(1)
const claim = await signRecoveryClaim({ relay: pi.id, nonce, root: anna.root, certificate }, anna.seed)

const REQUESTS: readonly AccountRequest[] = [
  { kind: 'putRecord', record },
  { kind: 'recover', claim },
  { kind: 'record' },
  { kind: 'nonce' }
]
const REPLIES: readonly AccountReply[] = [
  { kind: 'recordKept', number: 7 },
  { kind: 'recovered', isKnown: true, record },
  { kind: 'recovered', isKnown: false, record: null },
  { kind: 'record', record: null },
  { kind: 'nonce', nonce }
]

test('requests, replies and claims are read as they were written', () => {
  for (const request of REQUESTS) assert.deepEqual(decodeAccountRequest(encodeAccountRequest(request)), request)
  for (const reply of REPLIES) assert.deepEqual(decodeAccountReply(encodeAccountReply(reply)), reply)
  assert.deepEqual(decodeRecoveryClaim(claim.bytes), { relay: pi.id, nonce, root: anna.root, certificate })
})

test('garbage, cut and extended ones are refused with a code', () => {
  const codes = ['MALFORMED', 'TOO_LARGE', 'UNSUPPORTED_VERSION']
  const read = (decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void => {
    try {
      decode(bytes)
    } catch (error) {
      assert.ok(isHoldfastError(error) && codes.includes(error.code))
    }
  }
  const scalar = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.integer({ min: 0, max: 9 }),
    fc.boolean(),
    fc.constant(null)
  )
  const items = fc.array(fc.oneof(scalar, fc.array(scalar, { maxLength: 4 })), { maxLength: 5 })
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 9 }), items, fc.uint8Array({ maxLength: 200 }), (number, rest, bytes) => {
      for (const decode of [decodeAccountRequest, decodeAccountReply])
        read(decode, encode([number, ...(rest as Value[])]))
      read(decodeRecoveryClaim, encode([1, ...(rest as Value[])]))
      read(decodeRecoveryClaim, bytes)
    })
  )
  for (const request of REQUESTS) {
    const bytes = encodeAccountRequest(request)
    assert.throws(() => decodeAccountRequest(bytes.slice(0, -1)), { code: 'MALFORMED' })
    assert.throws(() => decodeAccountRequest(new Uint8Array([...bytes, 0])), { code: 'MALFORMED' })
  }
})
