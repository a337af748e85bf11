import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isHoldfastError } from '@holdfast/core/base/errors'
import type { BlobId } from '@holdfast/core/base/ids'
import type { KvChange, KvStore } from '@holdfast/core/ports/kv-store'
import { makeFolder, unlinkIfThere } from './atomic-file.ts'
import { asStore } from './errors.ts'
import { Grouper } from '@holdfast/core/base/grouper'
import { PackFiles, packName, type Stretch } from './pack-file.ts'
import * as rows from './pack-rows.ts'
import { EMPTY, joined, withoutStretches, type PackState } from './pack-state.ts'
import { readTogether } from './read-together.ts'

/** A pack is closed at this size: small enough to be rewritten in a second, large enough to keep them few. */
const PACK_BYTES = 64 << 20
/** Bytes of blobs that share one fsync. */
const GROUP_BYTES = 4 << 20

type Work = { readonly put: BlobId; readonly bytes: Uint8Array } | { readonly erase: readonly BlobId[] }
type Put = Extract<Work, { put: BlobId }>

/** So many are looked up together. */
const READ_TOGETHER = 64

interface Asked {
  readonly id: BlobId
  readonly resolve: (bytes: Uint8Array | undefined) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Small blobs, packed one behind another into large files; where each lies is a row in the key-value store, written
 * after the bytes are durable. One fsync of the pack and one of the store serve all puts of a group.
 *
 * Deleting overwrites the bytes with zeros in place: in LevelDB itself it would take rewriting nearly everything,
 * because ids are spread evenly. The batch that drops the row also notes the stretch to be erased, so that a crash in
 * between is made good at the next open. A pack of which less than half is wanted is emptied into the current one.
 */
export class SmallBlobs {
  readonly #kv: KvStore
  readonly #files: PackFiles
  readonly #packBytes: number
  readonly #work: Grouper<Work>
  #packs: Map<number, PackState>
  #current = 0
  /** Stretches whose rows are dropped and whose bytes may still be there. */
  #toErase: Stretch[]
  /** Counts erasures and moves: a read that one of them crossed is done again. */
  #generation = 0
  /** An append or a batch failed: the pack may have a torn tail, the rows may differ from what is known here. */
  #stale = false
  #asked: Asked[] = []
  #reading: Promise<void> | undefined

  /** `packBytes` is smaller in tests. */
  static async open(folder: string, kv: KvStore, packBytes: number = PACK_BYTES): Promise<SmallBlobs> {
    await asStore(() => makeFolder(folder))
    const packs = await knownPacks(folder, kv)
    const blobs = new SmallBlobs(folder, kv, packs, await rows.allEraseRows(kv), packBytes)
    try {
      await asStore(() => removeUnknownPacks(folder, packs))
      await blobs.#cutCurrent()
      await blobs.#eraseNoted()
      return blobs
    } catch (error) {
      await blobs.close()
      throw error
    }
  }

  private constructor(
    folder: string,
    kv: KvStore,
    packs: Map<number, PackState>,
    toErase: Stretch[],
    packBytes: number
  ) {
    this.#packBytes = packBytes
    this.#kv = kv
    this.#files = new PackFiles(folder)
    this.#packs = packs
    this.#toErase = toErase
    this.#work = new Grouper((work) => this.#commit(work), weightOf, GROUP_BYTES)
  }

  put(id: BlobId, bytes: Uint8Array): Promise<void> {
    return this.#work.add({ put: id, bytes })
  }

  delete(ids: readonly BlobId[]): Promise<void> {
    return this.#work.add({ erase: ids })
  }

