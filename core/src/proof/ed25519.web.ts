import { concat, fromHex, toHex } from '../base/bytes.ts'
import { LruCache } from './lru-cache.ts'
import type { Ed25519Backend } from './platform.ts'

const CACHED_PUBLIC_KEYS = 1024
const CACHED_SEEDS = 16

const publicKeys = new LruCache<Promise<CryptoKey>>(CACHED_PUBLIC_KEYS)
const privateKeys = new LruCache<Promise<CryptoKey>>(CACHED_SEEDS)

/** Ed25519 of WebCrypto (Chromium 137, Firefox 129, Safari 17 and later; Node 20). */
export const webEd25519: Ed25519Backend = {
  async publicKey(seed) {
    const jwk = await crypto.subtle.exportKey('jwk', await privateKey(seed))
    return fromBase64Url(jwk.x ?? '')
  },
  async sign(seed, message) {
    return new Uint8Array(await crypto.subtle.sign(ALGORITHM, await privateKey(seed), message))
  },
  async verify(publicKeyBytes, message, signature) {
    let key: CryptoKey
    try {
      key = await publicKeys.get(toHex(publicKeyBytes), () =>
        crypto.subtle.importKey('raw', publicKeyBytes, ALGORITHM, false, ['verify'])
      )
    } catch {
      return false // some implementations refuse a point that is not on the curve already here
    }
    return crypto.subtle.verify(ALGORITHM, key, signature, message)
  }
}

const ALGORITHM = { name: 'Ed25519' }
const PKCS8_PREFIX = fromHex('302e020100300506032b657004220420')

/** Extractable only so that the public half can be asked for: WebCrypto has no other way from a seed to it. */
function privateKey(seed: Uint8Array): Promise<CryptoKey> {
  return privateKeys.get(toHex(seed), () =>
    crypto.subtle.importKey('pkcs8', concat(PKCS8_PREFIX, seed), ALGORITHM, true, ['sign'])
  )
}

function fromBase64Url(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (char) => char.charCodeAt(0))
}
