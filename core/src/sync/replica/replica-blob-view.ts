import type { AccountId, BlobId, DeviceId, ObjectId, RecordHash, VaultId } from '../../base/ids.ts'
import { encodeRecord } from '../../log/record.ts'
import type { ObjectRecord } from '../../log/record.ts'
import type { VaultLog } from '../../log/vault-log.ts'
import { blobsOf } from '../blobs/blob-view.ts'
import type { BlobPolicy, BlobView } from '../blobs/blob-view.ts'
import type { Replica } from './replica.ts'

/** What the blob side asks of the logs here, answered by the replica. */
export class ReplicaBlobView implements BlobView {
  private readonly replica: Replica
  private readonly sizes = new WeakMap<ObjectRecord, ReadonlyMap<BlobId, number>>()

  constructor(replica: Replica) {
    this.replica = replica
  }

  accountOf(vault: VaultId, peer: DeviceId): AccountId | undefined {
    return this.log(vault)?.membership().accountOf(peer)
  }

  isPinned(vault: VaultId, blob: BlobId): boolean {
    return this.log(vault)?.pins().neededBlobs.has(blob) === true
  }

  pinsFor(vault: VaultId, object: ObjectId, blob: BlobId): boolean {
    return this.log(vault)?.pins().blobOwners(blob).includes(object) === true
  }

  pinsWithSize(vault: VaultId, object: ObjectId, blob: BlobId, sizeBytes: number): boolean {
    if (!this.pinsFor(vault, object, blob)) return false
    const records = this.log(vault)?.pins().recordsFor(object) ?? []
    return records.some((record) => this.sizesIn(record).get(blob) === sizeBytes)
  }

  isLive(vault: VaultId, object: ObjectId): boolean {
    return this.log(vault)?.pins().recordOf(object) !== undefined
  }

  isShredded(vault: VaultId, object: ObjectId): boolean {
    return this.log(vault)?.pins().isShredded(object) === true
  }

  async record(vault: VaultId, hash: RecordHash): Promise<Uint8Array | undefined> {
    const record = this.log(vault)?.pins().shownRecord(hash)
    return record === undefined ? undefined : encodeRecord(record)
  }

  /** A large file is put in many requests: its record is gone through once. */
  private sizesIn(record: ObjectRecord): ReadonlyMap<BlobId, number> {
    let sizes = this.sizes.get(record)
    if (sizes === undefined)
      this.sizes.set(record, (sizes = new Map(blobsOf(record).map(({ id, sizeBytes }) => [id, sizeBytes]))))
    return sizes
  }

  private log(vault: VaultId): VaultLog | undefined {
    return this.replica.vault(vault)?.log
  }
}

/** Members read, writers and owners write, relays that the vault names read. */
export function memberPolicy(
  replica: Replica,
  options: { takesIntents: boolean; charge?: BlobPolicy['charge'] }
): BlobPolicy {
  return {
    takesIntents: options.takesIntents,
    mayRead: (peer, vault) => replica.vault(vault)?.mayNameTo(peer) === true,
    mayWrite(peer, vault) {
      const role = replica.vault(vault)?.log.membership().roleOf(peer) ?? null
      return role === 'writer' || role === 'owner'
    },
    ...(options.charge === undefined ? {} : { charge: options.charge })
  }
}
