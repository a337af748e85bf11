import { HoldfastError } from '@holdfast/core/base/errors'
import type { AccountId, BlobId, VaultId } from '@holdfast/core/base/ids'
import type { ObjectRecord } from '@holdfast/core/log/record'
import type { Clock } from '@holdfast/core/ports/clock'
import type { Intents } from '@holdfast/core/sync/blobs/intents'
import type { Replica, ReplicaEvent } from '@holdfast/core/sync/replica/replica'
import type { VaultReplica } from '@holdfast/core/sync/replica/vault-replica'
import type { Hosting } from './hosting.ts'

export interface QuotaOptions {
  readonly replica: Replica
  readonly hosting: Hosting
  readonly clock: Clock
  /** Bytes of one account's vaults; 0 for no quota. */
  readonly bytes: number
  /** The open uploads, once they are known. */
  readonly intents: () => Pick<Intents, 'list' | 'find'> | undefined
  /** Accounts that pay for their uploads themselves; those of others are their vault's founder's. */
  readonly isRegistered: (account: AccountId) => boolean
}

/**
 * How much of this relay an account uses: each blob its vaults pin once, their logs, and what the open uploads it pays for
 * announce. Counted whole now and then; in between what is pinned is added up, so that the sum is at times too high and
 * never too low. Made before the blob exchange: of an entry it hears while the uploads it pins are still open.
 */
export class Quota {
  readonly bytes: number
  private readonly o: QuotaOptions
  private readonly pinned = new Map<AccountId, { bytes: number; countedMs: number; exact: boolean }>()
  /** Blobs that came larger than the record says that pins them. */
  private readonly understated = new Map<BlobId, number>()

  constructor(options: QuotaOptions) {
    this.o = options
    this.bytes = options.bytes
    if (this.bytes > 0) options.replica.watch((event) => this.follow(event))
  }

  usedBytes(account: AccountId): number {
    return this.pinnedBytes(account, 0) + this.announcedBytes(account)
  }

  /** For BlobPolicy.charge: before so many more bytes are taken on. Throws QUOTA_EXCEEDED. */
  charge(uploader: AccountId | null, bytes: number, vault: VaultId): void {
    if (this.bytes === 0) return
    const account = this.payer(vault, uploader)
    if (account === undefined) return
    const more = (uploader === null ? 0 : this.announcedBytes(account)) + bytes
    if (this.pinnedBytes(account, this.bytes - more) + more > this.bytes) throw new HoldfastError('QUOTA_EXCEEDED')
  }

  /** Whether what the vault's entries pin is within what its founder may use. */
  hasRoomFor(vault: VaultId): boolean {
    const account = this.bytes === 0 ? undefined : this.payer(vault, null)
    return account === undefined || this.pinnedBytes(account, this.bytes) <= this.bytes
  }

  private payer(vault: VaultId, uploader: AccountId | null): AccountId | undefined {
    return uploader !== null && this.o.isRegistered(uploader) ? uploader : this.o.hosting.founderOfHosted(vault)
  }

  private announcedBytes(account: AccountId): number {
    let bytes = 0
    for (const intent of this.o.intents()?.list() ?? [])
      if (this.payer(intent.vault, intent.account) === account) bytes += intent.announcedBytes
    return bytes
  }

  /** Counts anew what is more than `enough` by the last count, at most every few seconds. */
  private pinnedBytes(account: AccountId, enough: number): number {
    const known = this.pinned.get(account)
    const nowMs = this.o.clock.monotonicMs()
    if (
      known !== undefined &&
      this.bytes > 0 &&
      (known.exact || known.bytes <= enough || nowMs - known.countedMs < COUNT_EVERY_MS)
    )
      return known.bytes
    const bytes = this.count(this.o.hosting.vaultsOf(account))
    this.pinned.set(account, { bytes, countedMs: nowMs, exact: true })
    return bytes
  }

  private follow(event: ReplicaEvent): void {
    if (event.kind === 'records') this.add(event.vault, event.records, 0)
    // What was given up is charged no more; what is needed again is.
    if (event.kind === 'turned') this.pinned.delete(this.o.hosting.founderOfHosted(event.vault.id)!)
    if (event.kind !== 'admitted') return
    const { vault, admission } = event
    const pins = vault.log.pins()
    const hashes = admission.newlyCounted.flatMap((hash) => pins.recordsOf(hash))
    const logBytes = admission.newlyCounted.reduce((sum, hash) => sum + vault.sizeOf(hash), 0)
    this.add(
      vault,
      hashes.flatMap((hash) => pins.record(hash) ?? []),
      logBytes
    )
  }

  private add(vault: VaultReplica, records: readonly ObjectRecord[], logBytes: number): void {
    for (const record of records) this.noteUnderstated(vault, record)
    const known = this.pinned.get(this.o.hosting.founderOfHosted(vault.id)!)
    if (known === undefined) return
    known.bytes += logBytes
    for (const { id, sizeBytes } of records.flatMap(blobsIn)) known.bytes += this.sizeOf(id, sizeBytes)
    known.exact = false
  }

  /** What its upload held is what is here, whatever the record says that ends the upload. */
  private noteUnderstated({ id, log }: VaultReplica, record: ObjectRecord): void {
    for (const account of log.membership().accounts.keys()) {
      const held = this.o.intents()?.find(id, account, record.object)?.blobs
      if (held === undefined) continue
      for (const { id: blob, sizeBytes } of blobsIn(record)) {
        const real = held.get(blob) ?? 0
        if (real > this.sizeOf(blob, sizeBytes)) this.understated.set(blob, real)
      }
    }
  }

  private count(vaults: readonly VaultReplica[]): number {
    const seen = new Set<BlobId>()
    let bytes = 0
    for (const vault of vaults) {
      const pins = vault.log.pins()
      for (const hash of pins.liveRecords()) {
        const record = pins.record(hash)
        for (const { id, sizeBytes } of record === undefined ? [] : blobsIn(record)) {
          if (seen.has(id)) continue
          seen.add(id)
          bytes += this.sizeOf(id, sizeBytes)
        }
      }
      if (this.bytes > 0) for (const hash of vault.log.order()) bytes += vault.sizeOf(hash)
    }
    return bytes
  }

  private sizeOf(blob: BlobId, declared: number): number {
    return Math.max(declared, this.understated.get(blob) ?? 0)
  }
}

const COUNT_EVERY_MS = 5000

const blobsIn = ({ manifest, blobs }: ObjectRecord): ObjectRecord['blobs'] => [manifest, ...blobs]
