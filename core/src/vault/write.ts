import { utf8 } from '../base/bytes.ts'
import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import type { BlobId, FileId, ObjectId, VaultId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import type { Random } from '../ports/random.ts'
import type { Intent } from '../index/edits.ts'
import { checkName, isAllowed } from '../index/names.ts'
import type { ReadModel } from '../index/read-model.ts'
import { encodeRecord } from '../log/record.ts'
import type { ObjectRecord } from '../log/record.ts'
import type { EpochKeys } from '../secret/epoch.ts'
import { expectedBytes } from './content-offers.ts'
import type { ContentOffers } from './content-offers.ts'
import { sourceOfBytes } from './content-source.ts'
import type { ContentSource } from './content-source.ts'
import { cutBySize } from './cut-by-size.ts'
import { NewNames } from './new-names.ts'
import { isSameItem } from './unchanged.ts'
import { WorkLine } from './work-line.ts'
import { writeObject } from './write-object.ts'
import type { WrittenObject } from './write-object.ts'

/** Something to be put into a vault. The path is relative to where the tree is added. */
export type AddItem = { readonly path: readonly string[]; readonly mtimeMs: number } & (
  | {
      readonly kind: 'file'
      readonly executable: boolean
      readonly sizeBytes?: number
      readonly content: ContentSource
    }
  | { readonly kind: 'folder' }
  | { readonly kind: 'link'; readonly target: string }
)

export interface AddOptions {
  readonly signal?: AbortSignal
  /** Every file is a new one, also beside one of the same name: the index tells them apart. Nothing that is there is replaced. */
  readonly asNew?: boolean
  readonly onProgress?: (progress: AddProgress) => void
  /** Names every batch in a way of its own, for whoever knows which file each item is; nothing counts as unchanged then. */
  readonly naming?: () => Naming
}

/** What names sealed files within the turn of one entry. What it throws as HoldfastError refuses the one item. */
export interface Naming {
  readonly intents: readonly Intent[]
  readonly records: readonly ObjectRecord[]
  folder(path: readonly string[], mtimeMs: number): void
  /** False: it has to wait for the next entry. */
  file(item: Exclude<AddItem, { kind: 'folder' }>, written: WrittenObject): boolean
}

export interface AddProgress {
  readonly files: number
  readonly bytes: number
  readonly blobs: number
  readonly path: readonly string[]
}

export interface AddReport {
  readonly files: number
  readonly bytes: number
  readonly blobs: number
  /** Files that were there already with the same size and time. */
  readonly unchanged: number
  readonly failed: readonly { readonly path: readonly string[]; readonly code: ErrorCode }[]
}

/** What adding needs of the vault it adds to. */
export interface AddTarget {
  readonly vault: VaultId
  readonly blobs: BlobStore
  readonly random: Random
  /** Keeps a blob from being collected; returns how to let go. */
  guard(blob: BlobId): () => void
  readonly offers?: ContentOffers
  newFileId(): FileId
  tree(): ReadModel
  keys(): Promise<EpochKeys>
  commit(change: () => { intents: readonly Intent[]; records: readonly ObjectRecord[] }): Promise<void>
  nowMs(): number
}

/**
 * One entry is written for so many files or so many bytes of object records (a larger record goes alone): a kill loses no
 * more than the last of these, and the entry fits into a frame.
 */
const FILES_PER_ENTRY = 1000
const RECORD_BYTES_PER_ENTRY = 1024 * 1024
/** Files sealed at once: small ones wait for the disk, not for the processor, and share its fsyncs. */
const SMALL_AT_ONCE = 256
const LARGE_AT_ONCE = 3

/**
 * The way of a file into the vault, top to bottom: content -> chunks -> sealed blobs, durable -> names -> one signed entry
 * with the pins, durable. A file that cannot be read, or whose name is refused, is reported and the others go on. Throws
 * NAME_NOT_ALLOWED for `to`.
 */
export async function addTree(
  items: AsyncIterable<AddItem>,
  to: readonly string[],
  options: AddOptions,
  target: AddTarget
): Promise<AddReport> {
  to.forEach(checkName)
  const adder = new Adder(to, options, target)
  try {
    for await (const item of items) {
      if (options.signal?.aborted === true) throw new HoldfastError('ABORTED')
      await adder.take(item)
    }
    return await adder.finish()
  } finally {
    await adder.close()
  }
}

interface Prepared {
  readonly item: AddItem
  readonly written: WrittenObject | undefined
  /** Of its object record, as it travels. */
  readonly recordBytes: number
}

class Adder {
  private readonly to: readonly string[]
  private readonly options: AddOptions
  private readonly target: AddTarget
  private readonly small = new WorkLine(SMALL_AT_ONCE)
  private readonly large = new WorkLine(LARGE_AT_ONCE)
  /** In the order they were met, so that a folder comes before what is in it. */
  private batch: (Prepared | undefined)[] = []
  private recordBytes = 0
  /** Lets go of the blobs of the batch, once an entry pins them. */
  private guards: (() => void)[] = []
  /** Objects that blobs were offered of, until an entry names them. */
  private offered = new Set<ObjectId>()
  private files = 0
  private bytes = 0
  private blobs = 0
  private unchanged = 0
  private readonly failed: { path: readonly string[]; code: ErrorCode }[] = []
  /** Names refused so far, each with what it lies in: one folder is reported once, not with all below it. */
  private readonly refused = new Set<string>()
  private keys: EpochKeys | undefined

  constructor(to: readonly string[], options: AddOptions, target: AddTarget) {
    this.to = to
    this.options = options
    this.target = target
  }

  async take(item: AddItem): Promise<void> {
    // Before any of it is read: what cannot be named must not be sealed and handed out.
    if (this.isRefused(item.path)) return
    if (this.isUnchanged(item)) {
      if (item.kind !== 'folder') this.unchanged++
      return
    }
    if (this.batch.length >= FILES_PER_ENTRY || this.recordBytes >= RECORD_BYTES_PER_ENTRY) await this.flush()
    const isLarge = item.kind === 'file' && (item.sizeBytes ?? LIMITS.chunkMaxBytes) > LIMITS.inlineBytes
    const place = this.batch.push(undefined) - 1
    const batch = this.batch
    this.keys ??= await this.target.keys()
    await (isLarge ? this.large : this.small).add(() => this.prepare(item, batch, place))
  }

  async finish(): Promise<AddReport> {
    await this.flush()
    const { files, bytes, blobs, unchanged, failed } = this
    return { files, bytes, blobs, unchanged, failed }
  }

  /** Waits for what is still running and lets go of everything. */
  async close(): Promise<void> {
    await Promise.all([this.small.settled(), this.large.settled()])
    for (const release of this.guards.splice(0)) release()
    if (this.offered.size > 0) this.target.offers?.giveUp(this.target.vault, [...this.offered])
  }

  private async prepare(item: AddItem, batch: (Prepared | undefined)[], place: number): Promise<void> {
    try {
      const written = item.kind === 'folder' ? undefined : await this.write(item)
      const recordBytes = written === undefined ? 0 : encodeRecord(written.record).length
      batch[place] = { item, written, recordBytes }
      if (written === undefined) return
      this.recordBytes += recordBytes
      this.files++
      this.blobs += written.blobs
      this.progress(item)
    } catch (error) {
      if (isHoldfastError(error) && SKIPPED.has(error.code)) this.failed.push({ path: item.path, code: error.code })
      else throw error
    }
  }

  private write(item: Exclude<AddItem, { kind: 'folder' }>): Promise<WrittenObject> {
    const { vault, blobs, random, offers } = this.target
    const { signal } = this.options
    const onBytes = (bytes: number): void => {
      this.bytes += bytes
      this.progress(item)
    }
    const source = item.kind === 'link' ? sourceOfBytes(utf8(item.target)) : item.content
    const kind = item.kind === 'link' ? 'link' : 'file'
    const guard = (blob: BlobId): void => void this.guards.push(this.target.guard(blob))
    const offer = (object: ObjectId, id: BlobId, bytes: Uint8Array): void => {
      if (offers === undefined || source.sizeBytes === undefined) return
      this.offered.add(object)
      offers.offer(vault, object, { id, bytes }, expectedBytes(source.sizeBytes))
    }
    return writeObject(source, kind, {
      vault,
      blobs,
      random,
      keys: this.keys!,
      guard,
      offer,
      onBytes,
      ...(signal === undefined ? {} : { signal })
    })
  }

  /** Names what was sealed so far, in one durable entry or as many as it takes. */
  private async flush(): Promise<void> {
    await Promise.all([this.small.empty(), this.large.empty()])
    const { batch } = this
    this.batch = []
    this.recordBytes = 0
    if (batch.length === 0) return
    // Several large files may have been sealed at once, so only now it is known what they take.
    const sealed = batch.filter((prepared) => prepared !== undefined)
    for (const part of cutBySize(sealed, ({ recordBytes }) => recordBytes, RECORD_BYTES_PER_ENTRY))
      await this.commit(part)
    for (const release of this.guards.splice(0)) release()
    // The epoch may have been replaced meanwhile; the next batch asks again.
    this.keys = undefined
  }

  /** What turns out too large for one entry all the same is written in halves; a file that is so alone is named. */
  private async commit(part: readonly Prepared[]): Promise<void> {
    const names = this.options.naming?.() ?? new NewNames(this.to, this.target, this.options.asNew)
    let refused: { prepared: Prepared; code: ErrorCode }[] = []
    let waiting: Prepared[] = []
    try {
      await this.target.commit(() => {
        waiting = []
        refused = part.flatMap((prepared) => ifRefused(names, prepared, waiting))
        return { intents: names.intents, records: names.records }
      })
    } catch (error) {
      if (!isHoldfastError(error, 'TOO_LARGE')) throw error
      const half = part.length >> 1
      if (half === 0) return this.refuse(part[0]!, error.code)
      await this.commit(part.slice(0, half))
      return this.commit(part.slice(half))
    }
    for (const { prepared, code } of refused) this.refuse(prepared, code)
    for (const { object } of names.records) this.offered.delete(object)
    if (waiting.length > 0) await this.commit(waiting)
  }

  private refuse({ item, written }: Prepared, code: ErrorCode): void {
    this.failed.push({ path: item.path, code })
    if (written !== undefined) this.files--
  }

  private isRefused(path: readonly string[]): boolean {
    const at = path.findIndex((name) => !isAllowed(name))
    if (at === -1) return false
    const refused = path.slice(0, at + 1)
    const key = refused.join('/')
    if (!this.refused.has(key)) this.failed.push({ path: refused, code: 'NAME_NOT_ALLOWED' })
    this.refused.add(key)
    return true
  }

  private isUnchanged(item: AddItem): boolean {
    if (this.options.naming !== undefined) return false
    if (this.options.asNew === true && item.kind !== 'folder') return false
    return isSameItem(this.target.tree().resolveWritten(this.to, item.path), item)
  }

  private progress(item: AddItem): void {
    const { files, bytes, blobs } = this
    this.options.onProgress?.({ files, bytes, blobs, path: item.path })
  }
}

function ifRefused(names: Naming, prepared: Prepared, waiting: Prepared[]): { prepared: Prepared; code: ErrorCode }[] {
  const { item, written } = prepared
  try {
    if (item.kind === 'folder') names.folder(item.path, item.mtimeMs)
    else if (!names.file(item, written!)) waiting.push(prepared)
    return []
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return [{ prepared, code: error.code }]
  }
}

/** One file that is wrong does not stop the others. */
const SKIPPED: ReadonlySet<ErrorCode> = new Set(['FILE_CHANGED', 'FILE_UNREADABLE', 'TOO_LARGE'])
