import type { BlobId, ObjectId, RecordHash, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import { blobsOf } from './blob-view.ts'
import type { BlobSize, ObjectBlobs } from './blob-view.ts'
import type { Damaged } from '../store/damaged.ts'

/** What an object record says, with its name. */
export interface RecordBlobs extends ObjectBlobs {
  readonly hash: RecordHash
}

export interface WantedOptions {
  readonly blobs: BlobStore
  readonly damaged?: Damaged
  /** Blobs that live records name and that are not here. */
  readonly onWanted?: (vault: VaultId, blobs: readonly BlobSize[]) => void
  /** The last missing blob of an object came. */
  readonly onComplete?: (vault: VaultId, record: RecordHash, object: ObjectId) => void
  /** An object is not whole any more. */
  readonly onLost?: () => void
  /** The records that needed them are live no more. */
  readonly onUnwanted?: (vault: VaultId, ids: readonly BlobId[]) => void
}

/**
 * Which blobs of live, known records are not here. Only what is missing is kept, so that a whole vault costs nothing;
 * every change costs what it touches. `liveAgain` and `gone` follow admissions, `stored` and `lost` the store.
 */
export class Wanted {
  private readonly o: WantedOptions
  private readonly records = new Map<RecordHash, Incomplete>()
  private readonly byBlob = new Map<BlobId, Set<Incomplete>>()
  private looking: Promise<void> = Promise.resolve()

  constructor(options: WantedOptions) {
    this.o = options
  }

  /** These records are live and known: on open all of them, later what an admission brings. Resolves when looked for. */
  live(vault: VaultId, records: Iterable<RecordBlobs>): Promise<void> {
    const lots = lotsOf(records)
    this.looking = this.looking.then(async () => {
      for (const lot of lots) await this.look(vault, lot)
    })
    const done = this.looking
    this.looking = done.catch(() => undefined)
    return done
  }

  /** These records are live no more (shred, unpin, uncounted). */
  gone(records: Iterable<RecordHash>): void {
    for (const hash of records) {
      const record = this.records.get(hash)
      if (record === undefined) continue
      this.records.delete(hash)
      record.gone = true
      const unwanted = [...record.missing.keys()].filter((id) => this.release(id, record))
      if (unwanted.length > 0) this.o.onUnwanted?.(record.vault, unwanted)
    }
  }

  /** Some entries were withdrawn or count no more: only what is still live is still wanted. */
  keepOnly(vault: VaultId, isLive: (record: RecordHash) => boolean): void {
    const all = [...this.records.values()].filter((record) => record.vault === vault)
    this.gone(all.filter(({ hash }) => !isLive(hash)).map(({ hash }) => hash))
  }

  /** These blobs are here and durable. */
  stored(ids: Iterable<BlobId>): void {
    this.take(ids, true)
  }

  /** This blob of these live records is not here (whole) any more. */
  lost(vault: VaultId, id: BlobId, records: Iterable<RecordBlobs>): void {
    for (const record of records) {
      const blob = blobsOf(record).find((one) => one.id === id)
      if (blob === undefined) continue
      this.miss(this.incomplete(vault, record), blob)
      this.o.onLost?.()
    }
  }

  /** Blobs of this record that are not here; empty when it is complete (or not known). */
  missingOf(record: RecordHash): BlobId[] {
    return [...(this.records.get(record)?.missing.keys() ?? [])]
  }

  /** Whether some live record names it and it is not here. */
  isMissing(id: BlobId): boolean {
    return this.byBlob.has(id)
  }

  isComplete(record: RecordHash): boolean {
    return !this.records.has(record)
  }

  /** All incomplete records, of one vault or of all. */
  *incompleteRecords(
    vault?: VaultId
  ): Iterable<{ vault: VaultId; hash: RecordHash; object: ObjectId; missing: readonly BlobSize[] }> {
    for (const { hash, object, vault: of, missing } of this.records.values()) {
      if (vault === undefined || vault === of) yield { vault: of, hash, object, missing: sizesOf(missing) }
    }
  }

  /** Everything missing in a vault: to be asked for anew. */
  missing(vault: VaultId): BlobSize[] {
    const blobs = new Map<BlobId, number>()
    for (const record of this.records.values()) {
      if (record.vault === vault) for (const [id, sizeBytes] of record.missing) blobs.set(id, sizeBytes)
    }
    return sizesOf(blobs)
  }

  /** Number of blobs missing, over all vaults. */
  get size(): number {
    return this.byBlob.size
  }

  /** All are taken as missing first: what is stored while the store is asked is not asked for twice. */
  private async look(vault: VaultId, lot: readonly RecordBlobs[]): Promise<void> {
    const incomplete = lot
      .filter((r) => !this.records.has(r.hash))
      .map((record) => ({ record, entry: this.incomplete(vault, record) }))
    for (const { record, entry } of incomplete) for (const blob of blobsOf(record)) this.miss(entry, blob)
    const sizes = new Map(incomplete.flatMap(({ entry }) => [...entry.missing]))
    const ids = [...sizes.keys()]
    for (let at = 0; at < ids.length; at += LIMITS.blobsPerPass) {
      const some = ids.slice(at, at + LIMITS.blobsPerPass)
      const here = await this.o.blobs.has(some)
      this.take(
        some.filter((id, i) => here[i] && this.o.damaged?.has(id) !== true),
        false
      )
      const missing = some.filter((id) => this.byBlob.has(id)).map((id) => ({ id, sizeBytes: sizes.get(id)! }))
      if (missing.length > 0) this.o.onWanted?.(vault, missing)
    }
  }

  private incomplete(vault: VaultId, { hash, object }: RecordBlobs): Incomplete {
    const known = this.records.get(hash)
    if (known !== undefined) return known
    const entry: Incomplete = { vault, hash, object, missing: new Map(), gone: false }
    this.records.set(hash, entry)
    return entry
  }

  private miss(record: Incomplete, { id, sizeBytes }: BlobSize): void {
    record.missing.set(id, sizeBytes)
    const records = this.byBlob.get(id)
    if (records === undefined) this.byBlob.set(id, new Set([record]))
    else records.add(record)
  }

  /** `came`: they were not here before. */
  private take(ids: Iterable<BlobId>, came: boolean): void {
    for (const id of ids) {
      const records = this.byBlob.get(id)
      if (records === undefined) continue
      this.byBlob.delete(id)
      for (const record of records) this.arrived(record, id, came)
    }
  }

  private arrived(record: Incomplete, id: BlobId, came: boolean): void {
    record.missing.delete(id)
    if (record.missing.size > 0 || record.gone) return
    this.records.delete(record.hash)
    if (came) this.o.onComplete?.(record.vault, record.hash, record.object)
  }

  /** True when nobody in this vault misses the blob any more. */
  private release(id: BlobId, record: Incomplete): boolean {
    const records = this.byBlob.get(id)
    if (records === undefined || !records.delete(record)) return false
    if (records.size === 0) this.byBlob.delete(id)
    for (const other of records) if (other.vault === record.vault) return false
    return true
  }
}

interface Incomplete {
  readonly vault: VaultId
  readonly hash: RecordHash
  readonly object: ObjectId
  readonly missing: Map<BlobId, number>
  gone: boolean
}

/** Records in lots of some thousand blobs: bounds what is taken as missing at one time. */
function* lotsOf(records: Iterable<RecordBlobs>): Iterable<RecordBlobs[]> {
  let lot: RecordBlobs[] = []
  let blobs = 0
  for (const record of records) {
    lot.push(record)
    blobs += record.blobs.length + 1
    if (blobs < LIMITS.blobsPerPass) continue
    yield lot
    lot = []
    blobs = 0
  }
  if (lot.length > 0) yield lot
}

function sizesOf(blobs: ReadonlyMap<BlobId, number>): BlobSize[] {
  return [...blobs].map(([id, sizeBytes]) => ({ id, sizeBytes }))
}
