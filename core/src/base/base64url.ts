import { base64urlnopad } from '@scure/base'

/** RFC 4648 base64url without padding: what links and codes are written in. */
export function toBase64Url(bytes: Uint8Array): string {
  return base64urlnopad.encode(bytes)
}

/** Strict: throws on padding, other letters and bits left over. */
export function fromBase64Url(text: string): Uint8Array {
  return base64urlnopad.decode(text)
}
