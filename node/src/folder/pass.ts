import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import type { FileId } from '@holdfast/core/base/ids'
import { newFolderId } from '@holdfast/core/index/folder-id'
import type { Node } from '@holdfast/core/index/listing'
import type { Identity } from '../operations/held-folder.ts'
import type { BaseRows } from './base-rows.ts'
import type { DiskRoot } from './disk-root.ts'
import { DiskSteps } from './disk-steps.ts'
import type { DiskContext } from './disk-steps.ts'
import { fresh } from './fresh.ts'
import type { Fresh } from './fresh.ts'
import { deletionsIn, isEmpty, plan } from './plan.ts'
import type { Plan } from './plan.ts'
import { isOwnName } from './own-names.ts'
import { scanDisk } from './scan.ts'
import type { Scan } from './scan.ts'
import { tellVault } from './vault-steps.ts'
import { standsInVault, vaultTree } from './vault-tree.ts'

export interface PassContext extends Omit<DiskContext, 'failed' | 'changed' | 'base' | 'root'> {
  readonly base: BaseRows
  readonly root: DiskRoot
  /** The home of the vault: never read. */
  readonly home: Identity | undefined
  /** Whether something of the vault is not this folder's: what is mounted there. */
  isLeftOut(node: Node): boolean
  newFileId(): FileId
  nowMs(): number
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
  /** Contents that have to come from somebody first. */
  readonly waiting: number
  readonly done: number
  readonly scan: Scan
}

/** Rounds until everything is in step: later ones do what had to wait for earlier ones. */
const MOST_ROUNDS = 12
/** Fewer files than this are deleted without asking. */
const FEW = 100

/**
 * One pass: looks at the disk, the vault and what was last in step, and does what makes them agree. `before` is an earlier look, of
 * which only the `dirty` folders are looked at again. Throws what looking at the root throws.
 */
export async function runPass(
  c: PassContext,
  before?: Scan,
  dirty: ReadonlySet<string> = new Set()
): Promise<PassReport> {
  const failed = new Map<string, ErrorCode>()
  const touched = new Set(dirty)
  const context: DiskContext = {
    ...c,
    failed: (path, code) => void failed.set(path, code),
    changed: (folder) => void touched.add(folder)
  }
  let scan = before
  let done = 0
  for (let round = 0; ; round++) {
    scan = await scanDisk(c.root, {
      signal: c.signal,
      dirty: touched,
      ...(scan === undefined ? {} : { before: scan }),
      ...(c.home === undefined ? {} : { home: c.home })
    })
    touched.clear()
    const looked = scan
    for (const { path, code } of looked.unfit) failed.set(path, code)
    for (const path of looked.special)
      if (standsInVault(c.vault.index.tree, c.vaultRoot, path)) failed.set(path, 'EXISTS')
    const news = fresh(looked.disk, c.base.rows, c.nowMs())
    const { steps, pathOf } = plan(treesOf(c, looked, news, context.failed))
    const report = (deletions?: PassReport['deletions']): PassReport => {
      for (const folder of news.folders) touched.add(folder)
      const waiting = [...steps.writes, ...steps.compares].filter(({ id }) => {
        const content = c.vault.index.tree.node(id)?.content
        return content !== undefined && content.kind !== 'folder' && !c.isHere(content)
      }).length
      return { failed, isUnsettled: news.paths.size > 0, deletions, waiting, done, scan: looked }
    }
    const deletions = deletionsIn(steps, c.base.rows)
    if (!c.acceptsDeletes && deletions.of > FEW && deletions.deleted * 2 > deletions.of) return report(deletions)
    if (isEmpty(steps) || round === MOST_ROUNDS) return report()
    assertStill(c.root)
    const before = done
    done += await tellVault(context, steps).catch((error: unknown) => {
      // Who may not write, or not yet, gets what others write all the same.
      if (!isHoldfastError(error) || error.code === 'ABORTED') throw error
      failed.set('', error.code)
      return 0
    })
    if (c.onlyTells !== true) done += await onDisk(context, steps, pathOf)
    if (done === before || c.onlyTells === true) return report()
  }
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

function treesOf(c: PassContext, scan: Scan, news: Fresh, failed: DiskContext['failed']): Parameters<typeof plan>[0] {
  const disk = new Map(scan.disk)
  for (const path of news.paths) disk.delete(path)
  const isUnder = (paths: ReadonlySet<string>, path: string): boolean => {
    if (paths.size === 0) return false
    if (paths.has(path)) return true
    for (let cut = path.indexOf('/'); cut !== -1; cut = path.indexOf('/', cut + 1))
      if (paths.has(path.slice(0, cut))) return true
    return false
  }
  return {
    disk,
    vault: vaultTree(c.vault.index.tree, c.vaultRoot, (node) => {
      const isOurs = node.folder === c.vaultRoot && isOwnName(node.name)
      if (isOurs) failed(node.name, 'NAME_NOT_ALLOWED') // a marker, something to restore, half a file: put there by somebody
      return isOurs || c.isLeftOut(node)
    }),
    base: c.base.rows,
    isHeld: (path) => isUnder(scan.unseen, path) || isUnder(news.held, path) || scan.rules.covers(path, false),
    newFileId: () => c.newFileId(),
    newFolderId: (parent, name) =>
      newFolderId(c.vault.index.tree, { parent: parent ?? c.vaultRoot, name }, () => c.newFileId())
  }
}

/** Unmounted or exchanged since it was looked at: nothing of what was planned counts. */
function assertStill(root: DiskRoot): void {
  if (!root.isThere()) throw new HoldfastError('FOLDER_GONE')
}
