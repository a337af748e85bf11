import { aesGcm } from '#secret-platform'
import { HoldfastError } from '../base/errors.ts'
import type { BlobId } from '../base/ids.ts'
import type { DERIVE } from '../base/labels.ts'
import { LIMITS } from '../base/limits.ts'
import type { Random } from '../ports/random.ts'
import { blake3Id, blake3Keyed, createBlake3Hasher, deriveKey } from '../proof/blake3.ts'
import { TAG_BYTES } from './platform.ts'
import type { Awaitable } from './platform.ts'

/**
 * AES-256-GCM in the shapes of FORMAT.md section 3, so that no key and nonce ever meet two plaintexts. This file
 * exports no function that takes a key, a nonce and a plaintext, but for two that give only what was sealed before.
 */
export const KEY_BYTES = 32
const VERSION = 1
const SALT_BYTES = 32
const NONCE_BYTES = 12
const SALTED_HEADER_BYTES = 1 + SALT_BYTES + NONCE_BYTES
const CHUNK_HEADER = Uint8Array.of(VERSION)
const ZERO_NONCE = new Uint8Array(NONCE_BYTES)
const EMPTY = new Uint8Array(0)

/** What the two shapes add to a plaintext. */
export const SEALED_OVERHEAD_BYTES = SALTED_HEADER_BYTES + TAG_BYTES
export const CHUNK_OVERHEAD_BYTES = CHUNK_HEADER.length + TAG_BYTES

export type DeriveLabel = (typeof DERIVE)[keyof typeof DERIVE]

export interface SealedChunk {
  readonly id: BlobId
  readonly blob: Uint8Array
  readonly key: Uint8Array
}

/**
 * Shape 1: the key is the keyed hash of the exact bytes, so the same bytes under one convergence key give the same blob
 * and the fixed nonce never meets another plaintext. The bytes may lie in several pieces; none is copied before the
 * cipher.
 */
export async function sealChunk(
  convergenceKey: Uint8Array,
  exactBytes: Uint8Array | readonly Uint8Array[]
): Promise<SealedChunk> {
  const parts = exactBytes instanceof Uint8Array ? [exactBytes] : exactBytes
  const key = parts.length === 1 ? blake3Keyed(convergenceKey, parts[0]!) : keyedOver(convergenceKey, parts)
  const blob = await aesGcm.seal(key, ZERO_NONCE, EMPTY, CHUNK_HEADER, parts)
  return { id: blake3Id<BlobId>(blob), blob, key }
}

/**
 * A chunk that was sealed before, from its key and its exact bytes; undefined when they are other bytes than those that were sealed: what came
 * of them leaves nothing here, so that one key never shows two plaintexts.
 */
export async function sealChunkAgain(
  key: Uint8Array,
  exactBytes: readonly Uint8Array[],
  id: BlobId
): Promise<Uint8Array | undefined> {
  checkKey(key)
  const blob = await aesGcm.seal(key, ZERO_NONCE, EMPTY, CHUNK_HEADER, exactBytes)
  return blake3Id<BlobId>(blob) === id ? blob : undefined
}

/** The exact bytes of a chunk. Errors: TOO_LARGE, MALFORMED, UNSUPPORTED_VERSION, DECRYPT_FAILED. */
export async function openChunk(key: Uint8Array, blob: Uint8Array): Promise<Uint8Array> {
  if (blob.length > LIMITS.blobBytes) throw new HoldfastError('TOO_LARGE')
  checkHead(key, blob, CHUNK_OVERHEAD_BYTES)
  return opened(aesGcm.open(key, ZERO_NONCE, EMPTY, blob.subarray(CHUNK_HEADER.length)))
}

/**
 * Shape 2: a key of its own from a fresh salt, and a random nonce too, so that a device whose storage was rolled back
 * repeats nothing. `label` separates uses of one parent key.
 */
export async function sealWithFreshSalt(
  label: DeriveLabel,
  parentKey: Uint8Array,
  plaintext: Uint8Array | readonly Uint8Array[],
  aad: Uint8Array,
  random: Random
): Promise<Uint8Array> {
  const header = new Uint8Array(SALTED_HEADER_BYTES)
  header[0] = VERSION
  header.set(random.bytes(SALT_BYTES), 1)
  header.set(random.bytes(NONCE_BYTES), 1 + SALT_BYTES)
  const parts = plaintext instanceof Uint8Array ? [plaintext] : plaintext
  return aesGcm.seal(saltedKey(label, parentKey, header), header.subarray(1 + SALT_BYTES), aad, header, parts)
}

/** What a sealed piece begins with, salt and nonce: with it, the same plaintext gives the same piece again. */
export function saltedHeaderOf(sealed: Uint8Array): Uint8Array {
  return sealed.slice(0, SALTED_HEADER_BYTES)
}

/** The piece of this name that was sealed with this header; undefined when this is not its plaintext (as `sealChunkAgain`). */
export async function sealWithSaltAgain(
  label: DeriveLabel,
  parentKey: Uint8Array,
  plaintext: readonly Uint8Array[],
  aad: Uint8Array,
  sealed: { readonly header: Uint8Array; readonly id: BlobId }
): Promise<Uint8Array | undefined> {
  const { header, id } = sealed
  if (header.length !== SALTED_HEADER_BYTES || header[0] !== VERSION) return undefined
  const nonce = header.subarray(1 + SALT_BYTES)
  const blob = await aesGcm.seal(saltedKey(label, parentKey, header), nonce, aad, header, plaintext)
  return blake3Id<BlobId>(blob) === id ? blob : undefined
}

/** The caller has bounded the size. Errors: MALFORMED, UNSUPPORTED_VERSION, DECRYPT_FAILED. */
export async function openSealed(
  label: DeriveLabel,
  parentKey: Uint8Array,
  sealed: Uint8Array,
  aad: Uint8Array
): Promise<Uint8Array> {
  checkHead(parentKey, sealed, SEALED_OVERHEAD_BYTES)
  const nonce = sealed.subarray(1 + SALT_BYTES, SALTED_HEADER_BYTES)
  return opened(aesGcm.open(saltedKey(label, parentKey, sealed), nonce, aad, sealed.subarray(SALTED_HEADER_BYTES)))
}

function saltedKey(label: DeriveLabel, parentKey: Uint8Array, header: Uint8Array): Uint8Array {
  checkKey(parentKey)
  return deriveKey(label, parentKey, header.subarray(1, 1 + SALT_BYTES))
}

function keyedOver(key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const hasher = createBlake3Hasher({ key })
  for (const part of parts) hasher.update(part)
  return hasher.digest()
}

function checkHead(key: Uint8Array, bytes: Uint8Array, overheadBytes: number): void {
  checkKey(key)
  if (bytes.length < overheadBytes) throw new HoldfastError('MALFORMED', 'too short to be sealed')
  if (bytes[0] !== VERSION) throw new HoldfastError('UNSUPPORTED_VERSION')
}

function checkKey(key: Uint8Array): void {
  if (key.length !== KEY_BYTES) throw new HoldfastError('INTERNAL', 'a key has 32 bytes')
}

async function opened(result: Awaitable<Uint8Array | undefined>): Promise<Uint8Array> {
  const plaintext = await result
  if (plaintext === undefined) throw new HoldfastError('DECRYPT_FAILED')
  return plaintext
}
