import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encode } from '../../base/codec.ts'
import type { Value } from '../../base/codec.ts'
import { isHoldfastError } from '../../base/errors.ts'
import type { AccountId, DeviceId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { certify, testAccount, testDevice } from '../../log/testing.ts'
import { decodeEnvelope, encodeEnvelope, SLOT_BYTES } from './envelope-bytes.ts'
import type { EnvelopeId, EnvelopeParts, KeyId } from './envelope-bytes.ts'
import { encodeMailKey, signedMailKey } from './key-bundle.ts'
import type { MailKey } from './key-bundle.ts'
import {
  decodeMailNotice,
  decodeMailReply,
  decodeMailRequest,
  encodeMailNotice,
  encodeMailReply,
  encodeMailRequest
} from './mail-messages.ts'
import type { MailReply, MailRequest } from './mail-messages.ts'

const fill = (length: number, value = 7): Uint8Array => new Uint8Array(length).fill(value)
const anna = await testAccount('anna')
const [laptop, phone] = [await testDevice('laptop'), await testDevice('phone')]
const ids = ['0a'.repeat(32), '0b'.repeat(32)] as EnvelopeId[]
const key: MailKey = {
  account: anna.id,
  device: laptop.id,
  relay: phone.id,
  number: 3,
  isLastResort: true,
  id: '0c'.repeat(8) as KeyId,
  xPublic: fill(32, 9)
}
const signed = signedMailKey(encodeMailKey(key), fill(64))

const REQUESTS: readonly MailRequest[] = [
  { kind: 'deliver' },
  { kind: 'list', after: 7 },
  { kind: 'fetch', ids },
  { kind: 'delete', ids },
  { kind: 'subscribe' },
  { kind: 'keys', keys: [signed], withdrawn: ['0d'.repeat(8) as KeyId] },
  { kind: 'lookUp', account: anna.id },
  { kind: 'lookUp', account: anna.id, withoutKeys: true }
]
const REPLIES: readonly MailReply[] = [
  { kind: 'delivered' },
  { kind: 'list', waiting: ids.map((id, at) => ({ number: at + 1, id, sizeBytes: 5000 })), more: true },
  { kind: 'fetch', sizes: [5000, -1] },
  { kind: 'deleted' },
  { kind: 'subscribed', newest: 12 },
  { kind: 'keys', left: ['0d'.repeat(8) as KeyId], lastResortNumber: 4 },
  { kind: 'account', statements: [await certify(anna, laptop)], keys: [signed] }
]
const ENVELOPE: EnvelopeParts = {
  account: anna.id,
  slots: [laptop, phone]
    .map(({ id }) => ({ device: id, key: key.id, sealed: fill(SLOT_BYTES) }))
    .sort((a, b) => (a.device < b.device ? -1 : 1)),
  body: fill(300)
}

test('requests, replies, notices, keys and envelopes are read as they were written', () => {
  for (const request of REQUESTS) assert.deepEqual(decodeMailRequest(encodeMailRequest(request)), request)
  for (const reply of REPLIES) assert.deepEqual(decodeMailReply(encodeMailReply(reply)), reply)
  assert.equal(decodeMailNotice(encodeMailNotice(8)), 8)
  assert.deepEqual(signed.key, key)
  assert.deepEqual(decodeEnvelope(encodeEnvelope(ENVELOPE)), ENVELOPE)
})

test('whatever a stranger sends, a decoder refuses it with a code or gives what encodes to the same bytes', () => {
  const decoders: readonly [(bytes: Uint8Array) => unknown, (value: never) => Uint8Array][] = [
    [decodeMailRequest, encodeMailRequest],
    [decodeMailReply, encodeMailReply],
    [decodeMailNotice, encodeMailNotice],
    [decodeEnvelope, encodeEnvelope],
    [(bytes) => signedMailKey(bytes, fill(64)).key, encodeMailKey]
  ]
  const good = [
    ...REQUESTS.map(encodeMailRequest),
    ...REPLIES.map(encodeMailReply),
    encodeMailNotice(3),
    encodeEnvelope(ENVELOPE),
    encodeMailKey(key)
  ]
  const damaged = fc
    .constantFrom(...good)
    .chain((bytes) => fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)).map(([at, to]) => bytes.with(at, to)))
  const items = fc.array(fc.oneof(fc.nat(7), fc.uint8Array({ maxLength: 40 }), fc.constant(null)), { maxLength: 4 })
  const garbage = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    damaged,
    items.map((some) => encode(some as Value[]))
  )
  fc.assert(
    fc.property(garbage, (bytes) => {
      for (const [decode, encodeAgain] of decoders) {
        try {
          assert.deepEqual(encodeAgain(decode(bytes) as never), bytes)
        } catch (error) {
          const known = ['MALFORMED', 'UNSUPPORTED_VERSION', 'TOO_LARGE'] as const
          assert.ok(
            known.some((code) => isHoldfastError(error, code)),
            String(error)
          )
        }
      }
    }),
    { numRuns: 500 }
  )
})

test('counts and sizes over the limits are refused', () => {
  const many = Array.from({ length: LIMITS.envelopesPerMessage + 1 }, () => ids[0]!)
  assert.throws(() => decodeMailRequest(encodeMailRequest({ kind: 'fetch', ids: many })), { code: 'MALFORMED' })
  assert.throws(() => decodeMailReply(encodeMailReply({ kind: 'fetch', sizes: [-2] })), { code: 'MALFORMED' })
  assert.throws(() => decodeMailReply(fill(LIMITS.mailFrameHeaderBytes + 1)), { code: 'TOO_LARGE' })
  assert.throws(() => encodeEnvelope({ ...ENVELOPE, body: fill(LIMITS.envelopeBytes) }), { code: 'TOO_LARGE' })
  assert.throws(() => decodeEnvelope(fill(LIMITS.envelopeBytes + 1)), { code: 'TOO_LARGE' })
  assert.throws(() => decodeEnvelope(encodeEnvelope({ ...ENVELOPE, slots: [] })), { code: 'MALFORMED' })
  const twice = [ENVELOPE.slots[0]!, ENVELOPE.slots[0]!]
  assert.throws(() => decodeEnvelope(encodeEnvelope({ ...ENVELOPE, slots: twice })), { code: 'MALFORMED' })
  const unordered = [3, 2].map((number) => ({ number, id: ids[0]!, sizeBytes: 1 }))
  assert.throws(() => decodeMailReply(encodeMailReply({ kind: 'list', waiting: unordered, more: false })), {
    code: 'MALFORMED'
  })
  const tooMany = Array.from({ length: LIMITS.oneTimeKeys + 2 }, () => signed)
  assert.throws(() => decodeMailRequest(encodeMailRequest({ kind: 'keys', keys: tooMany, withdrawn: [] })), {
    code: 'MALFORMED'
  })
})

test('an account or device id of another length is refused', () => {
  const short = '0a' as AccountId & DeviceId
  assert.throws(() => decodeMailRequest(encodeMailRequest({ kind: 'lookUp', account: short })), { code: 'MALFORMED' })
  assert.throws(() => signedMailKey(encodeMailKey({ ...key, device: short }), fill(64)), { code: 'MALFORMED' })
})
