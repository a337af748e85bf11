import { HoldfastError } from '@holdfast/core/base/errors'
import type { BlobId } from '@holdfast/core/base/ids'
import type { BlobStore } from '@holdfast/core/ports/blob-store'
import { blake3Id } from '@holdfast/core/proof/blake3'
import { MemoryDisk } from './memory-disk.ts'

/** Opens the blob store of a memory disk. */
export async function memoryBlobs(disk: MemoryDisk = new MemoryDisk()): Promise<BlobStore> {
  if (disk.readOnly) throw new HoldfastError('STORE_READ_ONLY')
  return new MemoryBlobs(disk)
}

class MemoryBlobs implements BlobStore {
  readonly #disk: MemoryDisk
  readonly #boot: number
  readonly #busy = new Map<BlobId, Promise<void>>()
  #closed: Promise<void> | undefined

  constructor(disk: MemoryDisk) {
    this.#disk = disk
    this.#boot = disk.boot
  }

  put(id: BlobId, bytes: Uint8Array): Promise<void> {
    const copy = bytes.slice()
    return this.#change(id, copy.length, () => {
      if (this.#disk.blobs.has(id)) return
      this.#disk.blobs.set(id, copy)
      this.#disk.usedBytes += copy.length
    })
  }

  async get(id: BlobId, options?: { check?: boolean }): Promise<Uint8Array | undefined> {
    this.#checkOpen()
    const bytes = await this.#disk.read(this.#boot, () => this.#disk.blobs.get(id)?.slice())
    if (bytes !== undefined && options?.check === true && blake3Id(bytes) !== id)
      throw new HoldfastError('HASH_MISMATCH')
    return bytes
  }

  getMany(ids: readonly BlobId[]): Promise<(Uint8Array | undefined)[]> {
    return Promise.all(ids.map((id) => this.get(id)))
  }

  async has(ids: readonly BlobId[]): Promise<boolean[]> {
    this.#checkOpen()
    return this.#disk.read(this.#boot, () => ids.map((id) => this.#disk.blobs.has(id)))
  }

  async delete(ids: readonly BlobId[]): Promise<void> {
    await Promise.all(
      ids.map((id) =>
        this.#change(id, 0, () => {
          this.#disk.usedBytes -= this.#disk.blobs.get(id)?.length ?? 0
          this.#disk.blobs.delete(id)
        })
      )
    )
  }

  async *list(): AsyncGenerator<{ readonly id: BlobId; readonly sizeBytes: number }> {
    this.#checkOpen()
    const all = await this.#disk.read(this.#boot, () => [...this.#disk.blobs])
    for (const [id, bytes] of all) yield { id, sizeBytes: bytes.length }
  }

  async stats(): Promise<{ blobs: number; bytes: number }> {
    this.#checkOpen()
    return this.#disk.read(this.#boot, () => {
      const sizes = [...this.#disk.blobs.values()].map((bytes) => bytes.length)
      return { blobs: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
    })
  }

  close(): Promise<void> {
    this.#closed ??= Promise.all(this.#busy.values()).then(() => {})
    return this.#closed
  }

  /** Changes of one blob take effect in the order in which they were asked for. */
  async #change(id: BlobId, bytes: number, apply: () => void): Promise<void> {
    this.#checkOpen()
    const mine = this.#disk.write(this.#boot, {
      apply,
      growth: () => (this.#disk.blobs.has(id) ? 0 : bytes),
      ordered: false,
      after: this.#busy.get(id)
    })
    const settled = mine
      .catch(() => {})
      .then(() => {
        if (this.#busy.get(id) === settled) this.#busy.delete(id)
      })
    this.#busy.set(id, settled)
    await mine
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw new HoldfastError('STORE_CLOSED')
  }
}
