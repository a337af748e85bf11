import { createCipheriv, createDecipheriv } from 'node:crypto'
import { TAG_BYTES } from './platform.ts'
import type { AesGcm } from './platform.ts'

/**
 * A cipher call gives a fresh buffer and cannot write into ours, so the plaintext goes through it in pieces that stay
 * in the processor's cache and whose buffers the allocator hands out again at once.
 */
const PIECE_BYTES = 96 * 1024

export const aesGcm: AesGcm = {
  seal(key, nonce, aad, header, plaintext) {
    const out = allocate(header.length + total(plaintext) + TAG_BYTES)
    out.set(header)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    if (aad.length > 0) cipher.setAAD(aad)
    let at = header.length
    for (const part of plaintext) {
      for (let from = 0; from < part.length; from += PIECE_BYTES) {
        const piece = cipher.update(part.subarray(from, from + PIECE_BYTES))
        out.set(piece, at)
        at += piece.length
      }
    }
    cipher.final()
    out.set(cipher.getAuthTag(), at)
    return out
  },

  open(key, nonce, aad, sealed) {
    if (sealed.length < TAG_BYTES) return undefined
    const end = sealed.length - TAG_BYTES
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    if (aad.length > 0) decipher.setAAD(aad)
    decipher.setAuthTag(sealed.subarray(end))
    const plaintext = decipher.update(sealed.subarray(0, end))
    try {
      decipher.final()
    } catch {
      return undefined
    }
    return new Uint8Array(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength)
  }
}

/** Not filled with zeros, because every byte of it is written; never from the pool, because it is kept and handed on. */
function allocate(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
}

function total(parts: readonly Uint8Array[]): number {
  let length = 0
  for (const part of parts) length += part.length
  return length
}
