import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concat, equalBytes, fromHex, toHex, utf8 } from './bytes.ts'
import {
  asArray,
  asBytes,
  asId,
  asIdOrNull,
  asIds,
  asInt,
  asText,
  asUint,
  asVersion,
  decode,
  encode,
  idValue
} from './codec.ts'
import type { Value } from './codec.ts'
import { isHoldfastError } from './errors.ts'
import type { ErrorCode } from './errors.ts'
import { LIMITS } from './limits.ts'

const MAX = 1_000_000
const code = (expected: ErrorCode) => (error: unknown) => isHoldfastError(error, expected)
const isMalformed = code('MALFORMED')

const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger().map((number) => (number === 0 ? 0 : number)),
    fc.string({ unit: 'binary' }),
    fc.uint8Array(),
    fc.array(tie('value') as fc.Arbitrary<Value>, { maxLength: 6 })
  )
}))

await test('every value comes back, and one value has one encoding', () => {
  fc.assert(
    fc.property(value, (item) => {
      const bytes = encode(item)
      assert.deepEqual(decode(bytes, MAX), item)
      assert.deepEqual(encode(decode(bytes, MAX)), bytes)
      assert.equal(bytes.constructor, Uint8Array)
    })
  )
})

await test('bytes handed out stay as they are when more is encoded or the input is overwritten', () => {
  const first = encode([1, utf8('first')])
  const kept = toHex(first)
  for (let i = 0; i < 100; i++) encode([i, new Uint8Array(i * 10).fill(i)])
  assert.equal(toHex(first), kept)
  const input = Buffer.from(first)
  const inner = asBytes(asArray(decode(input, MAX), 2)[1], 5)
  input.fill(0)
  assert.deepEqual(inner, utf8('first'))
})

await test('bytes handed out are plain arrays of their own, whatever their length', () => {
  for (const length of [0, 1, 23, 60, 100, 130, 200, 255, 256, 300, 1000, 9000]) {
    for (const item of [
      length,
      new Uint8Array(length),
      'x'.repeat(length),
      [1, '𐀀'.repeat(length / 4), new Uint8Array(length)]
    ]) {
      const bytes = encode(item)
      assert.equal(bytes.constructor, Uint8Array)
      assert.equal(bytes.buffer.byteLength, bytes.length)
    }
  }
  encode(null).fill(0)
  assert.deepEqual(encode(null), Uint8Array.of(0xf6))
})

await test('garbage is refused with a named code or is canonical', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        assert.deepEqual(encode(decode(bytes, MAX)), bytes)
      } catch (error) {
        assert.ok(isMalformed(error), String(error))
      }
    }),
    { numRuns: 2000 }
  )
})

await test('a changed byte of good bytes is refused or gives another value, never the same', () => {
  fc.assert(
    fc.property(value, fc.nat(), fc.integer({ min: 1, max: 255 }), (item, where, by) => {
      const bytes = encode(item)
      const changed = bytes.slice()
      changed[where % bytes.length]! ^= by
      try {
        assert.ok(!equalBytes(encode(decode(changed, MAX)), bytes))
      } catch (error) {
        assert.ok(isMalformed(error))
      }
    }),
    { numRuns: 500 }
  )
})

await test('each form that FORMAT.md forbids is refused, named by what is wrong', () => {
  const bad: [string, string][] = [
    ['empty', ''],
    ['a number longer than it needs to be', '1801'],
    ['a length longer than it needs to be', '580101'],
    ['an array length longer than it needs to be', '980101'],
    ['indefinite array', '9f01ff'],
    ['indefinite bytes', '5f4101ff'],
    ['indefinite text', '7f6161ff'],
    ['a map', 'a10102'],
    ['an empty map', 'a0'],
    ['a tag', 'c001'],
    ['undefined', 'f7'],
    ['half float', 'f93c00'],
    ['float that is a whole number', 'fa3f800000'],
    ['double', 'fb3ff0000000000000'],
    ['minus zero', 'f98000'],
    ['not a number', 'f97e00'],
    ['an unknown simple value', 'f0'],
    ['true in two bytes', 'f815'],
    ['a break alone', 'ff'],
    ['a number over 2^53 - 1', '1b0020000000000000'],
    ['a number under -(2^53 - 1)', '3b001fffffffffffff'],
    ['a number of 64 bits', '1bffffffffffffffff'],
    ['text that is not UTF-8', '62c328'],
    ['text with a surrogate', '63eda080'],
    ['trailing bytes', '0100'],
    ['two items', '0101'],
    ['bytes cut short', '4401'],
    ['an array cut short', '8201'],
    ['a length of 2^32 with nothing behind it', '5b0000000100000000'],
    ['an array of 2^53 items', '9b0020000000000000'],
    ['an array of 2^32 items', '9a ffffffff'.replace(' ', '')],
    ['reserved length', '1c']
  ]
  for (const [name, hex] of bad) assert.throws(() => decode(fromHex(hex), MAX), isMalformed, name)
})

