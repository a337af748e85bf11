/**
 * An ordered key-value store with atomic, durable batches: what logs, object records, documents and all bookkeeping
 * of one home lie in. Keys are text and ordered by UTF-16 code unit; only ASCII is used.
 *
 * Contract (test/src/conformance/kv-store.ts runs it against every implementation):
 * - `write` is atomic: after a crash all of the batch is there or nothing of it. When it resolves the batch is durable,
 *   and so is every batch whose write resolved before. Concurrent writes may be grouped.
 * - A read after a resolved write sees it. `range` reads from one snapshot taken when it starts.
 * - "Not here" is `undefined`, never an error.
 * - A value that is not what was written is never handed out as one: reading it throws MALFORMED, and a range may go on past it.
 * - A returned array belongs to the caller; a stored one is copied or handed over and never changed.
 * Errors: MALFORMED, STORE_FULL, STORE_READ_ONLY, STORE_FAILED, IN_USE (on open).
 */
export interface KvStore {
  get(key: string): Promise<Uint8Array | undefined>
  getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]>
  write(batch: readonly KvChange[]): Promise<void>
  range(options: KvRange): AsyncIterable<readonly [key: string, value: Uint8Array]>
  /** Rewrites the range so that what was deleted from it is gone from the raw medium too. */
  compact(range: { gte: string; lt: string }): Promise<void>
  close(): Promise<void>
}

export type KvChange = { readonly put: string; readonly value: Uint8Array } | { readonly del: string }

export interface KvRange {
  readonly gte: string
  readonly lt: string
  readonly reverse?: boolean
  /** Damaged values count in it. */
  readonly limit?: number
  /**
   * Told of each value that is damaged, with what there is of it; the range goes on behind it. Without it the range throws.
   * The key may be damaged itself, and then be none that could be written.
   */
  readonly onDamaged?: (key: string, remains: Uint8Array) => void
}
