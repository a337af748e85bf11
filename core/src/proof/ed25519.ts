import { ed25519Backend } from '#proof-platform'
import { fromHex, toHex } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import type { Ed25519Backend } from './platform.ts'

export const ED25519_SEED_BYTES = 32
const ED25519_PUBLIC_BYTES = 32
const ED25519_SIGNATURE_BYTES = 64

/** Ed25519 (RFC 8032) raw, without a label: everything of Holdfast is signed through sign.ts. */
export const { signEd25519, verifyEd25519, ed25519PublicKey } = ed25519Over(ed25519Backend)

/**
 * Every peer must agree on which entries are valid, and implementations of Ed25519 do not agree at the edges. So the
 * edges are refused here, before any of them is asked:
 * - S not below the group order (all known ones refuse it too; here it costs nothing),
 * - a public key of small order (OpenSSL, BoringSSL and WebCrypto take it; then one signature fits many messages),
 * - a public key that is not the canonical encoding of a point (OpenSSL and BoringSSL take it, others do not).
 * What is left, an R that is not canonical and the choice between the equation with and without cofactor, does not
 * differ: OpenSSL, BoringSSL, NSS and CryptoKit recompute R without cofactor and compare its bytes.
 */
export function ed25519Over(backend: Ed25519Backend): {
  signEd25519(seed: Uint8Array, message: Uint8Array): Uint8Array | Promise<Uint8Array>
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>
  ed25519PublicKey(seed: Uint8Array): Uint8Array | Promise<Uint8Array>
} {
  return {
    signEd25519: (seed, message) => backend.sign(checkedSeed(seed), message),
    verifyEd25519(publicKey, message, signature) {
      if (signature.length !== ED25519_SIGNATURE_BYTES || !isGoodPublicKey(publicKey) || !isBelow(signature, 32, ORDER))
        return false
      return backend.verify(publicKey, message, signature)
    },
    ed25519PublicKey: (seed) => backend.publicKey(checkedSeed(seed))
  }
}

/** Whether these bytes may be somebody's key at all: 32, canonical, not of small order. On the curve is found at use. */
export function isGoodPublicKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== ED25519_PUBLIC_BYTES) return false
  const y = publicKey.slice()
  y[31]! &= 0x7f
  return isBelow(y, 0, PRIME) && !SMALL_ORDER_Y.has(toHex(y))
}

/** Little-endian: 2^255 - 19, and the order of the group, 2^252 + 27742317777372353535851937790883648493. */
const PRIME = fromHex('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f')
const ORDER = fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010')

/** The y of the eight points of small order (the sign bit cleared): 1, 0, -1 and the two of order eight. */
const SMALL_ORDER_Y = new Set([
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'
])

/** Whether the 32 little-endian bytes at `at` are a number below `bound`. */
function isBelow(bytes: Uint8Array, at: number, bound: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) {
    const difference = bytes[at + i]! - bound[i]!
    if (difference !== 0) return difference < 0
  }
  return false
}

function checkedSeed(seed: Uint8Array): Uint8Array {
  if (seed.length !== ED25519_SEED_BYTES) throw new HoldfastError('INTERNAL', 'an Ed25519 seed has 32 bytes')
  return seed
}
