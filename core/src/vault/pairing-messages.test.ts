import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isHoldfastError } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import type { Value } from '../base/codec.ts'
import {
  asFloor,
  decodePairingFrame,
  decodePairingLink,
  encodePairingFrame,
  encodePairingLink
} from './pairing-messages.ts'
import type { PairingFrame, PairingLink } from './pairing-messages.ts'

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => Buffer.from(value).toString('hex') as never)
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const name = fc.string({ maxLength: 20 })
const addresses = fc.array(name, { maxLength: LIMITS.addresses })
const contact = fc.record({ peer: hex(32), addresses })
const genesis = fc.record({ header: fc.uint8Array({ maxLength: 200 }), signature: bytes(64) })
const head = fc.record({
  log: fc.tuple(hex(32), hex(8)).map(([device, life]) => `${device}:${life}` as never),
  seq: fc.nat(),
  hash: hex(32)
})
const byLog = (a: { log: string }, b: { log: string }): number => (a.log < b.log ? -1 : 1)
const floor = fc.record({
  vault: hex(32),
  heads: fc.uniqueArray(head, { maxLength: 3, selector: ({ log }) => log }).map((heads) => heads.toSorted(byLog)),
  epochs: fc.uniqueArray(hex(32), { maxLength: 3 }).map((epochs) => epochs.toSorted())
})
const frame: fc.Arbitrary<PairingFrame> = fc.oneof(
  fc.record({ kind: fc.constant('hello' as const), device: hex(32), nonce: bytes(16) }),
  fc.record({
    kind: fc.constant('join' as const),
    device: hex(32),
    xPublic: bytes(32),
    name,
    nonce: bytes(16),
    signature: bytes(64)
  }),
  fc.record({
    kind: fc.constant('welcome' as const),
    account: hex(32),
    rootPublic: bytes(32),
    recoveryPublic: bytes(32),
    accountName: name,
    certificate: fc.uint8Array({ maxLength: 200 }),
    certificateSignature: bytes(64),
    accountGenesis: genesis,
    personalGenesis: genesis,
    relays: fc.array(fc.record({ peer: hex(32), name, addresses }), { maxLength: 3 }),
    floors: fc.array(floor, { maxLength: 3 }),
    ownAddresses: addresses
  }),
  fc.constant({ kind: 'done' as const }),
  fc.constant({ kind: 'declined' as const })
)

test('every frame and every link comes back as it was', () => {
  fc.assert(
    fc.property(frame, (one) => assert.deepEqual(plain(decodePairingFrame(encodePairingFrame(one))), plain(one))),
    { numRuns: 100 }
  )
  const link: fc.Arbitrary<PairingLink> = fc.record({
    secret: bytes(16),
    meetAt: fc.array(contact, { maxLength: LIMITS.relays + 1 })
  })
  fc.assert(
    fc.property(link, (one) => assert.deepEqual(plain(decodePairingLink(` ${encodePairingLink(one)}\n`)), plain(one))),
    { numRuns: 100 }
  )
})

test('a floor has one form: heads and epochs out of order, or twice, are refused', () => {
  const [a, b] = ['aa'.repeat(32), 'bb'.repeat(32)] as never[]
  const value = (heads: number[], epochs: number[]): Value => {
    const bytes = (one: number): Uint8Array => new Uint8Array(32).fill(one)
    return [bytes(1), heads.map((one) => [bytes(one), new Uint8Array(8), 1, bytes(9)]), epochs.map(bytes)]
  }
  assert.deepEqual(asFloor(value([1, 2], [0xaa, 0xbb])).epochs, [a, b])
  for (const [heads, epochs] of [
    [[2, 1], []],
    [[1, 1], []],
    [[], [2, 1]],
    [[], [1, 1]]
  ] as const)
    assert.throws(
      () => asFloor(value([...heads], [...epochs])),
      (error) => isHoldfastError(error, 'MALFORMED')
    )
})

test('garbage, and a frame with any byte changed, gives another frame or a named error, never anything else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => readsOrRefuses(garbage)),
    { numRuns: 300 }
  )
  fc.assert(
    fc.property(frame, fc.nat(), fc.integer({ min: 1, max: 255 }), (one, at, flip) => {
      const encoded = encodePairingFrame(one)
      encoded[at % encoded.length]! ^= flip
      readsOrRefuses(encoded)
      readsOrRefuses(encoded.subarray(0, at % encoded.length))
    }),
    { numRuns: 300 }
  )
})

test('whatever is not a whole link is BAD_LINK', () => {
  const good = encodePairingLink({ secret: new Uint8Array(16), meetAt: [] })
  for (const text of [
    '',
    'holdfast:pair/',
    good.slice(0, -2),
    `${good}AAAA`,
    good.replace('pair', 'relay'),
    `x${good}`
  ]) {
    assert.throws(() => decodePairingLink(text), { code: 'BAD_LINK' }, text)
  }
  fc.assert(
    fc.property(fc.string(), (text) =>
      assert.throws(() => decodePairingLink(`holdfast:pair/${text}`), { code: 'BAD_LINK' })
    ),
    { numRuns: 200 }
  )
})

function readsOrRefuses(bytes: Uint8Array): void {
  try {
    decodePairingFrame(bytes)
  } catch (error) {
    assert.ok(isHoldfastError(error), String(error))
  }
}

/** Views into one buffer and arrays of their own are the same bytes. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, item: unknown) =>
      ArrayBuffer.isView(item) ? Buffer.from(item as Uint8Array).toString('hex') : item
    )
  )
}
