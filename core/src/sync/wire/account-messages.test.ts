import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encode } from '../../base/codec.ts'
import { isHoldfastError } from '../../base/errors.ts'
import type { AccountId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { certify, revoke, testAccount, testDevice } from '../../log/testing.ts'
import {
  decodeAccountReply,
  decodeAccountRequest,
  encodeAccountReply,
  encodeAccountRequest
} from './account-messages.ts'
import type { AccountReply, AccountRequest } from './account-messages.ts'

const fill = (length: number, value = 7): Uint8Array => new Uint8Array(length).fill(value)

const anna = await testAccount('anna')
const [laptop, phone] = [await testDevice('laptop'), await testDevice('phone')]

const REQUESTS: readonly AccountRequest[] = [
  {
    kind: 'register',
    secret: fill(16),
    rootPublicKey: fill(32, 1),
    recoveryPublicKey: fill(32, 2),
    chain: [await certify(anna, laptop), await certify(anna, phone, laptop)],
    name: 'Änna'
  },
  { kind: 'hostVault', genesisHeader: fill(300), signature: fill(64) },
  { kind: 'account' },
  { kind: 'standing' }
]
const REPLIES: readonly AccountReply[] = [
  { kind: 'registered' },
  { kind: 'hosted' },
  { kind: 'account', account: '05'.repeat(32) as AccountId, vaults: 2, bytes: 2 ** 41, quotaBytes: 0 },
  { kind: 'standing', proof: null },
  { kind: 'standing', proof: { chain: null, revocation: await revoke(anna, laptop) } },
  {
    kind: 'standing',
    proof: { chain: [await certify(anna, laptop)], revocation: await revoke(anna, phone, laptop) }
  }
]

test('requests and replies are read as they were written', () => {
  for (const request of REQUESTS) assert.deepEqual(decodeAccountRequest(encodeAccountRequest(request)), request)
  for (const reply of REPLIES) assert.deepEqual(decodeAccountReply(encodeAccountReply(reply)), reply)
})

test('garbage, other lengths and large requests are refused with a code', () => {
  const garbage = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => encode([0, bytes]))
  )
  fc.assert(
    fc.property(garbage, (bytes) => {
      for (const read of [decodeAccountRequest, decodeAccountReply]) {
        try {
          read(bytes)
        } catch (error) {
          assert.ok(isHoldfastError(error, 'MALFORMED'))
        }
      }
    })
  )
  for (const request of REQUESTS.slice(0, 2)) {
    const short = encodeAccountRequest(request).slice(0, -1)
    assert.throws(() => decodeAccountRequest(short), { code: 'MALFORMED' })
  }
  assert.throws(
    () => decodeAccountRequest(encodeAccountRequest({ ...REQUESTS[0]!, secret: fill(15) } as AccountRequest)),
    { code: 'MALFORMED' }
  )
  assert.throws(() => decodeAccountRequest(new Uint8Array(LIMITS.accountFrameBytes + 1)), { code: 'TOO_LARGE' })
})