await test('nesting is bounded before anything is built, and alike on both sides', () => {
  const nested = (depth: number): Value => (depth === 0 ? [] : [nested(depth - 1)])
  assert.deepEqual(decode(encode(nested(LIMITS.codecDepth)), MAX), nested(LIMITS.codecDepth))
  assert.throws(() => encode(nested(LIMITS.codecDepth + 1)), isMalformed)
  assert.throws(() => decode(new Uint8Array(LIMITS.codecDepth + 2).fill(0x81), MAX), isMalformed)
  assert.throws(() => decode(concat(new Uint8Array(900_000).fill(0x81), Uint8Array.of(0)), MAX), isMalformed)
  assert.throws(() => decode(concat(new Uint8Array(900_000).fill(0x82), new Uint8Array(90_000)), MAX), isMalformed)
})

await test('size is checked before anything else', () => {
  assert.throws(() => decode(new Uint8Array(11), 10), code('TOO_LARGE'))
  assert.equal(decode(encode(7), 1), 7)
})

await test('what has no encoding of its own is not encoded', () => {
  for (const item of [
    1.5,
    -0,
    NaN,
    Infinity,
    2 ** 53,
    undefined,
    {},
    new Map(),
    1n,
    '\ud800',
    'a\udc00b',
    [[undefined]],
    new Date(0),
    () => 1
  ])
    assert.throws(() => encode(item as unknown as Value), isMalformed, typeof item)
})

await test('readers of single items take their kind and size only', () => {
  assert.equal(asUint(7), 7)
  assert.equal(asInt(-7), -7)
  assert.equal(asText('äb', 3), 'äb')
  assert.deepEqual(asArray([1, 2], { max: 2 }), [1, 2])
  assert.deepEqual(asBytes(Uint8Array.of(1), { max: 1 }), Uint8Array.of(1))
  const id = asId(new Uint8Array(32).fill(1))
  assert.equal(id, '01'.repeat(32))
  assert.equal(asIdOrNull(null), null)
  assert.deepEqual(asIds([new Uint8Array(16)], 1, 16), ['00'.repeat(16)])
  assert.deepEqual(idValue(id), new Uint8Array(32).fill(1))
  assert.equal(idValue(null), null)
  const wrong: (() => unknown)[] = [
    () => asUint(-1),
    () => asUint(8, 7),
    () => asUint('7'),
    () => asUint(undefined),
    () => asInt(null),
    () => asText('äb', 2),
    () => asText('a'.repeat(9), 8),
    () => asText(utf8('a'), 8),
    () => asArray([1], 2),
    () => asArray([1, 2, 3], { max: 2 }),
    () => asArray(utf8('ab'), 2),
    () => asBytes(new Uint8Array(3), 2),
    () => asBytes([1, 2], 2),
    () => asId(new Uint8Array(31)),
    () => asId('01'.repeat(32)),
    () => asIdOrNull(undefined),
    () => asIds([new Uint8Array(32), new Uint8Array(32)], 1)
  ]
  for (const read of wrong) assert.throws(read, isMalformed)
})

await test('another version is told from a broken one', () => {
  assert.doesNotThrow(() => asVersion(1, 1))
  assert.throws(() => asVersion(2, 1), code('UNSUPPORTED_VERSION'))
  assert.throws(() => asVersion('1', 1), isMalformed)
})
