/** Bytes with something wrong with them, and the plain ones beside them. */
import { padme } from '@holdfast/core/seal/padme'

export type Change = (bytes: Uint8Array) => Uint8Array

export interface FrameFields {
  version?: number
  codec?: number
  content: number
  stored: Uint8Array
  storedLength?: number
  total?: number
}

/** A chunk frame as told, without any of the checks of the real writer. */
export function frame({
  version = 1,
  codec = 0,
  content,
  stored,
  storedLength = stored.length,
  total
}: FrameFields): Uint8Array {
  const used = 10 + stored.length
  const bytes = new Uint8Array(Math.max(used, total ?? padme(used)))
  const view = new DataView(bytes.buffer)
  view.setUint8(0, version)
  view.setUint8(1, codec)
  view.setUint32(2, content)
  view.setUint32(6, storedLength)
  bytes.set(stored, 10)
  return bytes
}

export function flipped(bytes: Uint8Array, at: number, by = 1): Uint8Array {
  const copy = bytes.slice()
  copy[at < 0 ? bytes.length + at : at]! ^= by
  return copy
}

export function filled(byte: number, length = 32): Uint8Array {
  return new Uint8Array(length).fill(byte)
}

export function same(bytes: Uint8Array): Uint8Array {
  return bytes
}
