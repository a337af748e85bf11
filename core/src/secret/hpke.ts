import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import { concat, fromHex, toHex } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import type { Random } from '../ports/random.ts'
import { TAG_BYTES } from './platform.ts'

const X25519_BYTES = 32
export const HPKE_OVERHEAD_BYTES = X25519_BYTES + TAG_BYTES

/**
 * Seals a small secret to an X25519 public key: HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
 * AES-256-GCM. Gives `enc(32) ‖ ciphertext ‖ tag(16)`. The ephemeral key comes from `random`, so that a simulation
 * repeats; a key pair is used once. A public key of small order throws MALFORMED.
 */
export async function hpkeSeal(
  recipientPublic: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  random: Random
): Promise<Uint8Array> {
  if (!isGoodX25519Public(recipientPublic)) throw new HoldfastError('MALFORMED', 'this is nobody’s encryption key')
  const recipientPublicKey = await suite.kem.deserializePublicKey(buffer(recipientPublic))
  const ephemeral = buffer(random.bytes(X25519_BYTES))
  const sender = await suite.createSenderContext({ recipientPublicKey, info: buffer(info), ekm: ephemeral })
  const sealed = await sender.seal(buffer(plaintext), buffer(aad))
  return concat(new Uint8Array(sender.enc), new Uint8Array(sealed))
}

/** Opens what `hpkeSeal` made for the public key of this secret, with the same info and aad. Errors: MALFORMED, DECRYPT_FAILED. */
export async function hpkeOpen(
  recipientSecret: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array
): Promise<Uint8Array> {
  if (sealed.length < HPKE_OVERHEAD_BYTES) throw new HoldfastError('MALFORMED', 'too short to be sealed')
  const enc = sealed.subarray(0, X25519_BYTES)
  if (!isGoodX25519Public(enc)) throw new HoldfastError('MALFORMED', 'this is nobody’s encryption key')
  const recipientKey = await keyPair(recipientSecret)
  try {
    const recipient = await suite.createRecipientContext({ recipientKey, enc: buffer(enc), info: buffer(info) })
    return new Uint8Array(await recipient.open(buffer(sealed.subarray(X25519_BYTES)), buffer(aad)))
  } catch (cause) {
    throw new HoldfastError('DECRYPT_FAILED', undefined, { cause })
  }
}

/** The X25519 public key of a 32-byte secret. */
export async function x25519PublicKey(secret: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await suite.kem.serializePublicKey((await keyPair(secret)).publicKey))
}

/** Whether these bytes may be somebody's key: 32, and not one of the points that make every shared secret zero. */
export function isGoodX25519Public(publicKey: Uint8Array): boolean {
  if (publicKey.length !== X25519_BYTES) return false
  const u = publicKey.slice()
  u[31]! &= 0x7f
  return !SMALL_ORDER_U.has(toHex(u))
}

const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })

/** u of the points of small order and their encodings that are not reduced (the highest bit is ignored, RFC 7748). */
const SMALL_ORDER_U = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'
])

const BASE_POINT = fromHex('0900000000000000000000000000000000000000000000000000000000000000')

/** The public half is the secret times the base point: WebCrypto offers no other way that works everywhere. */
async function keyPair(secret: Uint8Array): Promise<CryptoKeyPair> {
  if (secret.length !== X25519_BYTES) throw new HoldfastError('INTERNAL', 'an X25519 secret has 32 bytes')
  const privateKey = await suite.kem.deserializePrivateKey(buffer(secret))
  const base = await suite.kem.deserializePublicKey(buffer(BASE_POINT))
  const publicBytes = await crypto.subtle.deriveBits({ name: 'X25519', public: base }, privateKey, X25519_BYTES * 8)
  return { privateKey, publicKey: await suite.kem.deserializePublicKey(publicBytes) }
}

/** The library takes whole buffers; ours are mostly views. */
function buffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer
}
