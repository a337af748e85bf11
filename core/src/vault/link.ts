import { toHex } from '../base/bytes.ts'
import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import type { FileId, ObjectId, VaultId } from '../base/ids.ts'
import { FILE_ID_BYTES, idBytes } from '../base/ids.ts'
import { DERIVE } from '../base/labels.ts'
import { LIMITS } from '../base/limits.ts'
import { contentKey, placeKey } from '../index/keys.ts'
import type { Intent } from '../index/edits.ts'
import type { Node } from '../index/listing.ts'
import { encodeContent, encodePlace } from '../index/records.ts'
import type { Content, FileContent, Place } from '../index/records.ts'
import { deriveKey } from '../proof/blake3.ts'
import { encodeRecord } from '../log/record.ts'
import type { ObjectRecord } from '../log/record.ts'
import type { EpochKeys } from '../secret/epoch.ts'
import { cutBySize } from './cut-by-size.ts'
import { inVault } from './in-epoch.ts'
import type { Vault } from './vault.ts'

export interface LinkOptions {
  readonly signal?: AbortSignal
  /** Folder of the target; its root where none is named. */
  readonly into?: FileId | null
  readonly onProgress?: (files: number) => void
  /** What it is called in the target; as it is shown in the source where nothing is said. */
  readonly nameOf?: (node: Node) => string
  /** Its id in the target, so that a link that was broken off is ended by making it again: what lives there under it stays as it is. */
  readonly idOf?: (node: Node) => FileId
}

export interface LinkReport {
  readonly files: number
  /** The file or folder that was named, in the target. */
  readonly root: FileId | null
  /** Files whose keys are not here: what was shredded, or has not arrived. */
  readonly failed: readonly { readonly path: readonly string[]; readonly code: ErrorCode }[]
  /** What has been linked, by its id in the source: the object, null for a folder. */
  readonly linked: ReadonlyMap<FileId, ObjectId | null>
}

/**
 * Puts what a folder of one vault shows now into the root (or a folder) of another, without reading any content: names are written
 * anew, objects keep their ids and get a key slot of the target's epoch, content records are copied. What stands in the
 * target already is not looked at. Throws NOT_FOUND, UNKNOWN_EPOCH, ABORTED.
 */
export async function linkFolder(
  source: Vault,
  folder: FileId | null,
  target: Vault,
  options: LinkOptions = {}
): Promise<LinkReport> {
  const linker = new Linker(source, target, options)
  const ids = new Map<FileId | null, FileId | null>([[folder, options.into ?? null]])
  for (const { path, node } of source.index.tree.walk(folder)) {
    const id = options.idOf?.(node) ?? target.newFileId()
    ids.set(node.id, id)
    const place = { parent: ids.get(node.folder) ?? options.into ?? null, name: options.nameOf?.(node) ?? node.name }
    await linker.take(node, path, id, place)
  }
  return linker.finish(null)
}

/** The same for one file or link, which then stands in the target's root, or where `place` says. */
export async function linkFile(
  source: Vault,
  file: Node,
  target: Vault,
  options: LinkOptions & { readonly place?: Place } = {}
): Promise<LinkReport> {
  const linker = new Linker(source, target, options)
  const id = target.newFileId()
  await linker.take(file, [file.name], id, options.place ?? { parent: null, name: file.name })
  return linker.finish(id)
}

/** The id of what is brought back from a vault: whichever device does it and however often, it is the same file. */
export function broughtBackId(vault: VaultId, file: FileId, object: ObjectId | null): FileId {
  const parts = [idBytes(vault), idBytes(file), ...(object === null ? [] : [idBytes(object)])]
  return toHex(deriveKey(DERIVE.broughtBack, ...parts).subarray(0, FILE_ID_BYTES)) as FileId
}

interface Linked {
  readonly intents: readonly Intent[]
  readonly record: ObjectRecord | undefined
  readonly bytes: number
}

/** Two operations a file: an entry stays below what one may hold. */
const FILES_PER_ENTRY = LIMITS.operationsPerEntry / 2
const RECORD_BYTES_PER_ENTRY = 1024 * 1024

class Linker {
  private readonly source: Vault
  private readonly target: Vault
  private readonly options: LinkOptions
  private readonly reader: Parameters<typeof inVault>[1]
  private batch: Linked[] = []
  private keys: EpochKeys | undefined
  private files = 0
  private readonly failed: { path: readonly string[]; code: ErrorCode }[] = []
  private readonly done = new Map<FileId, ObjectId | null>()

  constructor(source: Vault, target: Vault, options: LinkOptions) {
    this.source = source
    this.target = target
    this.options = options
    this.reader = { vault: source.id, keys: (epoch) => source.keys(epoch) }
  }

  async take(node: Node, path: readonly string[], id: FileId, place: Place): Promise<void> {
    if (this.options.signal?.aborted === true) throw new HoldfastError('ABORTED')
    const content = node.content ?? { kind: 'folder' as const, mtimeMs: 0 }
    if (this.options.idOf !== undefined && this.target.index.tree.node(id) !== undefined) return
    try {
      const record = content.kind === 'folder' ? undefined : await this.linked(content)
      const bytes = record === undefined ? 0 : encodeRecord(record).length
      this.batch.push({ intents: named(id, place, content), record, bytes })
      this.done.set(node.id, content.kind === 'folder' ? null : content.object)
      if (record !== undefined) this.files++
    } catch (error) {
      if (!isHoldfastError(error, 'NOT_HERE')) throw error
      this.failed.push({ path, code: error.code })
    }
    if (this.batch.length >= FILES_PER_ENTRY) await this.flush()
  }

  async finish(root: FileId | null): Promise<LinkReport> {
    await this.flush()
    const { files, failed, done } = this
    return { files, root, failed, linked: done }
  }

  /** The same object with its key in a slot of the target. */
  private async linked(content: FileContent): Promise<ObjectRecord> {
    const { source, target } = this
    const record = source.recordOf(content)
    this.keys ??= await target.writableKeys()
    return inVault(record, this.reader, this.keys, { vault: target.id, random: target.random })
  }

  private async flush(): Promise<void> {
    const batch = this.batch
    this.batch = []
    this.keys = undefined
    for (const part of cutBySize(batch, ({ bytes }) => bytes, RECORD_BYTES_PER_ENTRY)) {
      await this.target.commit(() => ({
        intents: part.flatMap(({ intents }) => intents),
        records: part.flatMap(({ record }) => record ?? [])
      }))
      this.options.onProgress?.(this.files)
    }
  }
}

function named(id: FileId, place: Place, content: Content): Intent[] {
  return [
    { key: placeKey(id), value: encodePlace(place) },
    { key: contentKey(id), value: encodeContent(content) }
  ]
}
