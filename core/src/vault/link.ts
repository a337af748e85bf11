import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import type { FileId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { contentKey, placeKey } from '../index/keys.ts'
import type { Intent } from '../index/edits.ts'
import type { Node } from '../index/listing.ts'
import { encodeContent, encodePlace } from '../index/records.ts'
import type { Content, FileContent, Place } from '../index/records.ts'
import { encodeRecord, makeRecord } from '../log/record.ts'
import type { ObjectRecord } from '../log/record.ts'
import { sealKeySlot } from '../seal/key-slot.ts'
import type { EpochKeys } from '../secret/epoch.ts'
import { cutBySize } from './cut-by-size.ts'
import { objectKeyOf } from './read-object.ts'
import type { Vault } from './vault.ts'

export interface LinkOptions {
  readonly signal?: AbortSignal
  /** Folder of the target; its root where none is named. */
  readonly into?: FileId | null
  readonly onProgress?: (files: number) => void
}

export interface LinkReport {
  readonly files: number
  /** The file or folder that was named, in the target. */
  readonly root: FileId | null
  /** Files whose keys are not here: what was shredded, or has not arrived. */
  readonly failed: readonly { readonly path: readonly string[]; readonly code: ErrorCode }[]
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
    const id = target.newFileId()
    ids.set(node.id, id)
    await linker.take(node, path, id, ids.get(node.folder) ?? options.into ?? null)
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
  const { parent, name } = options.place ?? { parent: null, name: file.name }
  await linker.take({ content: file.content, name }, [file.name], id, parent)
  return linker.finish(id)
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
  private readonly reader: Parameters<typeof objectKeyOf>[1]
  private batch: Linked[] = []
  private keys: EpochKeys | undefined
  private files = 0
  private readonly failed: { path: readonly string[]; code: ErrorCode }[] = []

  constructor(source: Vault, target: Vault, options: LinkOptions) {
    this.source = source
    this.target = target
    this.options = options
    this.reader = { vault: source.id, keys: (epoch) => source.keys(epoch) }
  }

  async take(
    node: Pick<Node, 'content' | 'name'>,
    path: readonly string[],
    id: FileId,
    parent: FileId | null
  ): Promise<void> {
    if (this.options.signal?.aborted === true) throw new HoldfastError('ABORTED')
    const content = node.content ?? { kind: 'folder' as const, mtimeMs: 0 }
    try {
      const record = content.kind === 'folder' ? undefined : await this.linked(content)
      const bytes = record === undefined ? 0 : encodeRecord(record).length
      this.batch.push({ intents: named(id, parent, node.name, content), record, bytes })
      if (record !== undefined) this.files++
    } catch (error) {
      if (!isHoldfastError(error, 'NOT_HERE')) throw error
      this.failed.push({ path, code: error.code })
    }
    if (this.batch.length >= FILES_PER_ENTRY) await this.flush()
  }

  async finish(root: FileId | null): Promise<LinkReport> {
    await this.flush()
    const { files, failed } = this
    return { files, root, failed }
  }

  /** The same object with its key in a slot of the target. */
  private async linked(content: FileContent): Promise<ObjectRecord> {
    const { source, target } = this
    const { object, manifest, blobs, ...record } = source.recordOf(content)
    this.keys ??= await target.writableKeys()
    const { id: epoch, keySlot: slotKey } = this.keys
    const objectKey = await objectKeyOf({ object, manifest, blobs, ...record }, this.reader)
    const place = { vault: target.id, object, epoch }
    return makeRecord({
      object,
      manifest,
      blobs,
      epoch,
      keySlot: await sealKeySlot(slotKey, objectKey, place, target.random)
    })
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

function named(id: FileId, parent: FileId | null, name: string, content: Content): Intent[] {
  return [
    { key: placeKey(id), value: encodePlace({ parent, name }) },
    { key: contentKey(id), value: encodeContent(content) }
  ]
}
