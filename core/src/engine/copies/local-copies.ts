import { isHoldfastError } from '../../base/errors.ts'
import type { BlobId, DeviceId, ObjectId, RecordHash, VaultId } from '../../base/ids.ts'
import type { ObjectRecord } from '../../log/record.ts'
import { manifestHeaderOf } from '../../seal/manifest-blob.ts'
import { blobsOf } from '../../sync/blobs/blob-view.ts'
import type { BlobSize } from '../../sync/blobs/blob-view.ts'
import type { Remaking } from '../../sync/store/remade-rows.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Engine } from '../engine.ts'
import { droppableOf, isElsewhere } from '../keeping-droppable.ts'
import type { Droppable } from '../keeping-droppable.ts'
import { Remaker } from './remaker.ts'
import type { ClearFiles, Standing } from './remaker.ts'

/** Objects of which small manifests are read together: neighbours in the store come by one read. */
const READ_AT_ONCE = 64

/** What one look at the local copies has changed. */
export interface CopiesReport {
  /** Bytes of ciphertext that left. */
  readonly droppedBytes: number
  /** Blobs that lie here again, because too few relays are known to hold them. */
  readonly broughtBack: number
}

/** Objects asked about, and dropped, together. */
const AT_ONCE = 2000

/**
 * No second copy of what lies in a folder: ciphertext leaves when as many relays as the vault wants copies have shown that they hold it, and
 * is made again from the file when somebody asks for it. It comes back to stay when too few relays hold it. What was dropped and
 * stands in no folder any more (a version before an edit, a deleted file) comes when it is read.
 */
export class LocalCopies {
  readonly #engine: Engine
  readonly #files: ClearFiles
  readonly #remaker: Remaker
  #running: Promise<unknown> = Promise.resolve()

  constructor(engine: Engine, files: ClearFiles) {
    this.#engine = engine
    this.#files = files
    this.#remaker = new Remaker(engine, files)
    engine.home.blobs.remakeBy(
      (id, from) => this.#remaker.remake(id, from),
      (id) => void this.#leave([id]).catch(() => undefined)
    )
  }

  /** Looks at everything once. `drops` false: nothing leaves, and what has left comes back. */
  look(drops: boolean): Promise<CopiesReport> {
    const done = this.#running.then(() => this.#look(drops))
    this.#running = done.catch(() => undefined)
    return done
  }

