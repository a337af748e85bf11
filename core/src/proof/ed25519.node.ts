import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { concat, fromHex, toHex } from '../base/bytes.ts'
import { LruCache } from './lru-cache.ts'
import type { Ed25519Backend } from './platform.ts'

/** Parsing a key costs more than half a verification, and the same few devices sign nearly everything. */
const CACHED_PUBLIC_KEYS = 1024
const CACHED_SEEDS = 16

const publicKeys = new LruCache<KeyObject>(CACHED_PUBLIC_KEYS)
const privateKeys = new LruCache<KeyObject>(CACHED_SEEDS)

export const nodeEd25519: Ed25519Backend = {
  publicKey(seed) {
    const der = createPublicKey(privateKey(seed)).export({ type: 'spki', format: 'der' })
    return new Uint8Array(der.subarray(SPKI_PREFIX.length))
  },
  sign(seed, message) {
    const signature = sign(null, message, privateKey(seed))
    return new Uint8Array(signature.buffer, signature.byteOffset, signature.byteLength)
  },
  verify(publicKeyBytes, message, signature) {
    return verify(null, message, publicKey(publicKeyBytes), signature)
  }
}

/** DER of a key is a fixed prefix and the raw 32 bytes (RFC 8410). */
const PKCS8_PREFIX = fromHex('302e020100300506032b657004220420')
const SPKI_PREFIX = fromHex('302a300506032b6570032100')

function publicKey(raw: Uint8Array): KeyObject {
  return publicKeys.get(toHex(raw), () =>
    createPublicKey({ key: Buffer.from(concat(SPKI_PREFIX, raw)), format: 'der', type: 'spki' })
  )
}

function privateKey(seed: Uint8Array): KeyObject {
  return privateKeys.get(toHex(seed), () =>
    createPrivateKey({ key: Buffer.from(concat(PKCS8_PREFIX, seed)), format: 'der', type: 'pkcs8' })
  )
}
