import { HoldfastError } from './errors.ts'
import { LIMITS } from './limits.ts'
import type { Value } from './codec.ts'

/**
 * Deterministic CBOR (RFC 8949 section 4.2) of the few kinds of values the format has: shortest heads, definite lengths.
 * Written into one array that is used again; four times as fast as a general library, and every record is encoded several
 * times on its way. Throws MALFORMED for what the format cannot hold.
 */
export function writeCbor(value: Value): Uint8Array {
  at = 0
  write(value, 0)
  // Always an array of its own: callers keep it, and hand its memory to other threads.
  return scratch.slice(0, at)
}

let scratch = new Uint8Array(4096)
let at = 0

function write(value: unknown, depth: number): void {
  if (depth > LIMITS.codecDepth) throw new HoldfastError('MALFORMED', 'nested too deeply')
  if (value instanceof Uint8Array) return writeBytes(value)
  if (typeof value === 'number') return writeNumber(value)
  if (typeof value === 'string') return writeText(value)
  if (Array.isArray(value)) {
    writeHead(ARRAY, value.length)
    for (const item of value) write(item, depth + 1)
    return
  }
  if (value === null) return writeByte(NULL)
  if (typeof value === 'boolean') return writeByte(value ? TRUE : FALSE)
  throw new HoldfastError('MALFORMED', 'a kind of value the codec does not have')
}

function writeNumber(value: number): void {
  if (!Number.isSafeInteger(value) || Object.is(value, -0))
    throw new HoldfastError('MALFORMED', 'a number the codec does not have')
  if (value >= 0) writeHead(UNSIGNED, value)
  else writeHead(NEGATIVE, -1 - value)
}

function writeBytes(bytes: Uint8Array): void {
  writeHead(BYTES, bytes.length)
  room(bytes.length)
  scratch.set(bytes, at)
  at += bytes.length
}

function writeText(text: string): void {
  if (text.length <= SHORT_TEXT && wroteAscii(text)) return
  // A lone surrogate would be replaced, so two values would share one encoding.
  if (LONE_SURROGATE.test(text)) throw new HoldfastError('MALFORMED', 'text that is not Unicode')
  const bytes = textEncoder.encode(text)
  writeHead(TEXT, bytes.length)
  room(bytes.length)
  scratch.set(bytes, at)
  at += bytes.length
}

/** Most text: names and keys. False when it is something else; nothing was written then. */
function wroteAscii(text: string): boolean {
  const start = at
  writeHead(TEXT, text.length)
  room(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 127) {
      at = start
      return false
    }
    scratch[at++] = code
  }
  return true
}

function writeHead(major: number, value: number): void {
  room(9)
  const kind = major << 5
  if (value < 24) scratch[at++] = kind | value
  else if (value < 0x100) {
    scratch[at++] = kind | 24
    scratch[at++] = value
  } else if (value < 0x10000) {
    scratch[at++] = kind | 25
    scratch[at++] = value >> 8
    scratch[at++] = value
  } else if (value < 0x100000000) {
    scratch[at++] = kind | 26
    writeUint32(value)
  } else {
    scratch[at++] = kind | 27
    writeUint32(Math.floor(value / 0x100000000))
    writeUint32(value >>> 0)
  }
}

function writeUint32(value: number): void {
  scratch[at++] = value >>> 24
  scratch[at++] = value >>> 16
  scratch[at++] = value >>> 8
  scratch[at++] = value
}

function writeByte(byte: number): void {
  room(1)
  scratch[at++] = byte
}

function room(bytes: number): void {
  if (at + bytes <= scratch.length) return
  const larger = new Uint8Array(Math.max(scratch.length * 2, at + bytes))
  larger.set(scratch.subarray(0, at))
  scratch = larger
}

const [UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY] = [0, 1, 2, 3, 4]
const [FALSE, TRUE, NULL] = [0xf4, 0xf5, 0xf6]
/** Above it the platform's own conversion is faster. */
const SHORT_TEXT = 128
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/
const textEncoder = new TextEncoder()
