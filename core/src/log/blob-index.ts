import type { BlobId, ObjectId } from '../base/ids.ts'
import type { ObjectRecord } from './record.ts'

/** Which objects need a blob. Most blobs have one owner, so that one is kept without a list of its own. */
export class BlobIndex {
  readonly #owners = new Map<BlobId, ObjectId | ObjectId[]>()

  get size(): number {
    return this.#owners.size
  }

  has(blob: BlobId): boolean {
    return this.#owners.has(blob)
  }

  keys(): Iterable<BlobId> {
    return this.#owners.keys()
  }

  owners(blob: BlobId): readonly ObjectId[] {
    const owners = this.#owners.get(blob)
    if (owners === undefined) return []
    return [...new Set(typeof owners === 'string' ? [owners] : owners)]
  }

  add(record: ObjectRecord): void {
    for (const blob of blobsOf(record)) {
      const owners = this.#owners.get(blob)
      if (owners === undefined) this.#owners.set(blob, record.object)
      else if (typeof owners === 'string') this.#owners.set(blob, [owners, record.object])
      else owners.push(record.object)
    }
  }

  /** Takes one naming back; the blob stays while another record (also of the same object) names it. */
  remove(record: ObjectRecord): void {
    for (const blob of blobsOf(record)) {
      const owners = this.#owners.get(blob)
      if (typeof owners !== 'object') {
        this.#owners.delete(blob)
        continue
      }
      owners.splice(owners.indexOf(record.object), 1)
      if (owners.length === 0) this.#owners.delete(blob)
    }
  }
}

/** Every blob an object is made of, its manifest first. */
export function* blobsOf(record: ObjectRecord): Iterable<BlobId> {
  yield record.manifest.id
  for (const { id } of record.blobs) yield id
}
