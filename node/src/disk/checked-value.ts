import { crc32 } from 'node:zlib'
import { HoldfastError } from '@holdfast/core/base/errors'

const CHECK_BYTES = 4

/**
 * A value as it is stored: the bytes, then a little-endian CRC-32 over key and bytes. LevelDB keeps checksums of its
 * blocks but does not look at them when it reads; without this a flipped bit would be handed out as data.
 */
export function sealValue(key: string, value: Uint8Array): Uint8Array {
  const stored = new Uint8Array(value.length + CHECK_BYTES)
  stored.set(value)
  new DataView(stored.buffer).setUint32(value.length, checkOf(key, value), true)
  return stored
}

/** The bytes of a stored value. Throws MALFORMED when it is damaged; `cause.key` names it. */
export function openValue(key: string, stored: Uint8Array): Uint8Array {
  if (!isWhole(key, stored)) throw new HoldfastError('MALFORMED', 'a stored value is damaged', { cause: { key } })
  return remainsOf(stored)
}

export function isWhole(key: string, stored: Uint8Array): boolean {
  if (stored.length < CHECK_BYTES) return false
  const value = remainsOf(stored)
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength)
  return view.getUint32(value.length, true) === checkOf(key, value)
}

/** The bytes without a look at whether they are still those that were written. */
export function remainsOf(stored: Uint8Array): Uint8Array {
  // A plain array over the same memory: LevelDB's binding hands out node's own kind.
  return new Uint8Array(stored.buffer, stored.byteOffset, Math.max(0, stored.length - CHECK_BYTES))
}

function checkOf(key: string, value: Uint8Array): number {
  return value.length === 0 ? crc32(key) : crc32(value, crc32(key)) // zlib starts anew for an empty array at no address
}
