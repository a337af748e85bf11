import { HoldfastError } from '../base/errors.ts'
import type { BlobId, ObjectId, RecordHash, VaultId } from '../base/ids.ts'
import type { FileContent } from '../index/records.ts'
import type { ObjectRecord } from '../log/record.ts'
import type { Home } from '../home/home.ts'
import { blobsOf } from '../sync/blobs/blob-view.ts'
import type { BlobExchange } from '../sync/blobs/blob-exchange.ts'
import { dropBlobs } from '../sync/store/drop-blobs.ts'
import type { Vault } from '../vault/vault.ts'
import { droppableOf } from './keeping-droppable.ts'
import type { Droppable } from './keeping-droppable.ts'
import { KeepingRows } from './keeping-rows.ts'
import type { Keep } from './keeping-rows.ts'

export interface KeepingOptions {
  readonly home: Home
  readonly exchange: BlobExchange
  /** Every vault that is open. */
  readonly vaults: () => readonly Vault[]
  /** Ciphertext that may lie here before what was read longest ago is dropped. */
  readonly boundBytes: () => Promise<number>
}

/** How long changes are gathered before what is kept is looked at anew. */
const GATHER_MS = 250
/** When room is made, so much more is: or it would be made again for the next blob. */
const SLACK = 0.1

/**
 * What a device with little room holds: everything of the files that a person wants here, what was read lately, and what is only here.
 * All else comes when it is read.
 */
export class Keeping {
  readonly #o: KeepingOptions
  readonly #rows: KeepingRows
  readonly #stopped = new AbortController()
  #keptRecords: ReadonlyMap<RecordHash, { vault: VaultId; record: ObjectRecord }> = new Map()
  #running: Promise<void> | undefined
  #again = false
  #dropping: Promise<unknown> = Promise.resolve()

  static async open(options: KeepingOptions): Promise<Keeping> {
    const keeping = new Keeping(options, await KeepingRows.load(options.home.kv))
    keeping.#bring()
    return keeping
  }

  private constructor(options: KeepingOptions, rows: KeepingRows) {
    this.#o = options
    this.#rows = rows
  }

  /** What a person asked to be kept. */
  kept(): ReadonlyMap<VaultId, ReadonlySet<Keep>> {
    return this.#rows.kept()
  }

