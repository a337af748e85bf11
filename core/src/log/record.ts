import type { Value } from '../base/codec.ts'
import { asArray, asBytes, asId, asUint, asVersion, decode, encode, idValue } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { OBJECT_ID_BYTES } from '../base/ids.ts'
import type { BlobId, EpochId, ObjectId, RecordHash } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { blake3Id } from '../proof/blake3.ts'

/** What one pinned object is made of. Travels beside its entry and can be dropped by itself (FORMAT.md 5.4). */
export interface ObjectRecord {
  readonly hash: RecordHash
  readonly object: ObjectId
  readonly manifest: BlobRef
  /** Distinct, in first-use order, manifest pages included. */
  readonly blobs: readonly BlobRef[]
  readonly epoch: EpochId
  readonly keySlot: Uint8Array
}

export interface BlobRef {
  readonly id: BlobId
  readonly sizeBytes: number
}

/** A 32-byte key sealed with a fresh salt: version, salt, nonce, key, tag. */
export const KEY_SLOT_BYTES = 1 + 32 + 12 + 32 + 16

export function encodeRecord(record: Omit<ObjectRecord, 'hash'>): Uint8Array {
  const { object, manifest, blobs, epoch, keySlot } = record
  return encode([1, idValue(object), blobValue(manifest), blobs.map(blobValue), idValue(epoch), keySlot])
}

/** The record with the hash that names it. Throws TOO_LARGE for one that `decodeRecord` would not take again. */
export function makeRecord(parts: Omit<ObjectRecord, 'hash'>): ObjectRecord {
  const { manifest, blobs } = parts
  if (
    blobs.length > LIMITS.blobsPerObject ||
    [manifest, ...blobs].some(({ sizeBytes }) => sizeBytes > LIMITS.blobBytes)
  ) {
    throw new HoldfastError('TOO_LARGE')
  }
  const bytes = encodeRecord(parts)
  if (bytes.length > LIMITS.recordBytes) throw new HoldfastError('TOO_LARGE')
  return { ...parts, hash: blake3Id<RecordHash>(bytes) }
}

/** Throws TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION. */
export function decodeRecord(bytes: Uint8Array): ObjectRecord {
  const item = asArray(decode(bytes, LIMITS.recordBytes), 6)
  asVersion(item[0], 1)
  const manifest = blobRef(item[2])
  const blobs = asArray(item[3], { max: LIMITS.blobsPerObject }).map(blobRef)
  if (new Set(blobs.map(({ id }) => id)).size !== blobs.length || blobs.some(({ id }) => id === manifest.id)) {
    throw new HoldfastError('MALFORMED', 'a blob named twice')
  }
  return {
    hash: blake3Id<RecordHash>(bytes),
    object: asId<ObjectId>(item[1], OBJECT_ID_BYTES),
    manifest,
    blobs,
    epoch: asId<EpochId>(item[4]),
    keySlot: asBytes(item[5], KEY_SLOT_BYTES)
  }
}

function blobValue(blob: BlobRef): Value {
  return [idValue(blob.id), blob.sizeBytes]
}

function blobRef(value: Value | undefined): BlobRef {
  const item = asArray(value, 2)
  const sizeBytes = asUint(item[1], LIMITS.blobBytes)
  if (sizeBytes === 0) throw new HoldfastError('MALFORMED', 'a blob of no bytes')
  return { id: asId<BlobId>(item[0]), sizeBytes }
}
