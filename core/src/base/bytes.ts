/** Small helpers over `Uint8Array`. Pure, platform-free, no dependency. */

/** Value of a hex digit by its character code; lowercase only. */
const NIBBLE = Uint8Array.from({ length: 128 }, (_, code) => (code <= 57 ? code - 48 : code - 87) & 15)
const HEX_DIGITS = new TextEncoder().encode('0123456789abcdef')
/** The two digits of each byte, as they lie in memory. */
const HEX_PAIRS = new Uint16Array(
  Uint8Array.from({ length: 512 }, (_, i) => HEX_DIGITS[i % 2 === 0 ? i >> 5 : (i >> 1) & 15]!).buffer
)
/** Room for the digits of any id. */
const SHORT = new Uint16Array(32)
const textEncoder = new TextEncoder()
const textDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** New browsers have it, and there a decoder that is called for a few bytes is slow. */
const builtInHex = (Uint8Array.prototype as { toHex?(): string }).toHex

/**
 * Lowercase. Two digits at a time into an array that is used again, then one string: digit by digit takes twice as long, and joined strings
 * do not stay flat in memory, which millions of ids have to.
 */
export function toHex(bytes: Uint8Array): string {
  if (builtInHex !== undefined) return builtInHex.call(bytes)
  const pairs = bytes.length <= SHORT.length ? SHORT : new Uint16Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) pairs[i] = HEX_PAIRS[bytes[i]!]!
  return textDecoder.decode(new Uint8Array(pairs.buffer, 0, bytes.length * 2))
}

/** Bytes of a lowercase hex string. The caller has checked the form (ids.ts does); other input gives garbage. */
export function fromHex(hex: string): Uint8Array {
  const out = new Uint8Array(hex.length >> 1)
  for (let i = 0; i < out.length; i++)
    out[i] = (NIBBLE[hex.charCodeAt(i * 2)]! << 4) | NIBBLE[hex.charCodeAt(i * 2 + 1)]!
  return out
}

export function utf8(text: string): Uint8Array {
  return textEncoder.encode(text)
}

/** Strict UTF-8: throws a `TypeError` on malformed input, keeps a leading byte order mark. A decoder that is called for each name takes four times as long. */
export function fromUtf8(bytes: Uint8Array): string {
  return bytes.length <= SHORT_TEXT_BYTES && isAscii(bytes)
    ? String.fromCharCode.apply(null, bytes as unknown as number[])
    : textDecoder.decode(bytes)
}

const SHORT_TEXT_BYTES = 64

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! > 127) return false
  return true
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!
  return difference === 0
}
