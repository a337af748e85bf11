import { HoldfastError } from '@holdfast/core/base/errors'
import type { AccountId, BlobId } from '@holdfast/core/base/ids'
import type { VaultLog } from '@holdfast/core/log/vault-log'
import type { Clock } from '@holdfast/core/ports/clock'
import type { AdmittedEvent, Replica } from '@holdfast/core/sync/replica'
import type { Hosting } from './hosting.ts'

export interface QuotaOptions {
  readonly replica: Replica
  readonly hosting: Hosting
  readonly clock: Clock
  /** Bytes of one account's vaults; 0 for no quota. */
  readonly bytes: number
  /** What the account's open uploads announce. */
  readonly announcedBytes: (account: AccountId) => number
}

/**
 * How much of this relay an account uses: each blob its vaults pin once, and what its open uploads announce. Counted
 * whole now and then; in between what is pinned is added up, so that the sum is at times too high and never too low.
 */
export class Quota {
  readonly bytes: number
  private readonly o: QuotaOptions
  private readonly pinned = new Map<AccountId, { bytes: number; countedMs: number; exact: boolean }>()

  constructor(options: QuotaOptions) {
    this.o = options
    this.bytes = options.bytes
    options.replica.onAdmitted((event) => this.follow(event))
  }

  usedBytes(account: AccountId): number {
    return this.pinnedBytes(account, 0) + this.o.announcedBytes(account)
  }

  /** For BlobPolicy.charge: before an upload of so many more bytes is taken on. Throws QUOTA_EXCEEDED. */
  charge(account: AccountId, bytes: number): void {
    if (this.bytes === 0) return
    const more = this.o.announcedBytes(account) + bytes
    if (this.pinnedBytes(account, this.bytes - more) + more > this.bytes) throw new HoldfastError('QUOTA_EXCEEDED')
  }

  /** Counts anew what is more than `enough` by the last count, at most every few seconds. */
  private pinnedBytes(account: AccountId, enough: number): number {
    const known = this.pinned.get(account)
    const nowMs = this.o.clock.monotonicMs()
    if (known !== undefined && (known.exact || known.bytes <= enough || nowMs - known.countedMs < COUNT_EVERY_MS))
      return known.bytes
    const bytes = countPinned(this.o.hosting.vaultsOf(account).map(({ log }) => log))
    this.pinned.set(account, { bytes, countedMs: nowMs, exact: true })
    return bytes
  }

  private follow({ vault, admission }: AdmittedEvent): void {
    for (const [account, known] of this.pinned) {
      if (!this.o.hosting.vaultsOf(account).includes(vault)) continue
      const pins = vault.log.pins()
      const records = admission.newlyCounted.flatMap((hash) =>
        pins.recordsOf(hash).flatMap((record) => pins.record(record) ?? [])
      )
      for (const { manifest, blobs } of records)
        known.bytes += blobs.reduce((sum, blob) => sum + blob.sizeBytes, manifest.sizeBytes)
      known.exact = false
    }
  }
}

const COUNT_EVERY_MS = 5000

function countPinned(logs: readonly VaultLog[]): number {
  const seen = new Set<BlobId>()
  let bytes = 0
  for (const log of logs) {
    const pins = log.pins()
    for (const hash of pins.liveRecords()) {
      const record = pins.record(hash)
      if (record === undefined) continue
      for (const { id, sizeBytes } of [record.manifest, ...record.blobs]) {
        if (seen.has(id)) continue
        seen.add(id)
        bytes += sizeBytes
      }
    }
  }
  return bytes
}
