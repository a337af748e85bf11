/** Base64 (RFC 4648, section 4) without padding. Core has no `Buffer` and no `btoa` it may count on. */
export function base64(bytes: Uint8Array): string {
  let out = ''
  let at = 0
  for (; at + 2 < bytes.length; at += 3) {
    const word = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!
    out += PAIRS[word >> 12]! + PAIRS[word & 4095]!
  }
  const left = bytes.length - at
  if (left === 1) out += PAIRS[bytes[at]! << 4]!
  if (left === 2) out += PAIRS[(bytes[at]! << 4) | (bytes[at + 1]! >> 4)]! + ALPHABET[(bytes[at + 1]! & 15) << 2]!
  return out
}

/** The same as bytes, written into `out` from `at`. Returns where they end. */
export function base64Into(out: Uint8Array, start: number, bytes: Uint8Array): number {
  let to = start
  const whole = bytes.length - (bytes.length % 3)
  for (let at = 0; at < whole; at += 3) {
    const word = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!
    out[to++] = DIGITS[word >> 18]!
    out[to++] = DIGITS[(word >> 12) & 63]!
    out[to++] = DIGITS[(word >> 6) & 63]!
    out[to++] = DIGITS[word & 63]!
  }
  const left = bytes.length - whole
  if (left === 0) return to
  out[to++] = DIGITS[bytes[whole]! >> 2]!
  out[to++] = DIGITS[((bytes[whole]! & 3) << 4) | (left === 2 ? bytes[whole + 1]! >> 4 : 0)]!
  if (left === 2) out[to++] = DIGITS[(bytes[whole + 1]! & 15) << 2]!
  return to
}

export function base64Length(bytes: Uint8Array): number {
  return Math.ceil((bytes.length * 4) / 3)
}

/** Bytes of text that `base64` made; other text gives other bytes, never an error. */
export function fromBase64(text: string): Uint8Array {
  const out = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let held = 0
  let at = 0
  for (let i = 0; i < text.length; i++) {
    bits = ((bits << 6) | (DIGIT.get(text[i]!) ?? 0)) & 0xffff
    held += 6
    if (held < 8) continue
    held -= 8
    out[at++] = (bits >> held) & 255
  }
  return out
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const DIGITS = Uint8Array.from(ALPHABET, (digit) => digit.charCodeAt(0))
const PAIRS = Array.from({ length: 4096 }, (_, i) => ALPHABET[i >> 6]! + ALPHABET[i & 63]!)
const DIGIT = new Map(Array.from(ALPHABET, (digit, value) => [digit, value]))
