import type { BlobId, ObjectId, VaultId } from '../base/ids.ts'

/**
 * Where blobs go while the file they belong to is still being read: to peers that keep them until an entry names them. Never
 * waits and never fails; what is not taken is brought later, with the entry.
 */
export interface ContentOffers {
  /** `expectedBytes` is a guess at the whole object. `bytes` stay as they are. */
  offer(
    vault: VaultId,
    object: ObjectId,
    blob: { readonly id: BlobId; readonly bytes: Uint8Array },
    expectedBytes: number
  ): void
  /** No entry will name these objects. */
  giveUp(vault: VaultId, objects: readonly ObjectId[]): void
}

/** Padding adds at most a thirty-second to a chunk, and there is the manifest. */
export function expectedBytes(contentBytes: number): number {
  return contentBytes + Math.ceil(contentBytes / 32) + 512 * 1024
}
