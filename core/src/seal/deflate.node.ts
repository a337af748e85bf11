import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Deflate } from './deflate.ts'

/** The fastest level: text shrinks nearly as much as at the default one, in a third of the time. */
const LEVEL = constants.Z_BEST_SPEED

export const deflate: Deflate = {
  deflateRaw(bytes) {
    return plain(deflateRawSync(bytes, { level: LEVEL }))
  },

  inflateRaw(bytes, length) {
    try {
      const { buffer, engine } = inflateWithInfo(bytes, length)
      return buffer.length === length && engine.bytesWritten === bytes.length ? plain(buffer) : undefined
    } catch {
      return undefined
    }
  }
}

/** `info` tells how much of the input was used; the declarations of node:zlib leave it out of the synchronous form. */
function inflateWithInfo(bytes: Uint8Array, length: number): { buffer: Buffer; engine: { bytesWritten: number } } {
  const options = { maxOutputLength: length, chunkSize: Math.max(64, length), info: true }
  return inflateRawSync(bytes, options) as unknown as { buffer: Buffer; engine: { bytesWritten: number } }
}

function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}
