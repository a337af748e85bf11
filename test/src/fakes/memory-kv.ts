import { HoldfastError } from '@holdfast/core/base/errors'
import type { KvChange, KvRange, KvStore } from '@holdfast/core/ports/kv-store'
import { MemoryDisk, rowBytes } from './memory-disk.ts'

/** Opens the key-value store of a memory disk. Throws IN_USE while another is open on it. */
export async function memoryKv(disk: MemoryDisk = new MemoryDisk()): Promise<KvStore> {
  if (disk.kvIsOpen) throw new HoldfastError('IN_USE')
  if (disk.readOnly) throw new HoldfastError('STORE_READ_ONLY')
  disk.kvIsOpen = true
  return new MemoryKv(disk)
}

class MemoryKv implements KvStore {
  readonly #disk: MemoryDisk
  readonly #boot: number
  #last: Promise<void> = Promise.resolve()
  #closed: Promise<void> | undefined

  constructor(disk: MemoryDisk) {
    this.#disk = disk
    this.#boot = disk.boot
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return (await this.getMany([key]))[0]
  }

  async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    this.#checkOpen()
    const found = await this.#disk.read(this.#boot, () => keys.map((key) => this.#disk.rows.get(key)))
    return found.map((value, at) => (value === undefined ? undefined : this.#handOut(keys[at]!, value)))
  }

  async write(batch: readonly KvChange[]): Promise<void> {
    this.#checkOpen()
    for (const change of batch) checkKey('put' in change ? change.put : change.del)
    const copy = batch.map((change) => ('put' in change ? { put: change.put, value: change.value.slice() } : change))
    const mine = this.#disk.write(this.#boot, {
      apply: () => this.#apply(copy),
      growth: () => this.#growth(copy),
      ordered: true,
      after: this.#last
    })
    this.#last = mine.catch(() => {})
    await mine
  }

  async *range({
    gte,
    lt,
    reverse,
    limit,
    onDamaged
  }: KvRange): AsyncGenerator<readonly [key: string, value: Uint8Array]> {
    this.#checkOpen()
    const rows = this.#disk.rows.between(gte, lt)
    if (reverse === true) rows.reverse()
    for (const [key, value] of rows.slice(0, limit)) {
      if (onDamaged !== undefined && this.#disk.rottenRows.has(key)) onDamaged(key, value.slice())
      else yield [key, await this.#disk.read(this.#boot, () => this.#handOut(key, value))]
    }
  }

  async compact({ gte, lt }: { gte: string; lt: string }): Promise<void> {
    this.#checkOpen()
    await this.#disk.read(this.#boot, () => {
      this.#disk.remains = this.#disk.remains.filter(([key]) => key < gte || key >= lt)
    })
  }

  close(): Promise<void> {
    this.#closed ??= this.#last.then(() => {
      if (this.#boot === this.#disk.boot) this.#disk.kvIsOpen = false
    })
    return this.#closed
  }

  #apply(batch: readonly KvChange[]): void {
    for (const change of batch) {
      const key = 'put' in change ? change.put : change.del
      const old = this.#disk.rows.get(key)
      this.#disk.rottenRows.delete(key)
      if (old !== undefined) {
        this.#disk.usedBytes -= rowBytes(key, old)
        this.#disk.remains.push([key, old])
      }
      if ('put' in change) {
        this.#disk.usedBytes += rowBytes(key, change.value)
        this.#disk.rows.set(key, change.value)
      } else this.#disk.rows.delete(key)
    }
  }

  #growth(batch: readonly KvChange[]): number {
    let growthBytes = 0
    for (const [key, value] of new Map(batch.map((c) => ('put' in c ? [c.put, c.value] : [c.del, undefined])))) {
      const old = this.#disk.rows.get(key)
      growthBytes += (value === undefined ? 0 : rowBytes(key, value)) - (old === undefined ? 0 : rowBytes(key, old))
    }
    return growthBytes
  }

  #handOut(key: string, value: Uint8Array): Uint8Array {
    if (this.#disk.rottenRows.has(key))
      throw new HoldfastError('MALFORMED', 'a stored value is damaged', { cause: { key } })
    return value.slice()
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw new HoldfastError('STORE_CLOSED')
  }
}

/** As on disk: ASCII only, so that every store orders alike. */
function checkKey(key: string): void {
  if (!/^[ -~]+$/.test(key)) throw new HoldfastError('INTERNAL', 'a key is printable ASCII')
}
