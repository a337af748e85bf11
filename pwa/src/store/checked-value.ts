import { crc32c } from '@holdfast/core/base/crc32c'
import { utf8 } from '@holdfast/core/base/bytes'
import { HoldfastError } from '@holdfast/core/base/errors'

const CHECK_BYTES = 4

/**
 * A value as it is stored: the bytes, then a little-endian CRC-32C over them and one over the key, joined. Browsers keep large
 * values in files without a checksum; without this a flipped bit would be handed out as data.
 */
export function sealValue(key: string, value: Uint8Array): Uint8Array<ArrayBuffer> {
  const stored = new Uint8Array(value.length + CHECK_BYTES)
  stored.set(value)
  new DataView(stored.buffer).setUint32(value.length, checkOf(key, stored, value.length), true)
  return stored
}

/** The bytes of a stored value. Throws MALFORMED when it is damaged; `cause.key` names it. */
export function openValue(key: string, stored: unknown): Uint8Array {
  if (!isWhole(key, stored)) throw new HoldfastError('MALFORMED', 'a stored value is damaged', { cause: { key } })
  return remainsOf(stored)
}

export function isWhole(key: string, stored: unknown): stored is Uint8Array {
  if (!(stored instanceof Uint8Array) || stored.length < CHECK_BYTES) return false
  const length = stored.length - CHECK_BYTES
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength)
  return view.getUint32(length, true) === checkOf(key, stored, length)
}

/** The bytes without a look at whether they are still those that were written. */
export function remainsOf(stored: unknown): Uint8Array {
  if (!(stored instanceof Uint8Array)) return new Uint8Array(0)
  return stored.subarray(0, Math.max(0, stored.length - CHECK_BYTES))
}

function checkOf(key: string, stored: Uint8Array, length: number): number {
  return (crc32c(stored, 0, length) ^ checkOfKey(key)) >>> 0
}

/** Keys are short and ASCII, and an encoder that is called for each of thousands of rows takes longer than all the rest. */
const room = new Uint8Array(256)

function checkOfKey(key: string): number {
  if (key.length <= room.length) {
    let at = 0
    for (; at < key.length; at++) {
      const code = key.charCodeAt(at)
      if (code > 0x7f) break
      room[at] = code
    }
    if (at === key.length) return crc32c(room, 0, at)
  }
  const name = utf8(key)
  return crc32c(name, 0, name.length)
}
