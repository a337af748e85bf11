import { promisifyRequest } from 'idb-keyval'
import { HoldfastError } from '@holdfast/core/base/errors'
import { Grouper } from '@holdfast/core/base/grouper'
import type { BlobId } from '@holdfast/core/base/ids'
import type { BlobStore } from '@holdfast/core/ports/blob-store'
import { blake3Id } from '@holdfast/core/proof/blake3'
import { Database } from './database.ts'

/** Bytes of puts that share one transaction, and so one sync of the medium. */
const GROUP_BYTES = 4 << 20

/**
 * Opens (or makes) the blob store in the database of this name. A blob's key is its id and its size, so that what is here can be
 * listed without a look at any content; the list is read once and then kept in memory (some hundred bytes a blob).
 * Throws STORE_FULL, STORE_READ_ONLY, STORE_FAILED.
 */
export async function openIdbBlobs(name: string, options: { onLost?: () => void } = {}): Promise<IdbBlobs> {
  const database = await Database.open(name, options.onLost)
  try {
    const keys = await database.read((store) => promisifyRequest(store.getAllKeys(EVERY_BLOB)))
    return new IdbBlobs(database, keys as Key[])
  } catch (error) {
    database.close()
    throw error
  }
}

type Key = [id: BlobId, sizeBytes: number]
type Change = { readonly put: BlobId; readonly bytes: Uint8Array } | { readonly del: readonly BlobId[] }

export class IdbBlobs implements BlobStore {
  readonly #database: Database
  readonly #sizes: Map<BlobId, number>
  readonly #changes: Grouper<Change>
  #bytes = 0
  #closed: Promise<void> | undefined

  constructor(database: Database, keys: readonly Key[]) {
    this.#database = database
    this.#sizes = new Map(keys)
    for (const [, sizeBytes] of keys) this.#bytes += sizeBytes
    this.#changes = new Grouper((changes) => this.#commit(changes), weightOf, GROUP_BYTES)
  }

  get instance(): string {
    return this.#database.instance
  }

  async put(id: BlobId, bytes: Uint8Array): Promise<void> {
    this.#checkOpen()
    await this.#changes.add({ put: id, bytes })
  }

  async get(id: BlobId, options?: { check?: boolean }): Promise<Uint8Array | undefined> {
    const [bytes] = await this.getMany([id])
    if (bytes !== undefined && options?.check === true && blake3Id(bytes) !== id)
      throw new HoldfastError('HASH_MISMATCH')
    return bytes
  }

  async getMany(ids: readonly BlobId[]): Promise<(Uint8Array | undefined)[]> {
    this.#checkOpen()
    if (!ids.some((id) => this.#sizes.has(id))) return ids.map(() => undefined)
    const found = await this.#database.read((store) =>
      Promise.all(ids.map((id) => promisifyRequest<unknown>(store.get(keysOf(id)))))
    )
    return found.map((stored) => (stored instanceof ArrayBuffer ? new Uint8Array(stored) : undefined))
  }

  async has(ids: readonly BlobId[]): Promise<boolean[]> {
    this.#checkOpen()
    return ids.map((id) => this.#sizes.has(id))
  }

  async delete(ids: readonly BlobId[]): Promise<void> {
    this.#checkOpen()
    if (ids.length > 0) await this.#changes.add({ del: ids })
  }

  async *list(): AsyncGenerator<{ readonly id: BlobId; readonly sizeBytes: number }> {
    this.#checkOpen()
    for (const [id, sizeBytes] of [...this.#sizes]) yield { id, sizeBytes }
  }

  async stats(): Promise<{ blobs: number; bytes: number }> {
    this.#checkOpen()
    return { blobs: this.#sizes.size, bytes: this.#bytes }
  }

  close(): Promise<void> {
    this.#closed ??= this.#changes.idle().then(() => this.#database.close())
    return this.#closed
  }

  /** In the order in which they were asked for. What is here is said only when it is durable. */
  async #commit(changes: readonly Change[]): Promise<void> {
    const after = new Map<BlobId, number | undefined>()
    const isHere = (id: BlobId): boolean => (after.has(id) ? after.get(id) !== undefined : this.#sizes.has(id))
    await this.#database.write((store) => {
      for (const change of changes) {
        if ('del' in change) {
          for (const id of change.del.filter(isHere)) {
            store.delete(keysOf(id))
            after.set(id, undefined)
          }
        } else if (!isHere(change.put)) {
          store.put(ownBuffer(change.bytes), [change.put, change.bytes.length])
          after.set(change.put, change.bytes.length)
        }
      }
    })
    for (const [id, sizeBytes] of after) this.#note(id, sizeBytes)
  }

  #note(id: BlobId, sizeBytes: number | undefined): void {
    this.#bytes += (sizeBytes ?? 0) - (this.#sizes.get(id) ?? 0)
    if (sizeBytes === undefined) this.#sizes.delete(id)
    else this.#sizes.set(id, sizeBytes)
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw new HoldfastError('STORE_CLOSED')
  }
}

/** Lists stand behind all else that is a key. */
const EVERY_BLOB = IDBKeyRange.lowerBound([])

function keysOf(id: BlobId): IDBKeyRange {
  return IDBKeyRange.bound([id], [id, []])
}

/** A view would be stored with all of the memory it is a part of. */
function ownBuffer(bytes: Uint8Array): ArrayBufferLike {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer
}

function weightOf(change: Change): number {
  return 'put' in change ? 64 + change.bytes.length : 64 * change.del.length
}
