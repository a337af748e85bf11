import { idFromBytes, OBJECT_ID_BYTES } from '../base/ids.ts'
import type { ObjectId, VaultId } from '../base/ids.ts'
import type { FileContent } from '../index/records.ts'
import { makeRecord } from '../log/record.ts'
import type { BlobRef, ObjectRecord } from '../log/record.ts'
import type { Random } from '../ports/random.ts'
import { sealKeySlot } from '../seal/key-slot.ts'
import { sealManifest } from '../seal/manifest-blob.ts'
import type { Content, ObjectKind } from '../seal/manifest.ts'
import type { EpochKeys } from '../secret/epoch.ts'

/** Where an object is written: its vault, and what its keys come from. */
export interface SealPlace {
  readonly vault: VaultId
  readonly keys: Pick<EpochKeys, 'id' | 'keySlot'>
}

/** An object of its own, with the key that opens it. */
export interface NewObject {
  readonly object: ObjectId
  readonly key: Uint8Array
}

/** What stands for a content in the index, in the log and in the store. */
export interface SealedObject {
  readonly record: ObjectRecord
  readonly content: Pick<FileContent, 'object' | 'manifest' | 'size' | 'commitment'>
  /** The manifest, to be stored under the id that the record names. */
  readonly manifest: Uint8Array
}

export function newObject(random: Random): NewObject {
  return { object: idFromBytes<ObjectId>(random.bytes(OBJECT_ID_BYTES), OBJECT_ID_BYTES), key: random.bytes(32) }
}

/** manifest -> object record. `refs` are the blobs that `content` lists. */
export async function sealObject(
  { object, key }: NewObject,
  described: {
    readonly kind: ObjectKind
    readonly size: number
    readonly content: Content
    readonly refs: readonly BlobRef[]
  },
  { vault, keys }: SealPlace,
  random: Random
): Promise<SealedObject> {
  const { kind, size, content, refs } = described
  const epoch = 'inline' in content ? null : keys.id
  const { id, blob, commitment } = await sealManifest(
    key,
    { object, kind, size, gateEpoch: epoch, epochs: epoch === null ? [] : [epoch], content },
    random
  )
  const keySlot = await sealKeySlot(keys.keySlot, key, { vault, object, epoch: keys.id }, random)
  const record = makeRecord({ object, manifest: { id, sizeBytes: blob.length }, blobs: refs, epoch: keys.id, keySlot })
  return { record, content: { object, manifest: id, size, commitment }, manifest: blob }
}

/** A content that fits into its manifest. Runs wherever the content is: here, or in a worker thread. */
export function sealInline(
  bytes: Uint8Array,
  kind: ObjectKind,
  place: SealPlace,
  random: Random
): Promise<SealedObject> {
  return sealObject(
    newObject(random),
    { kind, size: bytes.length, content: { inline: bytes }, refs: [] },
    place,
    random
  )
}
