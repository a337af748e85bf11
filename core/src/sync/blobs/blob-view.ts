import type { AccountId, BlobId, DeviceId, ObjectId, RecordHash, VaultId } from '../../base/ids.ts'

/** What the blob side has to know of the logs here. All of it follows from verified, counted entries. */
export interface BlobView {
  /** The account that certified this device in that vault; undefined for relays and strangers. */
  accountOf(vault: VaultId, peer: DeviceId): AccountId | undefined
  /** Whether a live pin of this vault names the blob. */
  isPinned(vault: VaultId, blob: BlobId): boolean
  /** Whether the live pin of this object of this vault names the blob. */
  pinsFor(vault: VaultId, object: ObjectId, blob: BlobId): boolean
  /** The same, and a record says that it has this size: what pays for it is counted by that. */
  pinsWithSize(vault: VaultId, object: ObjectId, blob: BlobId, sizeBytes: number): boolean
  /** Whether this object has a live pin, and its record is here. */
  isLive(vault: VaultId, object: ObjectId): boolean
  isShredded(vault: VaultId, object: ObjectId): boolean
  /** Canonical bytes of a live object record. */
  record(vault: VaultId, hash: RecordHash): Promise<Uint8Array | undefined>
}

/** Who may do what. A vault that is not here is one where nobody may do anything. */
export interface BlobPolicy {
  /** A device that is a member of the vault, or a relay the vault names. */
  mayRead(peer: DeviceId, vault: VaultId): boolean
  /** A device of a writer or owner. */
  mayWrite(peer: DeviceId, vault: VaultId): boolean
  /**
   * Called before an upload of so many more bytes into the vault is taken on; with null, before bytes are taken that an entry
   * pins already, which its vault has to have room for. Throws QUOTA_EXCEEDED.
   */
  charge?(account: AccountId | null, bytes: number, vault: VaultId): void
  /** Whether uploads are taken on at all: relays do, a device takes only what its own pins name. */
  readonly takesIntents: boolean
}

/** The blobs of one object, manifest first: what an object record (log/record.ts) says of them. */
export interface ObjectBlobs {
  readonly object: ObjectId
  readonly manifest: BlobSize
  readonly blobs: readonly BlobSize[]
}

export interface BlobSize {
  readonly id: BlobId
  readonly sizeBytes: number
}

export function blobsOf(object: ObjectBlobs): BlobSize[] {
  return [object.manifest, ...object.blobs]
}