  /** What is asked for while others are read is looked up with the next ones together: a row by itself costs as much as many. */
  get(id: BlobId): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ id, resolve, reject })
      this.#reading ??= this.#readAsked()
    })
  }

  async getMany(ids: readonly BlobId[]): Promise<(Uint8Array | undefined)[]> {
    for (;;) {
      const generation = this.#generation
      const places = await rows.findBlobRows(this.#kv, ids)
      const found = await readTogether(this.#files, places).catch((error: unknown) => {
        if (generation === this.#generation) throw error
        return undefined
      })
      if (found !== undefined && generation === this.#generation) return found
    }
  }

  async has(ids: readonly BlobId[]): Promise<boolean[]> {
    return (await rows.findBlobRows(this.#kv, ids)).map((at) => at !== undefined)
  }

  async *list(): AsyncGenerator<{ id: BlobId; sizeBytes: number }> {
    for await (const { id, at } of rows.allBlobRows(this.#kv)) yield { id, sizeBytes: at.length }
  }

  stats(): { blobs: number; bytes: number } {
    const total = { blobs: 0, bytes: 0 }
    for (const state of this.#packs.values()) {
      total.blobs += state.blobs
      total.bytes += state.bytes
    }
    return total
  }

  async close(): Promise<void> {
    await this.#reading
    await this.#work.idle()
    await this.#files.close()
  }

  async #readAsked(): Promise<void> {
    await Promise.resolve() // who asks in the same turn is in the first group
    while (this.#asked.length > 0) {
      const group = this.#asked.splice(0, READ_TOGETHER)
      try {
        const found = await this.getMany(group.map(({ id }) => id))
        group.forEach(({ resolve }, i) => resolve(found[i]))
      } catch {
        // What cannot be read is nobody else's trouble.
        for (const { id, resolve, reject } of group) await this.getMany([id]).then(([bytes]) => resolve(bytes), reject)
      }
    }
    this.#reading = undefined
  }

  async #commit(work: readonly Work[]): Promise<void> {
    if (this.#stale) await this.#reload()
    let puts: Put[] = []
    for (const item of work) {
      if ('put' in item) {
        puts.push(item)
        continue
      }
      await this.#append(puts)
      puts = []
      await this.#drop(item.erase)
    }
    await this.#append(puts)
  }

  async #append(puts: readonly Put[]): Promise<void> {
    const wanted = [...new Map(puts.map((put) => [put.put, put])).values()]
    const known = await this.has(wanted.map((put) => put.put))
    const fresh = wanted.filter((_, at) => known[at] === false)
    if (fresh.length > 0) await this.#write(fresh, [], new Map(this.#packs))
  }

  /** Appends blobs to the current pack, then commits their rows together with `changes`. `packs` is changed. */
  async #write(blobs: readonly Put[], changes: readonly KvChange[], packs: Map<number, PackState>): Promise<void> {
    const pack = await this.#packWithRoom()
    const state = packs.get(pack) ?? EMPTY
    let end = state.end
    this.#stale = true
    await this.#files.append(
      pack,
      end,
      blobs.map((blob) => blob.bytes)
    )
    const placed = blobs.map(({ put: id, bytes }) => {
      const row = rows.putBlobRow(id, { pack, offset: end, length: bytes.length })
      end += bytes.length
      return row
    })
    const bytes = blobs.reduce((sum, blob) => sum + blob.bytes.length, 0)
    packs.set(pack, { end, blobs: state.blobs + blobs.length, bytes: state.bytes + bytes })
    await this.#commitRows([...placed, ...changes], packs)
  }

  /** Writes the rows and those of all packs that differ from what is known, and then takes `packs` as known. */
  async #commitRows(changes: readonly KvChange[], packs: Map<number, PackState>): Promise<void> {
    const changed = [...packs].filter(([pack, state]) => this.#packs.get(pack) !== state)
    const dropped = [...this.#packs.keys()].filter((pack) => !packs.has(pack))
    this.#stale = true
    await this.#kv.write([
      ...changes,
      ...changed.map(([pack, state]) => rows.putPackRow(pack, state)),
      ...dropped.map((pack) => rows.dropPackRow(pack))
    ])
    this.#stale = false
    this.#packs = packs
  }

  async #drop(ids: readonly BlobId[]): Promise<void> {
    const unique = [...new Set(ids)]
    const found = (await rows.findBlobRows(this.#kv, unique)).flatMap((at, index) =>
      at === undefined ? [] : [{ id: unique[index]!, at }]
    )
    if (found.length > 0) {
      const packs = withoutStretches(
        this.#packs,
        found.map(({ at }) => at)
      )
      const erased = joined(found.map(({ at }) => at))
      await this.#commitRows([...found.map(({ id }) => rows.dropBlobRow(id)), ...erased.map(rows.putEraseRow)], packs)
      this.#toErase.push(...erased)
    }
    await this.#eraseNoted()
    // Moving needs room that a full disk does not have; what was to be deleted is gone already.
    await this.#emptySparsePacks().catch((error: unknown) => {
      if (!isHoldfastError(error, 'STORE_FULL')) throw error
    })
  }

  async #eraseNoted(): Promise<void> {
    const stretches = this.#toErase
    if (stretches.length === 0) return
    this.#generation++
    await this.#files.erase(stretches)
    await this.#kv.write(stretches.map(rows.dropEraseRow))
    this.#toErase = []
  }

  async #emptySparsePacks(): Promise<void> {
    const last = this.#packs.get(this.#current)
    // It is written to no more when little of much is left in it: or its room would come back only when it is full.
    if (last !== undefined && last.end * 8 >= this.#packBytes && last.bytes * 2 < last.end) await this.#nextPack()
    for (const pack of [...this.#packs.keys()]) {
      // Asked anew each time: what was moved before may have filled the current pack.
      const { end, blobs, bytes } = this.#packs.get(pack) ?? EMPTY
      if (pack === this.#current || bytes * 2 >= end) continue
      if (blobs > 0) await this.#moveAll(pack)
      if (this.#packs.get(pack)?.blobs === 0) await this.#removePack(pack)
    }
  }

  /** Bytes at the old place are erased like deleted ones: should this be cut short, nothing is left twice. */
  async #moveAll(from: number): Promise<void> {
    let some: { id: BlobId; at: Stretch }[] = []
    const move = async (): Promise<void> => {
      const blobs = await Promise.all(some.map(async ({ id, at }) => ({ put: id, bytes: await this.#files.read(at) })))
      const old = some.map(({ at }) => at)
      const erased = joined(old)
      await this.#write(blobs, erased.map(rows.putEraseRow), withoutStretches(this.#packs, old))
      this.#toErase.push(...erased)
      await this.#eraseNoted()
      some = []
    }
    for await (const { id, at } of rows.allBlobRows(this.#kv)) {
      if (at.pack !== from) continue
      some.push({ id, at })
      if (some.length >= 256) await move()
    }
    if (some.length > 0) await move()
  }

  async #removePack(pack: number): Promise<void> {
    const packs = new Map(this.#packs)
    packs.delete(pack)
    await this.#commitRows([], packs)
    this.#generation++
    await this.#files.remove(pack)
  }

  async #packWithRoom(): Promise<number> {
    const state = this.#packs.get(this.#current)
    if (state !== undefined && state.end < this.#packBytes) return this.#current
    return this.#nextPack()
  }

  async #nextPack(): Promise<number> {
    const next = this.#current + 1
    await this.#files.create(next)
    this.#current = next
    this.#packs = new Map(this.#packs).set(next, EMPTY)
    return next
  }

  /**
   * After a batch that failed, its rows may be there or not, and a store that recovers may bring them back later. The
   * first write makes it recover; what is read then stays true.
   */
  async #reload(): Promise<void> {
    await this.#kv.write([{ put: 'blob/r', value: new Uint8Array() }])
    this.#packs = await rows.allPackRows(this.#kv)
    this.#toErase = await rows.allEraseRows(this.#kv)
    if (!this.#packs.has(this.#current)) await this.#files.remove(this.#current)
    await this.#cutCurrent()
    this.#stale = false
  }

  /** Behind the end lie only blobs that were never acknowledged, but their bytes must not outlive a deletion. */
  async #cutCurrent(): Promise<void> {
    this.#current = Math.max(0, ...this.#packs.keys())
    const state = this.#packs.get(this.#current)
    if (state !== undefined && !(await this.#files.truncate(this.#current, state.end))) this.#current++
  }
}

/** A lost row must not take a pack's blobs with it. */
async function knownPacks(folder: string, kv: KvStore): Promise<Map<number, PackState>> {
  const packs = await rows.allPackRows(kv)
  const names = new Set((await asStore(() => readdir(folder))).filter((name) => name.endsWith('.pack')))
  for (const pack of packs.keys()) names.delete(packName(pack))
  if (names.size === 0) return packs
  for (const [pack, state] of await rows.packsOfBlobs(kv)) {
    if (packs.has(pack) || !names.has(packName(pack))) continue
    packs.set(pack, state)
    await kv.write([rows.putPackRow(pack, state)])
  }
  return packs
}

/** A pack without a row was made, or emptied, just before a crash. */
async function removeUnknownPacks(folder: string, packs: ReadonlyMap<number, PackState>): Promise<void> {
  const known = new Set([...packs.keys()].map(packName))
  for (const name of await readdir(folder)) {
    if (name.endsWith('.pack') && !known.has(name)) await unlinkIfThere(join(folder, name))
  }
}

function weightOf(work: Work): number {
  return 'put' in work ? work.bytes.length + 128 : work.erase.length * 256
}
