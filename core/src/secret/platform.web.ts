import { concat } from '../base/bytes.ts'
import { TAG_BYTES } from './platform.ts'
import type { AesGcm } from './platform.ts'

export const aesGcm: AesGcm = {
  async seal(key, nonce, aad, header, plaintext) {
    const bytes = plaintext.length === 1 ? plaintext[0]! : concat(...plaintext)
    const sealed = new Uint8Array(
      await crypto.subtle.encrypt(parameters(nonce, aad), await imported(key, 'encrypt'), bytes)
    )
    return concat(header, sealed)
  },

  async open(key, nonce, aad, sealed) {
    if (sealed.length < TAG_BYTES) return undefined
    const aesKey = await imported(key, 'decrypt')
    try {
      return new Uint8Array(await crypto.subtle.decrypt(parameters(nonce, aad), aesKey, sealed))
    } catch {
      return undefined
    }
  }
}

function parameters(nonce: Uint8Array, aad: Uint8Array): { name: string; iv: Uint8Array; additionalData: Uint8Array } {
  return { name: 'AES-GCM', iv: nonce, additionalData: aad }
}

function imported(key: Uint8Array, use: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key, 'AES-GCM', false, [use])
}
