import { join } from 'node:path'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { BlobId } from '@holdfast/core/base/ids'
import type { BlobStore } from '@holdfast/core/ports/blob-store'
import type { KvStore } from '@holdfast/core/ports/kv-store'
import { blake3Id } from '@holdfast/core/proof/blake3'
import { LargeBlobs } from './large-blobs.ts'
import { openLevelKv } from './level-kv.ts'
import { SmallBlobs } from './small-blobs.ts'

/**
 * Up to here a blob goes into a pack, above it into a file of its own: measured, the two are equally fast near 128 KiB.
 * A manifest with its content inline (64 KiB, padded and sealed) fits.
 */
const SMALL_BYTES = 96 << 10

/**
 * Opens (or makes) the blob store in `folder`. The rows of its small blobs lie in `kv` under `blob/` and share its
 * fsyncs; without one it opens a key-value store of its own. The caller closes `kv`, after this store.
 * Throws IN_USE, HOME_DAMAGED, STORE_FULL, STORE_READ_ONLY, STORE_FAILED.
 */
export async function openBlobStore(folder: string, kv?: KvStore): Promise<BlobStore> {
  const own = kv === undefined ? await openLevelKv(join(folder, 'rows')) : undefined
  try {
    const small = await SmallBlobs.open(join(folder, 'packs'), kv ?? own!)
    return new DiskBlobStore(small, await LargeBlobs.open(join(folder, 'files')), own)
  } catch (error) {
    await own?.close()
    throw error
  }
}

class DiskBlobStore implements BlobStore {
  readonly #small: SmallBlobs
  readonly #large: LargeBlobs
  readonly #ownKv: KvStore | undefined
  #closed: Promise<void> | undefined

  constructor(small: SmallBlobs, large: LargeBlobs, ownKv: KvStore | undefined) {
    this.#small = small
    this.#large = large
    this.#ownKv = ownKv
  }

  async put(id: BlobId, bytes: Uint8Array): Promise<void> {
    this.#checkOpen()
    await (bytes.length <= SMALL_BYTES ? this.#small : this.#large).put(id, bytes)
  }

  async get(id: BlobId, options?: { check?: boolean }): Promise<Uint8Array | undefined> {
    this.#checkOpen()
    const bytes = (await this.#small.get(id)) ?? (await this.#large.get(id))
    if (bytes !== undefined && options?.check === true && blake3Id(bytes) !== id)
      throw new HoldfastError('HASH_MISMATCH')
    return bytes
  }

  async getMany(ids: readonly BlobId[]): Promise<(Uint8Array | undefined)[]> {
    this.#checkOpen()
    const small = await this.#small.getMany(ids)
    return Promise.all(ids.map(async (id, at) => small[at] ?? this.#large.get(id)))
  }

  async has(ids: readonly BlobId[]): Promise<boolean[]> {
    this.#checkOpen()
    const small = await this.#small.has(ids)
    return Promise.all(ids.map(async (id, at) => small[at] === true || this.#large.has(id)))
  }

  async delete(ids: readonly BlobId[]): Promise<void> {
    this.#checkOpen()
    await Promise.all([this.#small.delete(ids), ...ids.map((id) => this.#large.delete(id))])
  }

  async *list(): AsyncGenerator<{ readonly id: BlobId; readonly sizeBytes: number }> {
    this.#checkOpen()
    yield* this.#small.list()
    yield* this.#large.list()
  }

  async stats(): Promise<{ blobs: number; bytes: number }> {
    this.#checkOpen()
    const large = await this.#large.stats()
    const small = this.#small.stats()
    return { blobs: small.blobs + large.blobs, bytes: small.bytes + large.bytes }
  }

  close(): Promise<void> {
    this.#closed ??= (async () => {
      await Promise.all([this.#small.close(), this.#large.close()])
      await this.#ownKv?.close()
    })()
    return this.#closed
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw new HoldfastError('STORE_CLOSED')
  }
}
