import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { BlobId, EpochId, ObjectId, VaultId } from '../../base/ids.ts'
import { blobsOf } from '../../sync/blobs/blob-view.ts'
import type { Remaking } from '../../sync/store/remade-rows.ts'
import type { ObjectRecord } from '../../log/record.ts'
import { layOut, remakeChunk, remakeInline } from '../../vault/remake.ts'
import type { ClearFile } from '../../vault/remake.ts'
import { chunksOf } from '../../vault/read-object.ts'
import type { ObjectReader, Placed } from '../../vault/read-object.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Engine } from '../engine.ts'

/** Where contents stand in the clear on this device. */
export interface ClearFiles {
  objects(): Promise<Standing>
  /** Undefined when no file of this object is known any more. */
  file(vault: VaultId, object: ObjectId): Promise<ClearFile | undefined>
  /** Its file gives other bytes than those that were sealed, and nobody has those: it becomes a new version. */
  publishAgain(vault: VaultId, object: ObjectId): Promise<void>
}

/** Objects whose content is in a folder of this device. */
export interface Standing {
  /** In a file that is exactly as it was when it was last in step, by the last look at the disk. */
  has(vault: VaultId, object: ObjectId): boolean
  /** It was, and that folder has not been looked at since the start. */
  may(vault: VaultId, object: ObjectId): boolean
}

/** Layouts of large files remembered: whoever reads one asks for its chunks one after the other. */
const LAYOUTS = 4

/** Makes blobs again from the files of this device. */
export class Remaker {
  readonly #engine: Engine
  readonly #files: ClearFiles
  readonly #layouts = new Map<ObjectId, Promise<Map<BlobId, Placed>>>()

  constructor(engine: Engine, files: ClearFiles) {
    this.#engine = engine
    this.#files = files
  }

  /** Never other bytes than those of this name: undefined then. */
  async remake(id: BlobId, { vault: vaultId, object, header }: Remaking): Promise<Uint8Array | undefined> {
    const vault = this.#engine.vaultOf(vaultId)
    const file = await this.#files.file(vaultId, object)
    const record = vault && recordWith(vault, object, id)
    if (vault === undefined || file === undefined || record === undefined) return undefined
    try {
      if (header !== null) return await remakeInline(file, record, header, readerOf(this.#engine, vault))
      const placed = (await this.#layoutOf(vault, file, record)).get(id)
      return placed === undefined ? undefined : await remakeChunk(file, placed)
    } catch (error) {
      if (!isHoldfastError(error)) throw error
      return undefined
    }
  }

  /** Which blobs of an object are its chunks: its manifest and the pages of that stay here, and say how to make them. */
  async chunksOf(vault: Vault, object: ObjectId, record: ObjectRecord): Promise<ReadonlySet<BlobId>> {
    const file = await this.#files.file(vault.id, object)
    if (file === undefined) return new Set()
    return new Set((await this.#layoutOf(vault, file, record)).keys())
  }

  #layoutOf(vault: Vault, { content }: ClearFile, record: ObjectRecord): Promise<Map<BlobId, Placed>> {
    const known = this.#layouts.get(record.object)
    if (known !== undefined) return known
    const layout = layOut(content, record, readerOf(this.#engine, vault))
    this.#layouts.set(record.object, layout)
    layout.catch(() => this.#layouts.delete(record.object))
    for (const [oldest] of this.#layouts) if (this.#layouts.size > LAYOUTS) this.#layouts.delete(oldest)
    return layout
  }
}

/**
 * Whether a file of this disk holds a content of which this device keeps no second copy, told without anybody else; undefined where it
 * keeps one, and for what was never in a folder. Throws as `readObject`.
 */
export async function isContentOf(engine: Engine, vault: Vault, file: ClearFile): Promise<boolean | undefined> {
  const { blobs } = engine.home
  const { content } = file
  const record = recordWith(vault, content.object, content.manifest)
  if (record === undefined) return undefined
  const fromOf = (id: BlobId): Remaking | undefined => blobs.remade().get(id) ?? blobs.left().get(id)
  const reader = readerOf(engine, vault)
  if (record.blobs.length === 0) {
    const header = fromOf(record.manifest.id)?.header ?? null
    return header === null ? undefined : (await remakeInline(file, record, header, reader)) !== undefined
  }
  if (!record.blobs.some(({ id }) => fromOf(id) !== undefined)) return undefined
  for await (const placed of chunksOf(content, record, reader))
    if ((await remakeChunk(file, placed)) === undefined) return false
  return true
}

/** What is read to make a blob lies here: nobody is asked for it. */
function readerOf({ home: { blobs } }: Engine, vault: Vault): ObjectReader {
  return {
    vault: vault.id,
    keys: (epoch: EpochId) => vault.keys(epoch),
    async blob(id) {
      const bytes = blobs.remade().has(id) ? undefined : await blobs.get(id, { check: true })
      if (bytes === undefined) throw new HoldfastError('NOT_HERE')
      return bytes
    }
  }
}

function recordWith({ replica }: Vault, object: ObjectId, id: BlobId): ObjectRecord | undefined {
  return replica.log
    .pins()
    .recordsFor(object)
    .find((record) => blobsOf(record).some((blob) => blob.id === id))
}