  /** What stands in a folder that is kept in step no more lies here again. To be called while it still is. */
  keep(objects: ReadonlySet<ObjectId>): Promise<void> {
    const done = this.#running.then(async () => {
      const { blobs } = this.#engine.home
      for (const [id, { object }] of [...blobs.remade()])
        if (objects.has(object) && !(await blobs.bringBack(id))) await this.#lost([id])
    })
    this.#running = done.catch(() => undefined)
    return done
  }

  /** Resolves when nothing is under way. */
  settled(): Promise<unknown> {
    return this.#running
  }

  async #look(drops: boolean): Promise<CopiesReport> {
    const standing = await this.#files.objects()
    await this.#follow(standing)
    const broughtBack = await this.#bringBack(drops)
    return { droppedBytes: drops ? await this.#drop(standing) : 0, broughtBack }
  }

  /** What stands in no folder any more cannot be made from one. */
  async #follow(standing: Standing): Promise<void> {
    const { blobs } = this.#engine.home
    const elsewhere = new Map<BlobId, Remaking>()
    const gone: BlobId[] = []
    const unneeded = [...blobs.remade().keys(), ...blobs.left().keys()].filter(
      (id) => !this.#engine.home.replica.isNeeded(id)
    )
    if (unneeded.length > 0) await blobs.forget(unneeded)
    for (const [id, from] of blobs.remade()) {
      if (standing.has(from.vault, from.object) || standing.may(from.vault, from.object)) continue
      const other = from.header === null ? this.#otherFileWith(id, from, standing) : undefined
      if (other === undefined) gone.push(id)
      else elsewhere.set(id, { ...from, object: other })
    }
    const again = [...blobs.left()].filter(([, { vault, object }]) => standing.has(vault, object))
    for (const [id, from] of again) elsewhere.set(id, from)
    if (elsewhere.size > 0) await blobs.madeFrom(elsewhere)
    this.#engine.exchange.wanted.stored(again.map(([id]) => id))
    await this.#leave(gone)
  }

  /** They cannot be made now. That relays have them is enough: they come when somebody reads them. */
  async #leave(ids: readonly BlobId[]): Promise<void> {
    if (ids.length > 0) await this.#engine.home.blobs.leave(ids)
    for (const id of ids) this.#missing(id)
  }

  /** A chunk that two files have in common. */
  #otherFileWith(id: BlobId, { vault }: Remaking, standing: Standing): ObjectId | undefined {
    const pins = this.#engine.home.replica.vault(vault)?.log.pins()
    return pins?.blobOwners(id).find((object) => standing.has(vault, object))
  }

  /** A relay was removed, says that it has an object no more, or was seen not to have it. */
  async #bringBack(drops: boolean): Promise<number> {
    const { blobs } = this.#engine.home
    const isSafe = this.#safety()
    let count = 0
    const other = new Map<ObjectId, VaultId>()
    for (const [id, { vault, object }] of [...blobs.remade()]) {
      if (drops && isSafe(id)) continue
      if (await blobs.bringBack(id)) {
        count++
        continue
      }
      await this.#lost([id])
      if (!isSafe(id)) other.set(object, vault)
    }
    for (const [object, vault] of other) await this.#files.publishAgain(vault, object)
    const unsafe = [...blobs.left().keys()].filter((id) => !drops || !isSafe(id))
    if (unsafe.length > 0) await this.#lost(unsafe)
    return count
  }

  /** Whether a blob is needed by nothing here that too few relays hold. */
  #safety(): (id: BlobId) => boolean {
    const { replica } = this.#engine.home
    const known = new Map<RecordHash, boolean>()
    return (id) =>
      replica.vaults().every((vault) => {
        const pins = vault.log.pins()
        return pins.blobOwners(id).every((object) =>
          pins.recordsFor(object).every(({ hash }) => {
            if (!pins.isWanted(hash)) return true
            const is = known.get(hash) ?? isElsewhere(replica, vault, hash)
            known.set(hash, is)
            return is
          })
        )
      })
  }

  async #drop(standing: Standing): Promise<number> {
    const { replica, blobs } = this.#engine.home
    const here = new Map<BlobId, number>()
    for await (const { id, sizeBytes } of blobs.list()) here.set(id, sizeBytes)
    // A version before an edit has most chunks in common with the file: they go with it, and the rest of it stays.
    const all = droppableOf({ replica, here, isKept: () => false }).filter(({ vault, object }) =>
      standing.has(vault, object)
    )
    let bytes = 0
    for (let at = 0; at < all.length; at += AT_ONCE) {
      const freed = await this.#freed(all.slice(at, at + AT_ONCE))
      if (freed.size === 0) continue
      await blobs.letGo(freed)
      for (const id of freed.keys()) bytes += here.get(id) ?? 0
    }
    return bytes
  }

  /** What of these may go now, by what relays show. Asking takes a while: what is wanted by anything meanwhile stays. */
  async #freed(some: readonly Droppable[]): Promise<Map<BlobId, Remaking>> {
    const { replica } = this.#engine.home
    const asked = some.flatMap(({ vault, object }) =>
      (replica.vault(vault)?.log.pins().recordsFor(object) ?? []).map((record) => ({ vault, record }))
    )
    const proven = await this.#engine.exchange.proveHeld(asked)
    const freed = new Map<BlobId, Remaking>()
    const shown = some.filter(({ vault, object }) => this.#isProven(vault, object, proven))
    for (let at = 0; at < shown.length; at += READ_AT_ONCE)
      await this.#remakable(shown.slice(at, at + READ_AT_ONCE), freed)
    const isSafe = this.#safety()
    for (const id of [...freed.keys()]) if (!isSafe(id) || replica.isHeld(id)) freed.delete(id)
    return freed
  }

  #isProven(id: VaultId, object: ObjectId, proven: ReadonlyMap<RecordHash, ReadonlySet<DeviceId>>): boolean {
    const log = this.#engine.home.replica.vault(id)?.log
    if (log === undefined) return false
    const { relays, copies } = log.membership()
    const enough = Math.max(1, Math.min(copies, relays.length))
    return log
      .pins()
      .recordsFor(object)
      .every(({ hash }) => (proven.get(hash)?.size ?? 0) >= enough)
  }

  /** Of objects what can be made again: all of a small file, the chunks of a large one. */
  async #remakable(some: readonly Droppable[], freed: Map<BlobId, Remaking>): Promise<void> {
    const small = new Map<BlobId, Omit<Remaking, 'header'>>()
    for (const { vault: id, object, blobs } of some) {
      const vault = this.#engine.vaultOf(id)
      const file = await this.#files.file(id, object)
      const record = vault && file && recordOf(vault, object, file.content.manifest)
      if (vault === undefined || record === undefined) continue
      if (record.blobs.length === 0) {
        if (blobs.includes(record.manifest.id)) small.set(record.manifest.id, { vault: id, object })
        continue
      }
      const ids = new Set(blobs)
      for (const chunk of await this.#remaker.chunksOf(vault, object, record).catch(none))
        if (ids.has(chunk)) freed.set(chunk, { vault: id, object, header: null })
    }
    const manifests = await this.#engine.home.blobs.getMany([...small.keys()])
    for (const [at, [manifest, from]] of [...small].entries()) {
      const bytes = manifests[at]
      if (bytes !== undefined) freed.set(manifest, { ...from, header: manifestHeaderOf(bytes) })
    }
  }

  /** It cannot be made, and too few are known to have it: it comes from whoever gives it. */
  async #lost(ids: readonly BlobId[]): Promise<void> {
    await this.#engine.home.blobs.forget(ids)
    for (const id of ids)
      for (const { vault, blob } of this.#missing(id)) this.#engine.exchange.fetcher.want(vault, [blob])
  }

  /** From now on it is answered as not here. */
  #missing(id: BlobId): { vault: VaultId; blob: BlobSize }[] {
    const { replica } = this.#engine.home
    return replica.vaults().flatMap(({ id: vault, log }) => {
      const pins = log.pins()
      const records = pins.blobOwners(id).flatMap((object) => pins.recordsFor(object))
      this.#engine.exchange.wanted.lost(vault, id, records)
      const blob = records.flatMap((record) => blobsOf(record)).find((one) => one.id === id)
      return blob === undefined ? [] : [{ vault, blob }]
    })
  }
}

function recordOf({ replica }: Vault, object: ObjectId, manifest: BlobId): ObjectRecord | undefined {
  return replica.log
    .pins()
    .recordsFor(object)
    .find((record) => record.manifest.id === manifest)
}

/** Not all of it is here: it stays as it is. */
function none(error: unknown): ReadonlySet<BlobId> {
  if (!isHoldfastError(error)) throw error
  return new Set()
}
