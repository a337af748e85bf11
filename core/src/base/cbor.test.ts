import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode as cborDecode, encode as cborEncode } from 'cborg'
import fc from 'fast-check'
import { equalBytes } from './bytes.ts'
import { readCbor } from './cbor-read.ts'
import { writeCbor } from './cbor-write.ts'
import type { Value } from './codec.ts'
import { isHoldfastError } from './errors.ts'

// The judge is a general library: what it decodes strictly and encodes again to the same bytes is canonical.

const STRICT = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  useMaps: true,
  rejectDuplicateMapKeys: true
}

const BOUNDARIES = [0, 23, 24, 255, 256, 65_535, 65_536, 0xffffffff, 0x100000000, Number.MAX_SAFE_INTEGER]
const number = fc.oneof(
  fc.maxSafeInteger().map((n) => (n === 0 ? 0 : n)),
  fc.constantFrom(...BOUNDARIES, ...BOUNDARIES.slice(1).map((n) => -n))
)
const text = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'binary-ascii', minLength: 120, maxLength: 140 })
)
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(null, true, false),
    number,
    text,
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value') as fc.Arbitrary<Value>, { maxLength: 30 })
  )
}))

test('what is written is what a general library writes', () => {
  fc.assert(
    fc.property(value, (item) => assert.deepEqual(writeCbor(item), new Uint8Array(cborEncode(item)))),
    { numRuns: 500 }
  )
})

test('bytes are read exactly when they are the one encoding of a value, and as that value', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 24 }),
    fc
      .tuple(value, fc.nat(), fc.integer({ min: 0, max: 255 }))
      .map(([item, at, byte]) => changed(writeCbor(item), at, byte)),
    fc.tuple(value, fc.nat()).map(([item, at]) => writeCbor(item).slice(0, at % 64)),
    value.map(writeCbor)
  )
  fc.assert(
    fc.property(bytes, (input) => {
      const expected = judged(input)
      if (expected === undefined)
        assert.throws(
          () => readCbor(input),
          (error) => isHoldfastError(error, 'MALFORMED')
        )
      else assert.deepEqual(readCbor(input), expected.value)
    }),
    { numRuns: 5000 }
  )
})

test('every head of one to three bytes is judged alike', () => {
  for (let first = 0; first < 256; first++) {
    for (const rest of [
      [],
      [0],
      [23],
      [24],
      [255],
      [0, 23],
      [0, 255],
      [1, 0],
      [255, 255],
      [0, 0, 0, 1],
      [0, 0, 255, 255],
      [0, 1, 0, 0]
    ]) {
      const input = Uint8Array.of(first, ...rest)
      const expected = judged(input)
      if (expected === undefined)
        assert.throws(
          () => readCbor(input),
          (error) => isHoldfastError(error, 'MALFORMED'),
          input.join()
        )
      else assert.deepEqual(readCbor(input), expected.value)
    }
  }
})

/** Undefined when it is not canonical, or of a kind that the format does not have. */
function judged(input: Uint8Array): { value: unknown } | undefined {
  try {
    const decoded: unknown = cborDecode(input, STRICT)
    return isOurs(decoded) && equalBytes(cborEncode(decoded), input) ? { value: decoded } : undefined
  } catch {
    return undefined
  }
}

function isOurs(item: unknown, depth = 0): boolean {
  if (depth > 16) return false
  if (item === null || typeof item === 'boolean' || typeof item === 'string' || item instanceof Uint8Array) return true
  if (typeof item === 'number') return Number.isSafeInteger(item) && !Object.is(item, -0)
  return Array.isArray(item) && item.every((one) => isOurs(one, depth + 1))
}

function changed(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  const copy = bytes.slice()
  copy[at % copy.length] = byte
  return copy
}
