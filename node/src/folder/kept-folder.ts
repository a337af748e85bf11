import { accessSync, constants, lstatSync } from 'node:fs'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import type { ObjectId } from '@holdfast/core/base/ids'
import type { Engine } from '@holdfast/core/engine/engine'
import { isContentOf } from '@holdfast/core/engine/copies/remaker'
import { Mutex } from '@holdfast/core/vault/mutex'
import type { Vault } from '@holdfast/core/vault/vault'
import { storeError } from '../disk/errors.ts'
import { DiskPlace } from '../home/disk-place.ts'
import { BaseRows } from './base-rows.ts'
import { bring, ClearFolder } from './clear-folder.ts'
import { DiskRoot } from './disk-root.ts'
import { EqualContents } from './equal-contents.ts'
import { FolderView } from './folder-view.ts'
import type { FolderRecord } from './folder-list.ts'
import { readMarker } from './marker.ts'
import { rangeOrNothing } from './read-range.ts'
import { runPass } from './pass.ts'
import type { PassReport } from './pass.ts'
import type { StepProgress } from './vault-steps.ts'
import { dropStage } from './stage.ts'
import { RecentDeletions } from './recent-deletions.ts'
import { renamedIn, type RenamedFile } from './renamed.ts'
import type { Moments } from './take.ts'
import { pruneTrash, trashDaysOf } from './trash.ts'
import { TrashDays } from './trash-days.ts'

export interface PassOptions {
  readonly acceptsDeletes?: boolean
  readonly onlyTells?: boolean
  readonly trashDays?: number
  readonly signal?: AbortSignal
  readonly moments?: Moments
  readonly onProgress?: (progress: StepProgress) => void
}

/** How a folder stands: its last pass, or why there was none. */
export interface FolderState {
  readonly code: ErrorCode | undefined
  readonly report: PassReport | undefined
}

/** Adding up what is in the trash takes time where much is. */
const PRUNE_MS = 600_000

/** One folder of this machine and the folder of a vault that it is kept in step with. One pass at a time. */
export class KeptFolder {
  readonly record: FolderRecord
  readonly clear: ClearFolder
  readonly #engine: Engine
  readonly #lock = new Mutex()
  readonly #equal = new EqualContents()
  #base: Promise<BaseRows> | undefined
  #trash: TrashDays | undefined
  #recent: RecentDeletions | undefined
  #prunedMs = Number.NEGATIVE_INFINITY
  #view: FolderView | undefined
  #inode: bigint | undefined
  #isFirst = true
  /** Undefined: everything. */
  #dirty: Set<string> | undefined
  #state: FolderState = { code: undefined, report: undefined }
  /** Whether a pass gave it its state. */
  #isOfPass = false
  #progress: StepProgress | undefined
  #running: AbortController | undefined

  constructor(engine: Engine, record: FolderRecord) {
    this.#engine = engine
    this.record = record
    this.clear = new ClearFolder({
      engine,
      record,
      rows: () => this.#rows(),
      disk: () => this.#view?.disk,
      open: () => this.#open()
    })
  }

  get state(): FolderState {
    return this.#state
  }

  /** How far the pass has come that runs now; undefined: none does. */
  get progress(): StepProgress | undefined {
    return this.#progress
  }

  /** Folders of the last look at the disk, with their inodes. */
  folders(): Iterable<readonly [path: string, inode: bigint]> {
    return this.#view?.disk.folders() ?? []
  }

