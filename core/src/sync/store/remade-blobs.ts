import type { BlobId } from '../../base/ids.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { KvChange, KvStore } from '../../ports/kv-store.ts'
import { blake3Id } from '../../proof/blake3.ts'
import { OrderedBlobStore } from './ordered-blob-store.ts'
import { dropLeft, dropRemade, loadRemade, putLeft, putRemade } from './remade-rows.ts'
import type { Remaking } from './remade-rows.ts'

/** Makes a blob again; undefined where that gives other bytes, or nothing any more. */
export type Remake = (id: BlobId, from: Remaking) => Promise<Uint8Array | undefined>

/**
 * A blob store with some blobs that lie in no store: what they hold stands elsewhere on this device, in the clear, and they are made
 * again when somebody asks for them. To everybody else they are here, like all others; `list` and `stats` speak of what takes room.
 * Whatever is made is what its name says, or it is not here.
 *
 * A row that lets a blob be remade is durable before the blob goes, and a blob is durable before its row goes: killed in between, it
 * is there twice.
 */
export class RemadeBlobStore implements BlobStore {
  readonly #inner: BlobStore
  readonly #kv: KvStore
  readonly #remade: Map<BlobId, Remaking>
  readonly #left: Map<BlobId, Remaking>
  #remake: Remake | undefined
  #onLost: (id: BlobId) => void = () => undefined

  /** Puts and deletions of one blob have one order for everybody. */
  static async open(blobs: BlobStore, kv: KvStore): Promise<RemadeBlobStore> {
    const { remade, left } = await loadRemade(kv)
    return new RemadeBlobStore(new OrderedBlobStore(blobs), kv, remade, left)
  }

  private constructor(inner: BlobStore, kv: KvStore, remade: Map<BlobId, Remaking>, left: Map<BlobId, Remaking>) {
    this.#inner = inner
    this.#kv = kv
    this.#remade = remade
    this.#left = left
  }

  /** Until it is called, and where it fails, such a blob is not here. `onLost` is told of it then. */
  remakeBy(remake: Remake, onLost: (id: BlobId) => void): void {
    this.#remake = remake
    this.#onLost = onLost
  }

  /** Blobs that are made when they are asked for. */
  remade(): ReadonlyMap<BlobId, Remaking> {
    return this.#remade
  }

  /** Blobs that are not here, cannot be made now, and are to come only when somebody reads them; from what they were made. */
  left(): ReadonlyMap<BlobId, Remaking> {
    return this.#left
  }

  /** From now on these are made again from what is named, and no byte of them lies here. */
  async letGo(blobs: ReadonlyMap<BlobId, Remaking>): Promise<void> {
    await this.#kv.write([...blobs].flatMap(([id, from]) => this.#instead(id, putRemade(id, from))))
    for (const [id, from] of blobs) {
      this.#left.delete(id)
      this.#remade.set(id, from)
    }
    await this.#inner.delete([...blobs.keys()])
  }

  /** What they are made from is another thing now, or is there again. */
  async madeFrom(blobs: ReadonlyMap<BlobId, Remaking>): Promise<void> {
    await this.#kv.write([...blobs].flatMap(([id, from]) => this.#instead(id, putRemade(id, from))))
    for (const [id, from] of blobs) {
      this.#left.delete(id)
      this.#remade.set(id, from)
    }
  }

  /** These can be made no more, but a relay has them: they need not come by themselves. */
  async leave(ids: readonly BlobId[]): Promise<void> {
    const rows = ids.flatMap((id) => [[id, this.#remade.get(id)] as const])
    await this.#kv.write(rows.flatMap(([id, from]) => (from === undefined ? [] : this.#instead(id, putLeft(id, from)))))
    for (const [id, from] of rows) {
      if (from === undefined || !this.#remade.delete(id)) continue
      this.#left.set(id, from)
    }
  }

  /** These are like any other blob from now on: missing where they are not here. */
  async forget(ids: readonly BlobId[]): Promise<void> {
    const changes = ids.flatMap((id) => this.#drops(id))
    for (const id of ids) {
      this.#remade.delete(id)
      this.#left.delete(id)
    }
    if (changes.length > 0) await this.#kv.write(changes)
  }

  /** Makes it and keeps it here as any other. False where it can not be made. */
  async bringBack(id: BlobId): Promise<boolean> {
    const bytes = await this.#made(id)
    if (bytes === undefined) return false
    await this.#inner.put(id, bytes)
    await this.forget([id])
    return true
  }

  async put(id: BlobId, bytes: Uint8Array): Promise<void> {
    await this.#inner.put(id, bytes)
    if (this.#left.has(id)) await this.forget([id])
  }

  async get(id: BlobId, options?: { check?: boolean }): Promise<Uint8Array | undefined> {
    const here = await this.#inner.get(id, options)
    return here ?? (this.#remade.has(id) ? this.#madeOrLost(id) : undefined)
  }

  async getMany(ids: readonly BlobId[]): Promise<(Uint8Array | undefined)[]> {
    const found = await this.#inner.getMany(ids)
    if (this.#remade.size === 0) return found
    for (const [at, id] of ids.entries())
      if (found[at] === undefined && this.#remade.has(id)) found[at] = await this.#madeOrLost(id)
    return found
  }

  async has(ids: readonly BlobId[]): Promise<boolean[]> {
    const here = await this.#inner.has(ids)
    return this.#remade.size === 0 ? here : here.map((one, at) => one || this.#remade.has(ids[at]!))
  }

  async delete(ids: readonly BlobId[]): Promise<void> {
    await this.#inner.delete(ids)
    await this.forget(ids)
  }

  list(): AsyncIterable<{ readonly id: BlobId; readonly sizeBytes: number }> {
    return this.#inner.list()
  }

  stats(): Promise<{ blobs: number; bytes: number }> {
    return this.#inner.stats()
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  /** One row about a blob instead of all that there are. */
  #instead(id: BlobId, row: KvChange & { put: string }): KvChange[] {
    return [...this.#drops(id).filter(({ del }) => del !== row.put), row]
  }

  #drops(id: BlobId): { del: string }[] {
    const [remade, left] = [this.#remade.get(id), this.#left.get(id)]
    return [
      ...(remade === undefined ? [] : [dropRemade(id, remade)]),
      ...(left === undefined ? [] : [dropLeft(id, left)])
    ]
  }

  async #madeOrLost(id: BlobId): Promise<Uint8Array | undefined> {
    if (this.#remake === undefined) return undefined
    const bytes = await this.#made(id)
    if (bytes === undefined) this.#onLost(id)
    return bytes
  }

  async #made(id: BlobId): Promise<Uint8Array | undefined> {
    const from = this.#remade.get(id)
    if (from === undefined) return undefined
    const bytes = await this.#remake?.(id, from)
    return bytes !== undefined && blake3Id<BlobId>(bytes) === id ? bytes : undefined
  }
}
