import { decode as cborDecode, encode as cborEncode } from 'cborg'
import { equalBytes } from './bytes.ts'
import { HoldfastError } from './errors.ts'
import { idBytes, idFromBytes, ID_BYTES } from './ids.ts'
import type { Id } from './ids.ts'
import { LIMITS } from './limits.ts'

/** What canonical bytes may hold: RFC 8949 deterministic CBOR without maps, tags, floats and undefined. */
export type Value = null | boolean | number | string | Uint8Array | readonly Value[]

/** Canonical bytes of a value. Numbers are safe integers. */
export function encode(value: Value): Uint8Array {
  assertEncodable(value, 0)
  // The library hands out Buffers of Node's shared pool (whose `slice` shares memory) and its own cached arrays.
  return new Uint8Array(cborEncode(value))
}

/**
 * Value of canonical bytes. Strict: the size is checked first, then depth, then form; the value is encoded again and
 * compared, so that one value has one encoding. Throws TOO_LARGE or MALFORMED.
 */
export function decode(bytes: Uint8Array, maxBytes: number): Value {
  if (bytes.length > maxBytes) throw new HoldfastError('TOO_LARGE')
  assertDepth(bytes)
  let value: Value
  try {
    value = cborDecode(bytes, STRICT) as Value
    assertEncodable(value, 0)
  } catch (cause) {
    throw new HoldfastError('MALFORMED', undefined, { cause })
  }
  if (!equalBytes(cborEncode(value), bytes)) throw new HoldfastError('MALFORMED', 'not in canonical form')
  return value
}

/** An array of exactly `length` items, or of any length up to `max`. */
export function asArray(value: Value | undefined, length: number | { max: number }): readonly Value[] {
  if (!Array.isArray(value)) throw malformed('an array')
  if (typeof length === 'number' ? value.length !== length : value.length > length.max) throw malformed('an array of another length')
  return value as readonly Value[]
}

/** Bytes of exactly `length`, or of any length up to `max`. */
export function asBytes(value: Value | undefined, length: number | { max: number }): Uint8Array {
  if (!(value instanceof Uint8Array)) throw malformed('bytes')
  if (typeof length === 'number' ? value.length !== length : value.length > length.max) throw malformed('bytes of another length')
  return value
}

export function asId<T extends Id<string>>(value: Value | undefined, length: number = ID_BYTES): T {
  return idFromBytes<T>(asBytes(value, length), length)
}

export function asIdOrNull<T extends Id<string>>(value: Value | undefined, length: number = ID_BYTES): T | null {
  return value === null ? null : asId<T>(value, length)
}

export function asIds<T extends Id<string>>(value: Value | undefined, max: number, length: number = ID_BYTES): T[] {
  return asArray(value, { max }).map((item) => asId<T>(item, length))
}

/** A non-negative integer up to `max`. */
export function asUint(value: Value | undefined, max: number = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number' || value < 0 || value > max) throw malformed('a number in range')
  return value
}

/** An integer that may be negative (times before 1970). */
export function asInt(value: Value | undefined): number {
  if (typeof value !== 'number') throw malformed('a number')
  return value
}

/** Text of at most `maxBytes` UTF-8 bytes. What it says is still hostile. */
export function asText(value: Value | undefined, maxBytes: number): string {
  if (typeof value !== 'string') throw malformed('text')
  if (value.length > maxBytes || (value.length * 3 > maxBytes && new TextEncoder().encode(value).length > maxBytes)) throw malformed('shorter text')
  return value
}

export function asBool(value: Value | undefined): boolean {
  if (typeof value !== 'boolean') throw malformed('true or false')
  return value
}

/** The version byte or number that leads a record. Throws UNSUPPORTED_VERSION. */
export function asVersion(value: Value | undefined, version: number): void {
  if (asUint(value) !== version) throw new HoldfastError('UNSUPPORTED_VERSION')
}

export function idValue(id: Id<string> | null): Uint8Array | null {
  return id === null ? null : idBytes(id)
}

function malformed(expected: string): HoldfastError {
  return new HoldfastError('MALFORMED', `expected ${expected}`)
}

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

function assertEncodable(value: unknown, depth: number): void {
  if (depth > LIMITS.codecDepth) throw new HoldfastError('MALFORMED', 'nested too deeply')
  if (value === null || typeof value === 'boolean' || value instanceof Uint8Array) return
  // A lone surrogate would be replaced on encoding, so two values would share one encoding.
  if (typeof value === 'string' && !LONE_SURROGATE.test(value)) return
  if (typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)) return
  if (!Array.isArray(value)) throw new HoldfastError('MALFORMED', 'a kind of value the codec does not have')
  for (const item of value) assertEncodable(item, depth + 1)
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

/** Walks the item heads without recursion: the decoder below it has no bound of its own on nesting. */
function assertDepth(bytes: Uint8Array): void {
  const left: number[] = []
  let at = 0
  while (at < bytes.length) {
    const head = bytes[at]!
    const major = head >> 5
    const { value, next } = argument(bytes, at)
    at = next
    if (major === 2 || major === 3) at += value
    if (major === 4 && value > 0) {
      left.push(value)
      if (left.length > LIMITS.codecDepth) throw new HoldfastError('MALFORMED', 'nested too deeply')
      continue
    }
    if (major === 5 || major === 6) throw new HoldfastError('MALFORMED', 'maps and tags are not used')
    while (left.length > 0) {
      left[left.length - 1]!--
      if (left[left.length - 1]! > 0) break
      left.pop()
    }
  }
}

function argument(bytes: Uint8Array, at: number): { value: number; next: number } {
  const low = bytes[at]! & 31
  if (low < 24) return { value: low, next: at + 1 }
  if (low > 27) throw new HoldfastError('MALFORMED', 'indefinite lengths are not used')
  const size = 1 << (low - 24)
  let value = 0
  for (let i = 1; i <= size; i++) value = value * 256 + (bytes[at + i] ?? 0)
  return { value, next: at + 1 + size }
}
