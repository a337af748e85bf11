import { HoldfastError } from './errors.ts'
import type { Id } from './ids.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const PAIRS = Array.from({ length: 4096 }, (_, i) => ALPHABET[i >> 6]! + ALPHABET[i & 63]!)
const VALUES = new Map(Array.from(ALPHABET, (letter, value) => [letter, value]))

/**
 * An id as it stands in the key of a row: base64url (RFC 4648, no padding), two thirds of the digits of a hexadecimal one. There
 * are many rows, and what stands in keys is not compressed.
 */
export function shortOf(id: Id<string>): string {
  let out = ''
  let at = 0
  for (; at + 2 < id.length; at += 3) out += PAIRS[(digit(id, at) << 8) | (digit(id, at + 1) << 4) | digit(id, at + 2)]!
  const left = id.length - at
  if (left === 1) return out + ALPHABET[digit(id, at) << 2]!
  return left === 2 ? out + PAIRS[(digit(id, at) << 8) | (digit(id, at + 1) << 4)]! : out
}

/** The id of `length` bytes that `shortOf` wrote so. Throws MALFORMED on anything else. */
export function idOfShort<T extends Id<string>>(short: string, length: number): T {
  let out = ''
  let bits = 0
  let held = 0
  for (const letter of short) {
    const value = VALUES.get(letter)
    if (value === undefined) throw new HoldfastError('MALFORMED', 'no id')
    bits = (bits << 6) | value
    for (held += 6; held >= 4; held -= 4) out += ((bits >> (held - 4)) & 15).toString(16)
    bits &= 15
  }
  const id = out.slice(0, length * 2) as T
  if (id.length !== length * 2 || shortOf(id) !== short) throw new HoldfastError('MALFORMED', 'no id')
  return id
}

function digit(hex: string, at: number): number {
  const code = hex.charCodeAt(at)
  return code <= 57 ? code - 48 : code - 87
}
