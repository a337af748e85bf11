import { HoldfastError } from '../base/errors.ts'
import { isZeroFrom, padme, zeros } from './padme.ts'

const LENGTH_BYTES = 4

/** `u32 length ‖ bytes ‖ zeros` up to Padmé of it, and at least `atLeastBytes`; in pieces, so that nothing is copied. */
export function padded(bytes: Uint8Array, atLeastBytes = 0): readonly Uint8Array[] {
  const length = new Uint8Array(LENGTH_BYTES)
  new DataView(length.buffer).setUint32(0, bytes.length)
  return [length, bytes, zeros(paddedBytes(bytes.length, atLeastBytes) - LENGTH_BYTES - bytes.length)]
}

/** The bytes that `padded` was given, as a view. Throws MALFORMED when length or padding is not what it would have made. */
export function unpadded(plaintext: Uint8Array, atLeastBytes = 0): Uint8Array {
  if (plaintext.length < LENGTH_BYTES) throw new HoldfastError('MALFORMED', 'too short to be padded')
  const length = new DataView(plaintext.buffer, plaintext.byteOffset).getUint32(0)
  if (plaintext.length !== paddedBytes(length, atLeastBytes))
    throw new HoldfastError('MALFORMED', 'padded to another length')
  if (!isZeroFrom(plaintext, LENGTH_BYTES + length)) throw new HoldfastError('MALFORMED', 'padding that is not zero')
  return plaintext.subarray(LENGTH_BYTES, LENGTH_BYTES + length)
}

function paddedBytes(length: number, atLeastBytes: number): number {
  return Math.max(atLeastBytes, padme(LENGTH_BYTES + length))
}