  /** Kept, it is brought from now on, in every version to come. Kept no more, it leaves as far as that loses nothing. */
  async keep(vault: Vault, id: Keep, isKept: boolean): Promise<void> {
    await this.#rows.keep(vault.id, id, isKept)
    const before = this.#keptRecords
    this.#bring()
    if (isKept) return
    const left = [...before].filter(([hash]) => !this.#keptRecords.has(hash))
    this.#o.exchange.fetcher.notInBackground(left.flatMap(([hash]) => this.#o.exchange.wanted.missingOf(hash)))
    const objects = new Set(left.map(([, { record }]) => record.object))
    await this.#drop((all) => all.filter(({ object }) => objects.has(object)))
  }

  /** It was read now: it is dropped after what was read before. */
  async used(vault: VaultId, { object }: Pick<FileContent, 'object'>): Promise<void> {
    await this.#rows.touch(vault, object)
    await this.trim()
  }

  /** Whether what is not here of it is to come by itself. */
  isComing(record: RecordHash): boolean {
    return this.#keptRecords.has(record)
  }

  /** What is kept and not here as a whole. */
  *coming(): Iterable<{ readonly object: ObjectId; readonly missing: readonly BlobId[] }> {
    for (const [hash, { record }] of this.#keptRecords) {
      const missing = this.#o.exchange.wanted.missingOf(hash)
      if (missing.length > 0) yield { object: record.object, missing }
    }
  }

  /** Blobs that are to come by themselves and have not. */
  get missing(): number {
    const { wanted } = this.#o.exchange
    return new Set([...this.#keptRecords.keys()].flatMap((hash) => wanted.missingOf(hash))).size
  }

  async droppableBytes(): Promise<number> {
    const here = await this.#here()
    const blobs = new Set(this.#droppable(here).flatMap((one) => one.blobs))
    return [...blobs].reduce((sum, id) => sum + here.get(id)!, 0)
  }

  /** Something may be kept that was not, or lie here that is too much. */
  changed(): void {
    this.#again = true
    this.#running ??= this.#follow().finally(() => (this.#running = undefined))
  }

  /** Drops what was read longest ago until no more lies here than may. */
  async trim(): Promise<void> {
    const [{ bytes }, bound] = await Promise.all([this.#o.home.blobs.stats(), this.#o.boundBytes()])
    if (bytes > bound) await this.makeRoom(bytes - bound * (1 - SLACK))
  }

  /** Drops so many bytes, as far as that loses nothing. Resolves with how many they were. */
  makeRoom(bytes: number): Promise<number> {
    return this.#drop((all) => {
      const order = this.#rows.order()
      const oldest = all.toSorted((a, b) => order(a.vault, a.object) - order(b.vault, b.object))
      let left = bytes
      return oldest.filter((one) => {
        const isNeeded = left > 0
        left -= one.bytes
        return isNeeded
      })
    })
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#running
    await this.#dropping
  }

  async #follow(): Promise<void> {
    while (this.#again) {
      await this.#o.home.wait(GATHER_MS, this.#stopped.signal).catch(() => undefined)
      if (this.#stopped.signal.aborted) return
      this.#again = false
      this.#bring()
      await this.trim().catch((error: unknown) => this.#report(error))
    }
  }

  /** Works out anew what is kept and asks for what of it is not here. */
  #bring(): void {
    const { exchange } = this.#o
    const kept = new Map<RecordHash, { vault: VaultId; record: ObjectRecord }>()
    for (const vault of this.#o.vaults()) {
      for (const { object } of contentsOf(vault, this.#rows.kept().get(vault.id))) {
        const record = vault.replica.log.pins().recordOf(object)
        if (record !== undefined) kept.set(record.hash, { vault: vault.id, record })
      }
    }
    this.#keptRecords = kept
    for (const [hash, { vault, record }] of kept) {
      const missing = new Set(exchange.wanted.missingOf(hash))
      if (missing.size === 0) continue
      exchange.fetcher.wantMissing(
        vault,
        blobsOf(record).filter(({ id }) => missing.has(id))
      )
    }
  }

  /** One after the other: what one drops another would count again. */
  #drop(choose: (all: readonly Droppable[]) => readonly Droppable[]): Promise<number> {
    const done = this.#dropping.then(async () => {
      const here = await this.#here()
      const chosen = choose(this.#droppable(here))
      const ids = [...new Set(chosen.flatMap(({ blobs }) => blobs))]
      if (ids.length === 0) return 0
      const { replica, blobs } = this.#o.home
      await dropBlobs(ids, { replica, blobs, exchange: this.#o.exchange })
      await this.#rows.forget(chosen)
      return ids.reduce((sum, id) => sum + here.get(id)!, 0)
    })
    this.#dropping = done.catch(() => undefined)
    return done
  }

  #droppable(here: ReadonlyMap<BlobId, number>): Droppable[] {
    const { replica } = this.#o.home
    return droppableOf({ replica, here, isKept: (record) => this.#keptRecords.has(record) })
  }

  async #here(): Promise<Map<BlobId, number>> {
    const here = new Map<BlobId, number>()
    for await (const { id, sizeBytes } of this.#o.home.blobs.list()) here.set(id, sizeBytes)
    return here
  }

  #report(error: unknown): void {
    if (!(error instanceof HoldfastError)) throw error
    this.#o.home.replica.problem({ vault: null, peer: null, code: error.code })
  }
}

/** Of what is kept, the content each file has now. */
function* contentsOf(vault: Vault, kept: ReadonlySet<Keep> | undefined): Iterable<{ object: ObjectId }> {
  const { tree } = vault.index
  for (const id of kept ?? []) {
    const own = id === 'all' ? undefined : tree.node(id)
    if (id !== 'all' && own === undefined) continue // deleted; it may come back
    const below = own === undefined || own.kind === 'folder' ? [...tree.walk(own?.id ?? null)] : []
    for (const { content } of [own, ...below.map(({ node }) => node)].flatMap((node) => node ?? []))
      if (content !== undefined && content.kind !== 'folder') yield content
  }
}
