import { HoldfastError } from './errors.ts'
import { LIMITS } from './limits.ts'
import type { Value } from './codec.ts'

/**
 * The value of exactly these bytes. Everything that is not the one deterministic encoding of a value is refused where it is met:
 * longer heads than needed, indefinite lengths, bad UTF-8, maps, tags, floats, anything behind the end. Throws MALFORMED.
 */
export function readCbor(bytes: Uint8Array): Value {
  const reader = new Reader(bytes)
  const value = reader.read(0)
  if (reader.at !== bytes.length) throw malformed('something follows it')
  return value
}

class Reader {
  at = 0
  private readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  read(depth: number): Value {
    if (depth > LIMITS.codecDepth) throw malformed('nested too deeply')
    const head = this.byte()
    const major = head >> 5
    if (major === SIMPLE) return simple(head)
    if (major === MAP || major === TAG) throw malformed('maps and tags are not used')
    const argument = this.argument(head & 31)
    if (major === UNSIGNED) return argument
    if (major === NEGATIVE) return negative(argument)
    if (major === ARRAY) return this.items(argument, depth)
    const content = this.take(argument)
    // Bytes of their own: the input may be overwritten.
    return major === BYTES ? new Uint8Array(content) : text(content)
  }

  private items(count: number, depth: number): Value[] {
    // Each takes a byte at least, so that no length asks for more memory than what was sent.
    if (count > this.bytes.length - this.at) throw malformed('cut short')
    const items: Value[] = []
    for (let i = 0; i < count; i++) items.push(this.read(depth + 1))
    return items
  }

  /** The number in a head, which has the shortest form. */
  private argument(low: number): number {
    if (low < 24) return low
    if (low > 27) throw malformed('indefinite lengths are not used')
    let value = 0
    for (let left = 1 << (low - 24); left > 0; left--) value = value * 256 + this.byte()
    if (value < SMALLEST[low - 24]! || value > Number.MAX_SAFE_INTEGER) throw malformed('not in canonical form')
    return value
  }

  private take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw malformed('cut short')
    return this.bytes.subarray(this.at, (this.at += length))
  }

  private byte(): number {
    const byte = this.bytes[this.at++]
    if (byte === undefined) throw malformed('cut short')
    return byte
  }
}

function simple(head: number): Value {
  if (head === 0xf6) return null
  if (head === 0xf5) return true
  if (head === 0xf4) return false
  throw malformed('a kind of value the codec does not have')
}

function negative(argument: number): number {
  const value = -1 - argument
  if (!Number.isSafeInteger(value)) throw malformed('a number out of range')
  return value
}

function text(bytes: Uint8Array): string {
  try {
    return textDecoder.decode(bytes)
  } catch (cause) {
    throw new HoldfastError('MALFORMED', 'text that is not UTF-8', { cause })
  }
}

function malformed(why: string): HoldfastError {
  return new HoldfastError('MALFORMED', why)
}

const [UNSIGNED, NEGATIVE, BYTES, ARRAY, MAP, TAG, SIMPLE] = [0, 1, 2, 4, 5, 6, 7]
/** The smallest number for which a head of 1, 2, 4 or 8 more bytes is the shortest. */
const SMALLEST = [24, 0x100, 0x10000, 0x100000000]
const textDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
