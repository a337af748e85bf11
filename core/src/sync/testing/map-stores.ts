import type { BlobId } from '../../base/ids.ts'
import { HoldfastError } from '../../base/errors.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { Clock } from '../../ports/clock.ts'
import type { KvChange, KvRange, KvStore } from '../../ports/kv-store.ts'

/** The smallest stores that keep the contracts of the ports, for tests of the sync side alone. */
export class MapKv implements KvStore {
  readonly rows: Map<string, Uint8Array>
  /** Durable batches so far. */
  writes = 0
  failing = false
  /** Keys of rows that are damaged: a change of one makes it whole. */
  readonly rotten = new Set<string>()

  /** `rows`: a copy of another one's is that disk at that moment. */
  constructor(rows: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.rows = new Map(rows)
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.whole(key, this.rows.get(key))
  }

  async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    return keys.map((key) => this.whole(key, this.rows.get(key)))
  }

  async write(batch: readonly KvChange[]): Promise<void> {
    if (this.failing) throw new HoldfastError('STORE_FULL')
    this.writes++
    for (const change of batch) {
      this.rotten.delete('put' in change ? change.put : change.del)
      if ('put' in change) this.rows.set(change.put, change.value)
      else this.rows.delete(change.del)
    }
  }

  async *range({
    gte,
    lt,
    reverse,
    limit,
    onDamaged
  }: KvRange): AsyncIterable<readonly [key: string, value: Uint8Array]> {
    const rows = [...this.rows].filter(([key]) => key >= gte && key < lt).sort(([a], [b]) => (a < b ? -1 : 1))
    for (const [key, value] of (reverse === true ? rows.reverse() : rows).slice(0, limit)) {
      if (onDamaged !== undefined && this.rotten.has(key)) onDamaged(key, value)
      else yield [key, this.whole(key, value)]
    }
  }

  async compact(): Promise<void> {}
  async close(): Promise<void> {}

  private whole<T>(key: string, value: T): T {
    if (this.rotten.has(key)) throw new HoldfastError('MALFORMED')
    return value
  }
}

export class MapBlobs implements BlobStore {
  readonly blobs = new Map<BlobId, Uint8Array>()

  async put(id: BlobId, bytes: Uint8Array): Promise<void> {
    this.blobs.set(id, bytes)
  }

  async get(id: BlobId): Promise<Uint8Array | undefined> {
    return this.blobs.get(id)
  }

  getMany(ids: readonly BlobId[]): Promise<(Uint8Array | undefined)[]> {
    return Promise.all(ids.map((id) => this.get(id)))
  }

  async has(ids: readonly BlobId[]): Promise<boolean[]> {
    return ids.map((id) => this.blobs.has(id))
  }

  async delete(ids: readonly BlobId[]): Promise<void> {
    for (const id of ids) this.blobs.delete(id)
  }

  async *list(): AsyncIterable<{ readonly id: BlobId; readonly sizeBytes: number }> {
    for (const [id, bytes] of this.blobs) yield { id, sizeBytes: bytes.length }
  }

  async stats(): Promise<{ blobs: number; bytes: number }> {
    return { blobs: this.blobs.size, bytes: [...this.blobs.values()].reduce((sum, bytes) => sum + bytes.length, 0) }
  }

  async close(): Promise<void> {}
}

/** Stands still unless it is told. */
export class HandClock implements Clock {
  now = 1_700_000_000_000
  /** How far the wall side is off. */
  offMs = 0

  nowMs(): number {
    return this.now + this.offMs
  }

  monotonicMs(): number {
    return this.now
  }
}
