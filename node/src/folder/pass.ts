import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import type { DeviceId, FileId } from '@holdfast/core/base/ids'
import { newFileIdAt, newFolderId } from '@holdfast/core/index/place-id'
import type { Place } from '@holdfast/core/index/records'
import type { Identity } from '../operations/held-folder.ts'
import type { BaseRows } from './base-rows.ts'
import type { BaseTree } from './base-tree.ts'
import type { DiskRoot } from './disk-root.ts'
import { deletersOf } from './deleters.ts'
import { DiskSteps } from './disk-steps.ts'
import type { DiskContext } from './disk-steps.ts'
import { settleDoubts } from './doubts.ts'
import type { EqualContents } from './equal-contents.ts'
import type { FolderView, Planned } from './folder-view.ts'
import { isEmpty } from './plan.ts'
import type { Plan } from './plan.ts'
import type { RecentDeletions } from './recent-deletions.ts'
import type { Parent } from './trees.ts'
import { tellVault } from './vault-steps.ts'

export interface PassContext extends Omit<DiskContext, 'failed' | 'changed' | 'base' | 'root' | 'mayTell'> {
  readonly base: BaseRows
  readonly root: DiskRoot
  /** The home of the vault: never read. */
  readonly home: Identity | undefined
  /** Folders of the vault that are not this folder's: what is mounted there. */
  leftOut(): ReadonlySet<FileId>
  newFileId(): FileId
  nowMs(): number
  /** Of a clock that never jumps. */
  monotonicMs(): number
  readonly recent: RecentDeletions
  readonly equal: EqualContents
  /** Deleting more than half is wanted. */
  readonly acceptsDeletes: boolean
  /** What this disk has done goes into the vault, and nothing is done on the disk yet. */
  readonly onlyTells?: boolean
}

export interface PassReport {
  readonly failed: ReadonlyMap<string, ErrorCode>
  /** Files that are still being written, or changed a moment ago: to be looked at again soon. */
  readonly isUnsettled: boolean
  /** Set where the folder waits for a person: so many files would be deleted, of so many. */
  readonly deletions: { readonly deleted: number; readonly of: number } | undefined
  /** The devices that deleted them, where that was done elsewhere: never those of this disk's own deletions. */
  readonly deletedBy?: ReadonlySet<DeviceId>
  /** Contents that have to come from somebody first. */
  readonly waiting: number
  readonly done: number
  /** Folders to be looked at in the next pass, whatever is heard of them. */
  readonly lookAgain: ReadonlySet<string>
}

/** Rounds until everything is in step: later ones do what had to wait for earlier ones. */
const MOST_ROUNDS = 12
/** Fewer files than this are deleted without asking. */
const FEW = 100

/**
 * One pass: looks at the disk, the vault and what was last in step, and does what makes them agree. `view` is what earlier passes
 * saw: only the `dirty` folders are looked at again, without them everything. Throws what looking at the root throws; what was
 * seen counts no more then.
 */
export async function runPass(c: PassContext, view: FolderView, dirty?: ReadonlySet<string>): Promise<PassReport> {
  const failed = new Map<string, ErrorCode>()
  const touched = new Set<string>()
  let mayTell = true
  const context: DiskContext = {
    ...c,
    get mayTell() {
      return mayTell
    },
    failed: (path, code) => void failed.set(path, code),
    changed: (folder) => void touched.add(folder)
  }
  let done = 0
  const open: Plan['doubts'] = []
  for (let round = 0; ; round++) {
    await c.equal.settle(c)
    const { steps, pathOf, news } = await planAgain(c, view, open, round === 0 ? dirty : new Set(touched))
    touched.clear()
    for (const { path, code } of view.unfit(c.vault.index.tree, c.vaultRoot)) failed.set(path, code)
    const report = (deletions?: PassReport['deletions']): PassReport => {
      const waiting = view.awaited + steps.compares.filter(({ id }) => !isContentHere(c, id)).length
      const lookAgain = new Set([...touched, ...news.folders])
      const isUnsettled = [...news.paths].some((path) => failed.get(path) !== 'FILE_UNREADABLE')
      return { failed, isUnsettled, deletions, waiting, done, lookAgain }
    }
    if (steps.doubts.length > 0 && round < MOST_ROUNDS) {
      open.push(...(await settleDoubts(context, steps.doubts)))
      continue
    }
    const deletions = await tooMany(c, steps)
    if (deletions !== undefined)
      return { ...report(deletions), deletedBy: deletersOf(c.vault, steps.trashes, c.base.rows) }
    if (isEmpty(steps) || round === MOST_ROUNDS) return report()
    assertStill(c.root)
    const before = done
    const going = [...steps.removes, ...steps.trashes].filter(({ id }) => isFileRow(c, id))
    done += await tellVault(context, steps).catch((error: unknown) => {
      // Who may not write, or not yet, gets what others write all the same.
      if (!isHoldfastError(error) || error.code === 'ABORTED') throw error
      failed.set('', error.code)
      mayTell = false
      return 0
    })
    if (c.onlyTells !== true) done += await onDisk(context, steps, pathOf)
    if (!c.acceptsDeletes) c.recent.add(going.filter(({ id }) => !isFileRow(c, id)).length, c.monotonicMs())
    if (done === before || c.onlyTells === true) return report()
  }
}

