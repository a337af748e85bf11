import type { BlobId } from '@holdfast/core/base/ids'
import type { KvChange } from '@holdfast/core/ports/kv-store'
import { MapBlobs, MapKv } from '@holdfast/core/sync/testing/map-stores'

/** The stores of a machine that dies between two writes that the test chooses: what it writes after that is never made. */
export class FragileStores {
  readonly kv: MapKv
  readonly blobs: MapBlobs
  /** Writes that were made. */
  made = 0
  /** So many are made. */
  most: number
  /** A write waits that will never be made. */
  isStuck = false

  /** Over what another machine left behind. */
  constructor(left: { kv: MapKv; blobs: MapBlobs }, most: number = Number.POSITIVE_INFINITY) {
    this.most = most
    this.kv = new FragileKv(left.kv.rows, () => this.pass())
    this.blobs = new FragileBlobs(left.blobs.blobs, () => this.pass())
  }

  private pass(): Promise<void> {
    if (this.made >= this.most) {
      this.isStuck = true
      return new Promise(() => undefined)
    }
    this.made++
    return Promise.resolve()
  }
}

class FragileKv extends MapKv {
  readonly #pass: () => Promise<void>

  constructor(rows: ReadonlyMap<string, Uint8Array>, pass: () => Promise<void>) {
    super(rows)
    this.#pass = pass
  }

  override async write(batch: readonly KvChange[]): Promise<void> {
    await this.#pass()
    await super.write(batch)
  }
}

class FragileBlobs extends MapBlobs {
  readonly #pass: () => Promise<void>

  constructor(blobs: ReadonlyMap<BlobId, Uint8Array>, pass: () => Promise<void>) {
    super()
    for (const [id, bytes] of blobs) this.blobs.set(id, bytes)
    this.#pass = pass
  }

  override async put(id: BlobId, bytes: Uint8Array): Promise<void> {
    await this.#pass()
    await super.put(id, bytes)
  }

  override async delete(ids: readonly BlobId[]): Promise<void> {
    await this.#pass()
    await super.delete(ids)
  }
}
