import { isHoldfastError } from '../../base/errors.ts'
import { idFromHex } from '../../base/ids.ts'
import type { BlobId } from '../../base/ids.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { KvStore } from '../../ports/kv-store.ts'

/** The blobs of this home that do not match their names any more. Listed until they are good again or not needed. */
export class Damaged {
  private readonly kv: KvStore
  private readonly ids: Set<BlobId>

  private constructor(kv: KvStore, ids: Set<BlobId>) {
    this.kv = kv
    this.ids = ids
  }

  static async open(kv: KvStore): Promise<Damaged> {
    const ids = new Set<BlobId>()
    for await (const [key] of kv.range({ gte: PREFIX, lt: AFTER })) ids.add(idFromHex(key.slice(PREFIX.length)))
    return new Damaged(kv, ids)
  }

  get size(): number {
    return this.ids.size
  }

  has(id: BlobId): boolean {
    return this.ids.has(id)
  }

  list(): BlobId[] {
    return [...this.ids]
  }

  async add(id: BlobId): Promise<void> {
    if (this.ids.has(id)) return
    this.ids.add(id)
    await this.kv.write([{ put: PREFIX + id, value: NOTHING }])
  }

  async remove(ids: readonly BlobId[]): Promise<void> {
    const known = ids.filter((id) => this.ids.has(id))
    if (known.length === 0) return
    await this.kv.write(known.map((id) => ({ del: PREFIX + id })))
    for (const id of known) this.ids.delete(id)
  }
}

/**
 * Stores checked bytes. A damaged copy is deleted first, since a store keeps what it has; killed in between, the blob is
 * missing, which is the same to everybody, and it stays listed. One that is listed and whole again is left alone: a stop or a
 * full store came before it was taken off the list.
 */
export async function storeBlob(
  blobs: BlobStore,
  damaged: Damaged | undefined,
  id: BlobId,
  bytes: Uint8Array
): Promise<void> {
  if (damaged?.has(id) !== true) return blobs.put(id, bytes)
  if (!(await isWhole(blobs, id))) {
    await blobs.delete([id])
    await blobs.put(id, bytes)
  }
  await damaged.remove([id])
}

async function isWhole(blobs: BlobStore, id: BlobId): Promise<boolean> {
  try {
    return (await blobs.get(id, { check: true })) !== undefined
  } catch (error) {
    if (isHoldfastError(error, 'HASH_MISMATCH') || isHoldfastError(error, 'STORE_FAILED')) return false
    throw error
  }
}

const PREFIX = 'damaged/'
const AFTER = 'damaged0'
const NOTHING = new Uint8Array(0)
