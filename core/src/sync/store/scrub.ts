import { asArray, asUint, asVersion, decode, encode } from '../../base/codec.ts'
import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { BlobId, VaultId } from '../../base/ids.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { KvStore } from '../../ports/kv-store.ts'
import type { Wait } from '../../ports/wait.ts'
import type { Damaged } from './damaged.ts'
import type { Fetcher } from '../blobs/fetcher.ts'

export interface ScrubOptions {
  readonly blobs: BlobStore
  readonly kv: KvStore
  readonly damaged: Damaged
  readonly wait: Wait
  /** Bytes re-hashed in a second at most. */
  readonly bytesPerSecond: number
  readonly onDamaged?: (id: BlobId) => void
}

export interface Scrubbed {
  readonly checked: number
  readonly bytes: number
  readonly damaged: readonly BlobId[]
}

/**
 * Re-hashes everything that is here, one 256th after the other and then from the start again. Where it was survives a
 * restart, so that a relay that is often restarted still reaches its last blob.
 */
export class Scrubber {
  private readonly o: ScrubOptions

  constructor(options: ScrubOptions) {
    this.o = options
  }

  /** The next slice, at the bounded rate. Throws ABORTED; the slice then begins anew. */
  async step(signal?: AbortSignal): Promise<Scrubbed> {
    const slice = await this.nextSlice()
    const prefix = slice.toString(16).padStart(2, '0')
    const ids: BlobId[] = []
    for await (const { id } of this.o.blobs.list()) if (id.startsWith(prefix)) ids.push(id)
    const result = await this.check(ids, this.o.bytesPerSecond, signal)
    await this.o.kv.write([{ put: CURSOR, value: encode([1, (slice + 1) % SLICES]) }])
    return result
  }

  /** Everything at once, as fast as the disk: for `verify`. `onProgress` hears of the blobs checked so far. */
  async all(
    options: { signal?: AbortSignal; onProgress?: (checked: number, bytes: number) => void } = {}
  ): Promise<Scrubbed> {
    const total = { checked: 0, bytes: 0, damaged: [] as BlobId[] }
    let lot: BlobId[] = []
    const checkLot = async (): Promise<void> => {
      const { checked, bytes, damaged } = await this.check(lot, Infinity, options.signal)
      lot = []
      total.checked += checked
      total.bytes += bytes
      total.damaged.push(...damaged)
      options.onProgress?.(total.checked, total.bytes)
    }
    for await (const { id } of this.o.blobs.list()) if (lot.push(id) >= LOT) await checkLot()
    await checkLot()
    return total
  }

  private async check(
    ids: readonly BlobId[],
    bytesPerSecond: number,
    signal: AbortSignal | undefined
  ): Promise<Scrubbed> {
    const result = { checked: 0, bytes: 0, damaged: [] as BlobId[] }
    for (const id of ids) {
      if (signal?.aborted === true) throw new HoldfastError('ABORTED')
      const bytes = await this.checkOne(id, result.damaged)
      // Deleted meanwhile.
      if (bytes === undefined) continue
      result.checked += 1
      result.bytes += bytes
      if (bytesPerSecond !== Infinity) await this.o.wait(Math.ceil((bytes / bytesPerSecond) * 1000), signal)
    }
    return result
  }

  /** Bytes read, 0 for a blob that is damaged or cannot be read: it is listed, never deleted. */
  private async checkOne(id: BlobId, damaged: BlobId[]): Promise<number | undefined> {
    try {
      const bytes = await this.o.blobs.get(id, { check: true })
      if (bytes !== undefined) await this.o.damaged.remove([id])
      return bytes?.length
    } catch (error) {
      if (!isHoldfastError(error, 'HASH_MISMATCH') && !isHoldfastError(error, 'STORE_FAILED')) throw error
      damaged.push(id)
      await this.o.damaged.add(id)
      this.o.onDamaged?.(id)
      return 0
    }
  }

  private async nextSlice(): Promise<number> {
    const bytes = await this.o.kv.get(CURSOR)
    if (bytes === undefined) return 0
    const [version, slice] = asArray(decode(bytes, 16), 2)
    asVersion(version, 1)
    return asUint(slice, SLICES - 1)
  }
}

const CURSOR = 'scrub-at'
const SLICES = 256
const LOT = 256

/** What this home's own verified pins say of a blob; undefined when none names it. */
export type OwnPin = (id: BlobId) => { readonly vault: VaultId; readonly sizeBytes: number } | undefined

/**
 * Fetches damaged blobs anew from peers that have them: only what a pin of this home's own names. What nothing names is
 * left to collecting. Resolves with how many are good again.
 */
export async function repair(damaged: Damaged, pinOf: OwnPin, fetcher: Fetcher, signal?: AbortSignal): Promise<number> {
  let repaired = 0
  for (const id of damaged.list()) {
    const pin = pinOf(id)
    if (pin === undefined) continue
    try {
      await fetcher.fetch(
        pin.vault,
        id,
        pin.sizeBytes,
        signal === undefined ? { replace: true } : { replace: true, signal }
      )
      repaired += 1
    } catch (error) {
      if (!isHoldfastError(error, 'NOT_HERE')) throw error
    }
  }
  if (repaired > 0) await fetcher.idle()
  return repaired
}