  /** How many files and folders were in step after the last pass, whoever did it. */
  async counts(): Promise<{ readonly files: number; readonly folders: number }> {
    const { files, size } = (await this.#rows()).rows
    return { files, folders: 1 + size - files }
  }

  /** The names of the devices whose deletions wait here for a person. */
  deletedBy(): readonly string[] {
    const { personal } = this.#engine
    const vault = this.#engine.vaultOf(this.record.vault)
    return [...(this.#state.report?.deletedBy ?? [])]
      .map((device) => vault?.deviceName(device) ?? personal.deviceName(device) ?? device.slice(0, 8))
      .sort()
  }

  /** What stands in it under another name than it was given. */
  renamed(): readonly RenamedFile[] {
    const { vault, file } = this.record
    const tree = this.#engine.vaultOf(vault)?.index.tree
    return tree === undefined || (file !== null && tree.node(file) === undefined) ? [] : renamedIn(tree, file)
  }

  /** The next pass takes its file for an edited one. */
  publishAgain(object: ObjectId): Promise<void> {
    return this.#lock.run(async () => {
      const base = await this.#rows()
      const row = base.rowOf(object)
      if (row === undefined) return
      base.set({ ...row, stamp: { ...row.stamp, mtimeNs: -1n, ctimeNs: -1n } })
      await base.write()
      this.#dirty = undefined
    })
  }

  /**
   * What can be told without a pass: whether the folder is there and can be written, and the vault's, too. After a pass its state says
   * more, also where it failed: then a look only sees that the folder is gone, or there again.
   */
  look(): void {
    if (this.#state.report !== undefined) return
    const code = this.#found()
    if (code === undefined && this.#isOfPass && this.#state.code !== 'FOLDER_GONE') return
    this.#state = { code, report: undefined }
  }

  #found(): ErrorCode | undefined {
    try {
      this.#open().close()
      accessSync(this.record.path, constants.W_OK)
      return this.#isVaultFolderGone() ? 'VAULT_FOLDER_GONE' : undefined
    } catch (error) {
      return codeOf(error)
    }
  }

  /** False also for a vault that was not opened yet. */
  #isVaultFolderGone(): boolean {
    const { vault: id, file } = this.record
    const engine = this.#engine
    if (id !== engine.personal.id && !engine.mounts().some((mount) => mount.vault === id)) return true
    const tree = engine.vaultOf(id)?.index.tree
    return tree !== undefined && file !== null && tree.node(file)?.kind !== 'folder'
  }

  /** To be looked at again in the next pass; without one, everything is. */
  dirty(folder?: string): void {
    if (folder === undefined) this.#dirty = undefined
    else this.#dirty?.add(folder)
  }

  /** The vault's folder, as people see it; undefined when that is not there any more. */
  vaultPath(): readonly string[] | undefined {
    const { vault, file } = this.record
    const engine = this.#engine
    const mounted = engine.mounts().find((mount) => mount.vault === vault)
    const above = mounted === undefined ? [] : engine.personal.index.tree.pathOf(mounted.node)
    if (above === undefined || (vault !== engine.personal.id && mounted === undefined)) return undefined
    if (file === null) return above
    const below = engine.vaultOf(vault)?.index.tree.pathOf(file)
    return below === undefined ? undefined : [...above, ...below]
  }

  /** Never throws for what is wrong with the folder: its state says it. */
  pass(options: PassOptions = {}): Promise<FolderState> {
    return this.#lock.run(async () => {
      try {
        // A folder that was never in step first hears what others have: or both would put the same folders there.
        if (options.onlyTells === true && (await this.#rows()).rows.size === 0) return this.#state
        const report = await this.#passNow(options)
        this.#state = { code: report.deletions === undefined ? undefined : 'MANY_DELETIONS', report }
        this.#isOfPass = true
      } catch (error) {
        this.#dirty = undefined // of what was heard some may not have been looked at
        if (isHoldfastError(error, 'ABORTED') || options.signal?.aborted === true) return this.#state
        this.#view = undefined
        this.#state = { code: codeOf(error), report: undefined }
        this.#isOfPass = true
        if (this.#state.code === 'INTERNAL') throw error
      }
      return this.#state
    })
  }

  /** Ends the pass that runs, if one does: what it has done so far stays done. */
  stopPass(): void {
    this.#running?.abort(new HoldfastError('ABORTED'))
  }

  /** Forgets what was in step; the disk and the vault stay as they are. */
  async forget(): Promise<void> {
    await this.#lock.run(async () => {
      await (await this.#rows()).clear()
      await (await this.#trashDays()).clear()
      await (await this.#recentDeletions()).clear()
    })
  }

  /** `nowMs`: when this pass took what it took. */
  async #lookAtTrash(root: DiskRoot, nowMs: number, keepDays: number | undefined): Promise<void> {
    const { clock, replica } = this.#engine.home
    const { agree } = replica.clocks
    const ages = await this.#trashDays()
    const isNewDay = await ages.note(trashDaysOf(root), dayOf(nowMs), agree ? replica.daysSeen : undefined)
    const runMs = clock.monotonicMs()
    if (keepDays === undefined || (!isNewDay && runMs - this.#prunedMs < PRUNE_MS)) return
    this.#prunedMs = runMs
    pruneTrash(root, { ages, keepDays: agree ? keepDays : undefined, nowMs })
  }

  async #trashDays(): Promise<TrashDays> {
    return (this.#trash ??= await TrashDays.load(this.#engine.home.kv, this.record.id))
  }

  async #recentDeletions(): Promise<RecentDeletions> {
    return (this.#recent ??= await RecentDeletions.load(this.#engine.home.kv, this.record.id))
  }

  async #passNow(options: PassOptions): Promise<PassReport> {
    const vault = await this.#vault()
    const root = this.#open()
    this.#progress = { step: 'looking', files: 0, bytes: 0, path: '' }
    const running = new AbortController()
    const stop = (): void => running.abort(options.signal?.reason)
    if (options.signal?.aborted === true) stop()
    else options.signal?.addEventListener('abort', stop)
    this.#running = running
    try {
      if (this.#isFirst) dropStage(root) // of a process that was killed
      this.#isFirst = false
      const dirty = this.#view === undefined ? undefined : this.#dirty
      this.#dirty = new Set()
      const { home, exchange } = this.#engine
      const nowMs = home.clock.nowMs()
      const place = home.place instanceof DiskPlace ? home.place : undefined // else a home in memory
      const report = await runPass(
        {
          vault,
          vaultRoot: this.record.file,
          root,
          base: await this.#rows(),
          ...(place === undefined ? {} : { sealer: place.sealPool }),
          signal: running.signal,
          home: place && lstatSync(place.folder, { bigint: true, throwIfNoEntry: false }),
          deviceName: home.settings.name,
          day: dayOf(nowMs),
          isHere: (content) => {
            const record = vault.replica.log.pins().recordOf(content.object)
            return record !== undefined && exchange.wanted.isComplete(record.hash)
          },
          leftOut: () => new Set(vault === this.#engine.personal ? this.#engine.mounts().map(({ node }) => node) : []),
          bring: (content) => void bring(this.#engine, vault, content).catch(() => undefined),
          holds: (content, entry) =>
            isContentOf(this.#engine, vault, {
              content,
              read: (start, end) => rangeOrNothing(root, entry.path, entry.stamp, { start, end })
            }),
          newFileId: () => vault.newFileId(),
          nowMs: () => home.clock.nowMs(),
          monotonicMs: () => home.clock.monotonicMs(),
          recent: await this.#recentDeletions(),
          equal: this.#equal,
          acceptsDeletes: options.acceptsDeletes === true,
          ...(options.onlyTells === true ? { onlyTells: true } : {}),
          progress: (progress) => {
            this.#progress = progress
            options.onProgress?.(progress)
          },
          ...(options.moments === undefined ? {} : { moments: options.moments })
        },
        (this.#view ??= new FolderView()),
        dirty
      )
      for (const folder of report.lookAgain) this.dirty(folder)
      if (options.onlyTells !== true) await this.#lookAtTrash(root, nowMs, options.trashDays)
      return report
    } finally {
      this.#progress = undefined
      this.#running = undefined
      options.signal?.removeEventListener('abort', stop)
      root.close()
    }
  }

  async #vault(): Promise<Vault> {
    const { vault: id } = this.record
    const engine = this.#engine
    const mount = engine.mounts().find((one) => one.vault === id)
    const vault = engine.vaultOf(id) ?? (mount === undefined ? undefined : await engine.openMount(mount))
    await vault?.settled()
    if (vault === undefined || this.#isVaultFolderGone()) throw new HoldfastError('VAULT_FOLDER_GONE')
    return vault
  }

  /** An unmounted disk leaves an empty folder, an exchanged one another: neither is one from which everything was deleted. */
  #open(): DiskRoot {
    let root: DiskRoot
    try {
      root = new DiskRoot(this.record.path)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR') throw new HoldfastError('FOLDER_GONE', undefined, { cause: error })
      throw error
    }
    try {
      if (readMarker(root) !== this.record.id) throw new HoldfastError('FOLDER_GONE')
    } catch (error) {
      root.close()
      throw error
    }
    const { ino } = root.identity
    if (this.#inode !== ino) this.#view = undefined
    this.#inode = ino
    return root
  }

  /** Once for all who ask, also at the same time: what one of them writes, the others have to see. */
  #rows(): Promise<BaseRows> {
    if (this.#base !== undefined) return this.#base
    const loading = BaseRows.load(this.#engine.home.kv, this.record.id)
    this.#base = loading
    loading.catch(() => (this.#base = undefined))
    return loading
  }
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function codeOf(error: unknown): ErrorCode {
  if (isHoldfastError(error)) return error.code
  const { code } = error as NodeJS.ErrnoException
  if (typeof code !== 'string') return 'INTERNAL'
  return storeError(error).code
}
