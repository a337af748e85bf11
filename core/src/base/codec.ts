import { readCbor } from './cbor-read.ts'
import { writeCbor } from './cbor-write.ts'
import { HoldfastError } from './errors.ts'
import { idBytes, idFromBytes, ID_BYTES } from './ids.ts'
import type { Id } from './ids.ts'

/** What canonical bytes may hold: RFC 8949 deterministic CBOR without maps, tags, floats and undefined. */
export type Value = null | boolean | number | string | Uint8Array | readonly Value[]

/** Canonical bytes of a value. Numbers are safe integers. Throws MALFORMED for what the codec does not have. */
export function encode(value: Value): Uint8Array {
  return writeCbor(value)
}

/** Value of canonical bytes: one value has one encoding. The size is checked first. Throws TOO_LARGE or MALFORMED. */
export function decode(bytes: Uint8Array, maxBytes: number): Value {
  if (bytes.length > maxBytes) throw new HoldfastError('TOO_LARGE')
  return readCbor(bytes)
}

/** An array of exactly `length` items, or of any length up to `max`. */
export function asArray(value: Value | undefined, length: number | { max: number }): readonly Value[] {
  if (!Array.isArray(value)) throw malformed('an array')
  if (typeof length === 'number' ? value.length !== length : value.length > length.max)
    throw malformed('an array of another length')
  return value as readonly Value[]
}

/** Bytes of exactly `length`, or of any length up to `max`. */
export function asBytes(value: Value | undefined, length: number | { max: number }): Uint8Array {
  if (!(value instanceof Uint8Array)) throw malformed('bytes')
  if (typeof length === 'number' ? value.length !== length : value.length > length.max)
    throw malformed('bytes of another length')
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
  if (value.length > maxBytes || (value.length * 3 > maxBytes && new TextEncoder().encode(value).length > maxBytes))
    throw malformed('shorter text')
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
