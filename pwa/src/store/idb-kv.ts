import { promisifyRequest } from 'idb-keyval'
import { HoldfastError } from '@holdfast/core/base/errors'
import { Grouper } from '@holdfast/core/base/grouper'
import type { KvChange, KvRange, KvStore } from '@holdfast/core/ports/kv-store'
import { isWhole, openValue, remainsOf, sealValue } from './checked-value.ts'
import { Database } from './database.ts'
import { holdLock } from './lock.ts'
import { readPage } from './pages.ts'
import { Snapshots } from './snapshots.ts'

/** Bytes of batches merged into one transaction: IndexedDB copies it whole between processes. */
const GROUP_BYTES = 4 << 20
/** How long a worker that was ended may take to let go. */
const LOCK_WAIT_MS = 5000

export interface IdbKvOptions {
  /** It was cleared while it was open. */
  readonly onLost?: () => void
  readonly lockWaitMs?: number
}

/**
 * Opens (or makes) the key-value store in the database of this name, for this context alone. Keys are printable ASCII.
 *
 * Every batch is a transaction, or part of one, of durability `strict`: it is on the medium when it completes. Browsers have no
 * compaction that could be asked for: what is deleted is gone for every page at once, and from the files of the browser when its own
 * database next rewrites them. Throws IN_USE, STORE_FULL, STORE_READ_ONLY, STORE_FAILED.
 */
export async function openIdbKv(name: string, options: IdbKvOptions = {}): Promise<IdbKv> {
  const release = await holdLock(`holdfast/${name}`, options.lockWaitMs ?? LOCK_WAIT_MS)
  try {
    return new IdbKv(await Database.open(name, options.onLost), release)
  } catch (error) {
    release()
    throw error
  }
}

export class IdbKv implements KvStore {
  readonly #database: Database
  readonly #release: () => void
  readonly #writes: Grouper<readonly KvChange[]>
  readonly #snapshots = new Snapshots()
  readonly #ranges = new Set<Promise<void>>()
  #closed: Promise<void> | undefined

  constructor(database: Database, release: () => void) {
    this.#database = database
    this.#release = release
    this.#writes = new Grouper((batches) => this.#commit(batches), weightOf, GROUP_BYTES)
  }

  /** Which making of the store this is: another one after the browser has cleared it. */
  get instance(): string {
    return this.#database.instance
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return (await this.getMany([key]))[0]
  }

  async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    this.#checkOpen()
    const found = await this.#database.read((store) =>
      Promise.all(keys.map((key) => promisifyRequest<unknown>(store.get(key))))
    )
    return found.map((stored, at) => (stored === undefined ? undefined : openValue(keys[at]!, stored)))
  }

  async write(batch: readonly KvChange[]): Promise<void> {
    this.#checkOpen()
    for (const change of batch) checkKey('put' in change ? change.put : change.del)
    if (batch.length > 0) await this.#writes.add(batch)
  }

  async *range(options: KvRange): AsyncGenerator<readonly [key: string, value: Uint8Array]> {
    this.#checkOpen()
    const { onDamaged } = options
    for await (const [key, stored] of this.#rows(options)) {
      if (onDamaged === undefined || isWhole(key, stored)) yield [key, openValue(key, stored)]
      else onDamaged(key, remainsOf(stored))
    }
  }

  /** Waits for ranges begun before (they still see what was deleted): never await it inside a loop over one. */
  async compact(_range: { gte: string; lt: string }): Promise<void> {
    this.#checkOpen()
    await this.#writes.idle()
    await Promise.all(this.#ranges)
  }

  close(): Promise<void> {
    this.#closed ??= this.#writes.idle().then(() => {
      this.#database.close()
      this.#release()
    })
    return this.#closed
  }

  async *#rows({ gte, lt, reverse = false, limit = Infinity }: KvRange): AsyncGenerator<readonly [string, unknown]> {
    const snapshot = this.#snapshots.begin(gte, lt)
    const leave = this.#enter()
    try {
      let [from, to, left] = [gte, lt, limit]
      let size: number | undefined
      while (left > 0 && from < to) {
        const page = await readPage(this.#database, { gte: from, lt: to, reverse, size })
        const rows = snapshot.corrected(page.rows, page.gte, page.lt)
        if (reverse) rows.reverse()
        for (const row of rows.slice(0, left)) yield row
        left -= rows.length
        size = page.nextSize
        if (reverse) to = page.gte
        else from = page.lt
      }
    } finally {
      snapshot.end()
      leave()
    }
  }

  #enter(): () => void {
    let leave: () => void = () => undefined
    const left = new Promise<void>((resolve) => (leave = resolve))
    this.#ranges.add(left)
    return () => {
      this.#ranges.delete(left)
      leave()
    }
  }

  #commit(batches: readonly (readonly KvChange[])[]): Promise<void> {
    return this.#database.write((store) => {
      for (const change of batches.flat()) {
        this.#snapshots.beforeChange(store, 'put' in change ? change.put : change.del)
        if ('put' in change) store.put(sealValue(change.put, change.value), change.put)
        else store.delete(change.del)
      }
    })
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw new HoldfastError('STORE_CLOSED')
  }
}

function weightOf(batch: readonly KvChange[]): number {
  return batch.reduce((sum, change) => sum + 64 + ('put' in change ? change.value.length : 0), 0)
}

/** As on disk: ASCII only, so that every store orders alike. */
function checkKey(key: string): void {
  if (!/^[ -~]+$/.test(key)) throw new HoldfastError('INTERNAL', 'a key is printable ASCII')
}
