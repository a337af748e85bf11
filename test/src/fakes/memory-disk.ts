import { HoldfastError } from '@holdfast/core/base/errors'
import type { BlobId } from '@holdfast/core/base/ids'
import { SortedRows } from './sorted-rows.ts'

export interface MemoryDiskOptions {
  /** Awaited before an operation takes effect: the simulator waits on its virtual clock here. Default: one turn. */
  readonly delay?: (operation: 'read' | 'write') => Promise<void>
  /** Drawn for each write under way when the power goes: has it reached the medium? Default: none has. */
  readonly survives?: () => boolean
}

/**
 * The medium of one device in memory: what `memoryKv` and `memoryBlobs` keep their data on, and what outlives them.
 * Deterministic. Knobs, to be turned at any time:
 * - `capacityBytes`: what would exceed it fails with STORE_FULL and leaves nothing; deleting always works.
 * - `readOnly`, `failing`: every write fails with STORE_READ_ONLY, every operation with STORE_FAILED.
 * - `crash()`: all open stores die; a write that had not resolved is there whole or not at all (`survives`), row
 *   batches in their order. Then open stores anew on the same disk.
 * - `rotRow`, `rotBlob`: flips one bit of what is stored.
 * - `image()`, `restore()`: a copy of everything, and the disk set back to it (a restored backup: promise 3).
 * Overwritten and deleted row values stay on the raw medium until compacted, as on a real one: `rawContains` sees them.
 */
export class MemoryDisk {
  capacityBytes = Number.POSITIVE_INFINITY
  readOnly = false
  failing = false
  /** For the stores on this disk only, as all below. */
  rows = new SortedRows()
  blobs = new Map<BlobId, Uint8Array>()
  readonly rottenRows = new Set<string>()
  remains: (readonly [key: string, value: Uint8Array])[] = []
  usedBytes = 0
  kvIsOpen = false
  readonly #delay: (operation: 'read' | 'write') => Promise<void>
  readonly #survives: () => boolean
  #boot = 0
  #underWay = new Set<Change>()

  constructor(options: MemoryDiskOptions = {}) {
    this.#delay = options.delay ?? (() => Promise.resolve())
    this.#survives = options.survives ?? (() => false)
  }

  /** Grows with each crash. A store remembers the one it was opened in. */
  get boot(): number {
    return this.#boot
  }

  crash(): void {
    this.#boot++
    this.kvIsOpen = false
    const changes = [...this.#underWay]
    this.#underWay = new Set()
    for (const change of changes) {
      const before = changes.slice(0, changes.indexOf(change))
      if (change.ordered && before.some((other) => other.ordered && !other.survived)) continue
      change.survived = this.#survives() && this.#fits(change.growth())
      if (change.survived) change.apply()
    }
  }

  rotRow(key: string): void {
    if (this.rows.get(key) === undefined) throw new Error('no such row')
    this.rottenRows.add(key)
  }

  rotBlob(id: BlobId, bit = 0): void {
    const bytes = this.blobs.get(id)?.slice()
    if (bytes === undefined) throw new Error('no such blob')
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    this.blobs.set(id, bytes)
  }

  image(): DiskImage {
    return { rows: this.rows.all(), blobs: [...this.blobs] }
  }

  /** Ends what is open, as `crash` does, and puts `image` in place of everything. */
  restore(image: DiskImage): void {
    this.crash()
    this.rows = new SortedRows()
    this.blobs = new Map(image.blobs)
    this.remains = []
    this.rottenRows.clear()
    this.usedBytes = 0
    for (const [key, value] of image.rows) {
      this.rows.set(key, value)
      this.usedBytes += rowBytes(key, value)
    }
    for (const bytes of this.blobs.values()) this.usedBytes += bytes.length
  }

  /** Whether these bytes lie anywhere on the raw medium, deleted but not compacted rows included. */
  rawContains(needle: Uint8Array): boolean {
    const all = [...this.rows.all(), ...this.remains].map(([, value]) => value)
    return [...all, ...this.blobs.values()].some((bytes) => Buffer.from(bytes).includes(Buffer.from(needle)))
  }

  /** One read of a store opened in `boot`. */
  async read<T>(boot: number, take: () => T): Promise<T> {
    await this.#delay('read')
    this.#check(boot)
    return take()
  }

  /** One write of a store opened in `boot`: all of `apply` or nothing. `growth` is asked when it takes effect. */
  async write(boot: number, change: Omit<Change, 'survived'>): Promise<void> {
    this.#check(boot)
    const mine: Change = { ...change, survived: false }
    this.#underWay.add(mine)
    try {
      await this.#delay('write')
      await change.after
      this.#check(boot)
      if (this.readOnly) throw new HoldfastError('STORE_READ_ONLY')
      if (!this.#fits(mine.growth())) throw new HoldfastError('STORE_FULL')
      mine.apply()
    } finally {
      this.#underWay.delete(mine)
    }
  }

  #fits(growthBytes: number): boolean {
    return growthBytes <= 0 || this.usedBytes + growthBytes <= this.capacityBytes
  }

  #check(boot: number): void {
    if (boot !== this.#boot) throw new HoldfastError('STORE_CLOSED')
    if (this.failing) throw new HoldfastError('STORE_FAILED')
  }
}

export interface DiskImage {
  readonly rows: readonly (readonly [key: string, value: Uint8Array])[]
  readonly blobs: readonly (readonly [id: BlobId, bytes: Uint8Array])[]
}

interface Change {
  readonly apply: () => void
  /** Bytes by which it makes the medium fuller. */
  readonly growth: () => number
  /** Of row batches a crash keeps a beginning; blobs are independent of each other. */
  readonly ordered: boolean
  /** What must have taken effect before it. */
  readonly after?: Promise<void> | undefined
  survived: boolean
}

export function rowBytes(key: string, value: Uint8Array): number {
  return key.length + value.length
}