/**
 * Set where so much would be deleted that a person has to say it is meant; what was deleted just before counts with it. What was held
 * once is held until they say so, or until all of it is there again.
 */
async function tooMany(c: PassContext, steps: Plan): Promise<PassReport['deletions']> {
  const { recent } = c
  const { deleted, of } = deletionsIn(steps, c.base.rows)
  if (c.acceptsDeletes) await recent.clear()
  else if (deleted === 0) await recent.release()
  if (c.acceptsDeletes || deleted === 0) return undefined
  const nowMs = c.monotonicMs()
  const before = recent.count(nowMs)
  const all = { deleted: deleted + before, of: of + before }
  if (!recent.isHeld && (all.of <= FEW || all.deleted * 2 <= all.of)) return undefined
  await recent.hold(nowMs)
  return all
}

/** How much of what was in step would be deleted, on either side. */
function deletionsIn(steps: Plan, base: BaseTree): { deleted: number; of: number } {
  const isFile = (id: FileId): boolean => base.get(id)?.kind !== 'folder'
  const deleted = [...steps.removes, ...steps.trashes].filter(({ id }) => isFile(id)).length
  return { deleted, of: base.files }
}

function isFileRow({ base }: PassContext, id: FileId): boolean {
  const row = base.rows.get(id)
  return row !== undefined && row.kind !== 'folder'
}

function planAgain(
  c: PassContext,
  view: FolderView,
  open: Plan['doubts'],
  dirty: ReadonlySet<string> | undefined
): Promise<Planned> {
  const { root, vaultRoot, home, signal } = c
  const random = (): FileId => c.newFileId()
  const placeOf = (parent: Parent, name: string): Place => ({ parent: parent ?? vaultRoot, name })
  const seen = {
    root,
    tree: c.vault.index.tree,
    vaultRoot,
    base: c.base.rows,
    leftOut: c.leftOut(),
    newFileId: (parent: Parent, name: string) => newFileIdAt(c.vault.index.tree, placeOf(parent, name), random),
    newFolderId: (parent: Parent, name: string) => newFolderId(c.vault.index.tree, placeOf(parent, name), random),
    isHere: (id: FileId) => isContentHere(c, id),
    nowMs: () => c.nowMs(),
    open,
    ...(c.moments?.planned === undefined ? {} : { planned: c.moments.planned })
  }
  const looked = (files: number, path: string): void => c.progress?.({ step: 'looking', files, bytes: 0, path })
  return view.plan(seen, { signal, looked, ...(dirty && { dirty }), ...(home && { home }) })
}

/** What cannot be had here is a folder, or nothing: there is nothing to wait for. What is waited for is to come. */
function isContentHere(c: PassContext, id: FileId): boolean {
  const content = c.vault.index.tree.node(id)?.content
  if (content === undefined || content.kind === 'folder' || c.isHere(content)) return true
  c.bring(content)
  return false
}

async function onDisk(context: DiskContext, steps: Plan, pathOf: Map<FileId, string>): Promise<number> {
  const nothing = { moves: [], removes: [], newFolders: [], newFiles: [], edits: [] }
  if (isEmpty({ ...steps, ...nothing })) return 0
  const executor = new DiskSteps(context, pathOf)
  try {
    return await executor.run(steps)
  } finally {
    executor.close()
  }
}

/** Unmounted or exchanged since it was looked at: nothing of what was planned counts. */
function assertStill(root: DiskRoot): void {
  if (!root.isThere()) throw new HoldfastError('FOLDER_GONE')
}
