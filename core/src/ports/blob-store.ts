import type { BlobId } from '../base/ids.ts'

/**
 * Ciphertext by its hash. It does not know vaults: who may ask for what is decided above it.
 *
 * Contract (test/src/conformance/blob-store.ts):
 * - `put` resolves when the blob is durable; putting one that is here does nothing. The caller has checked the hash.
 *   Several puts at once are grouped. After a crash a blob is there whole or not at all.
 * - `get` hashes what it reads only when asked (`check`); then a damaged blob throws HASH_MISMATCH and is left in place.
 * - `getMany` is `get` of each, in the order asked, without `check`; blobs that were put together come by one read. It
 *   throws when one of them is broken: then they are got one by one. Views may share memory.
 * - `delete` resolves when the bytes are gone from the raw medium; deleting what is not here does nothing.
 * - "Not here" is a value (`undefined`, `false`), "broken" is an error.
 * Errors: STORE_FULL, STORE_READ_ONLY, STORE_FAILED, HASH_MISMATCH.
 */
export interface BlobStore {
  put(id: BlobId, bytes: Uint8Array): Promise<void>
  get(id: BlobId, options?: { check?: boolean }): Promise<Uint8Array | undefined>
  getMany(ids: readonly BlobId[]): Promise<(Uint8Array | undefined)[]>
  has(ids: readonly BlobId[]): Promise<boolean[]>
  delete(ids: readonly BlobId[]): Promise<void>
  /** Every blob that is here, in any order. One put or deleted meanwhile may or may not be listed. */
  list(): AsyncIterable<{ readonly id: BlobId; readonly sizeBytes: number }>
  /** Number and bytes of all blobs here. */
  stats(): Promise<{ blobs: number; bytes: number }>
  close(): Promise<void>
}
