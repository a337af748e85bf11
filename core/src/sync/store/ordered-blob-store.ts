import type { BlobId } from '../../base/ids.ts'
import type { BlobStore } from '../../ports/blob-store.ts'

/**
 * A blob store in which putting and deleting one blob never overlap: a put waits for the deletion it would race with, and
 * a blob that is being deleted is not here. Whoever takes a deletion back (by naming the blob again) thus either
 * still finds it or brings it anew. Every home wraps its store in it once.
 */
export class OrderedBlobStore implements BlobStore {
  private readonly inner: BlobStore
  private readonly deleting = new Map<BlobId, Promise<unknown>>()
  private readonly putting = new Map<BlobId, Set<Promise<void>>>()

  constructor(inner: BlobStore) {
    this.inner = inner
  }

  put(id: BlobId, bytes: Uint8Array): Promise<void> {
    const deletion = this.deleting.get(id)
    const done = deletion === undefined ? this.inner.put(id, bytes) : deletion.then(() => this.inner.put(id, bytes))
    const running = this.putting.get(id) ?? new Set()
    this.putting.set(id, running.add(done))
    const forget = (): void => {
      running.delete(done)
      if (running.size === 0 && this.putting.get(id) === running) this.putting.delete(id)
    }
    done.then(forget, forget)
    return done
  }

  async get(id: BlobId, options?: { check?: boolean }): Promise<Uint8Array | undefined> {
    return this.deleting.has(id) ? undefined : await this.inner.get(id, options)
  }

  async getMany(ids: readonly BlobId[]): Promise<(Uint8Array | undefined)[]> {
    const doomed = this.deleting.size === 0 ? undefined : ids.map((id) => this.deleting.has(id))
    const found = await this.inner.getMany(ids)
    return doomed === undefined ? found : found.map((bytes, i) => (doomed[i] ? undefined : bytes))
  }

  async has(ids: readonly BlobId[]): Promise<boolean[]> {
    const doomed = this.deleting.size === 0 ? undefined : ids.map((id) => this.deleting.has(id))
    const here = await this.inner.has(ids)
    return doomed === undefined ? here : here.map((one, i) => one && !doomed[i])
  }

  async delete(ids: readonly BlobId[]): Promise<void> {
    const puts = ids.flatMap((id) => [...(this.putting.get(id) ?? [])])
    const earlier = ids.flatMap((id) => this.deleting.get(id) ?? [])
    const done = Promise.allSettled([...puts, ...earlier]).then(() => this.inner.delete(ids))
    const settled = done.catch(() => undefined)
    for (const id of ids) this.deleting.set(id, settled)
    try {
      await done
    } finally {
      for (const id of ids) if (this.deleting.get(id) === settled) this.deleting.delete(id)
    }
  }

  list(): AsyncIterable<{ readonly id: BlobId; readonly sizeBytes: number }> {
    return this.inner.list()
  }

  stats(): Promise<{ blobs: number; bytes: number }> {
    return this.inner.stats()
  }

  close(): Promise<void> {
    return this.inner.close()
  }
}
