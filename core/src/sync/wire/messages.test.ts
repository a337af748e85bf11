import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encode } from '../../base/codec.ts'
import { isHoldfastError } from '../../base/errors.ts'
import { LIMITS } from '../../base/limits.ts'
import { decodeMessage, encodeMessage } from './messages.ts'
import type { Message } from './messages.ts'

const hex = (bytes: number): fc.Arbitrary<never> =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((value) => Array.from(value, (b) => b.toString(16).padStart(2, '0')).join('') as never)
const seq = fc.integer({ min: 1, max: 2 ** 40 })
const log = fc.tuple(hex(32), hex(8)).map(([device, incarnation]) => `${device}:${incarnation}` as never)
const bytes = fc.uint8Array({ maxLength: 200 })
const distinct = <T>(item: fc.Arbitrary<T>, key: (item: T) => string): fc.Arbitrary<T[]> =>
  fc.uniqueArray(item, { maxLength: 6, selector: key }).map((items) => items.sort((a, b) => (key(a) < key(b) ? -1 : 1)))
const numbers = distinct(fc.record({ device: hex(32), number: fc.nat() }), ({ device }) => device)
const vault = hex(32)

const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    kind: fc.constant('hello' as const),
    role: fc.constantFrom('device' as const, 'relay' as const),
    vaults: fc.array(fc.record({ vault, digest: hex(32), told: fc.option(hex(32)) }), { maxLength: 5 }),
    nowMs: fc.integer()
  }),
  fc.record({
    kind: fc.constant('heads' as const),
    vault,
    heads: distinct(fc.record({ log, seq, hash: hex(32) }), (head) => head.log),
    numbers
  }),
  fc.record({
    kind: fc.constant('want' as const),
    vault,
    ranges: distinct(
      fc.tuple(log, seq, fc.nat(100)).map(([of, from, more]) => ({ log: of, from, to: from + more })),
      (range) => range.log
    )
  }),
  fc.record({
    kind: fc.constant('entries' as const),
    vault,
    entries: fc.array(fc.record({ entry: bytes, records: fc.array(bytes, { maxLength: 3 }) }), { maxLength: 4 }),
    role: fc.constantFrom('part' as const, 'last' as const, 'pushed' as const)
  }),
  fc.record({
    kind: fc.constant('statements' as const),
    vault,
    statements: fc.array(fc.record({ bytes, signature: fc.uint8Array({ minLength: 64, maxLength: 64 }) }), {
      maxLength: 3
    })
  }),
  fc.record({
    kind: fc.constant('state' as const),
    vault,
    entry: hex(32),
    incomplete: fc.array(fc.record({ record: hex(32), missing: fc.array(hex(32), { maxLength: 3 }) }), {
      maxLength: 3
    }),
    elsewhere: fc.array(hex(32), { maxLength: 3 })
  }),
  fc.record({ kind: fc.constant('idle' as const), vault, dealt: fc.nat() }),
  fc.record({ kind: fc.constant('refused' as const), vault }),
  fc.record({ kind: fc.constant('ask' as const), vault, entries: fc.array(hex(32), { maxLength: 5 }) }),
  fc.record({
    kind: fc.constant('holdings' as const),
    vault,
    holdings: fc.oneof(
      fc.record({
        kind: fc.constant('allBut' as const),
        upTo: distinct(fc.record({ log, seq }), (position) => position.log),
        records: distinct(hex(32), String)
      }),
      fc.record({ kind: fc.constant('only' as const), upTo: fc.constant([]), records: distinct(hex(32), String) })
    )
  })
)

test('every message is read as it was written, and has one form', () => {
  fc.assert(
    fc.property(message, (one) => {
      const encoded = encodeMessage(one)
      assert.deepEqual(encodeMessage(decodeMessage(encoded)), encoded)
      assert.equal(decodeMessage(encoded).kind, one.kind)
    })
  )
})

test('garbage and changed messages are refused with a code, never read as something else', () => {
  const refused = (input: Uint8Array): void => {
    try {
      assert.deepEqual(encodeMessage(decodeMessage(input)), input)
    } catch (error) {
      assert.ok(
        isHoldfastError(error, 'MALFORMED') ||
          isHoldfastError(error, 'UNSUPPORTED_VERSION') ||
          isHoldfastError(error, 'TOO_LARGE')
      )
    }
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), refused))
  fc.assert(
    fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (one, at, change) => {
      const encoded = encodeMessage(one).slice()
      encoded[at % encoded.length]! ^= change
      refused(encoded)
    })
  )
})

test('ranges and heads out of order, empty ranges and unknown kinds are refused', () => {
  const id = new Uint8Array(32)
  const incarnation = new Uint8Array(8)
  const refuses = (value: Parameters<typeof encode>[0]): void =>
    assert.throws(() => decodeMessage(encode(value)), { code: 'MALFORMED' })
  refuses([2, id, [[id, incarnation, 2, 1]]])
  refuses([2, id, [[id, incarnation, 0, 1]]])
  refuses([
    2,
    id,
    [
      [id, incarnation, 1, 1],
      [id, incarnation, 1, 1]
    ]
  ])
  refuses([
    1,
    id,
    [
      [id, incarnation, 1, id],
      [id, incarnation, 1, id]
    ],
    []
  ])
  refuses([9, id])
  refuses([9, id, 2, [], []])
  refuses([9, id, 0, [], [id, id]])
  refuses([9, id, 1, [[id, incarnation, 1]], []])
  refuses([9, id, 0, [], Array.from({ length: LIMITS.heldRecords + 1 }, () => id)])
  refuses([3, id, [], 3])
  refuses([])
  assert.throws(() => decodeMessage(encode([0, 1, 0, [], 0])), { code: 'UNSUPPORTED_VERSION' })
  assert.throws(() => decodeMessage(new Uint8Array(LIMITS.syncFrameBytes + 1)), { code: 'TOO_LARGE' })
})
