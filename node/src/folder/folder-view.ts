import type { FileId } from '@holdfast/core/base/ids'
import type { ReadModel } from '@holdfast/core/index/read-model'
import type { BaseTree } from './base-tree.ts'
import { DiskView } from './disk-view.ts'
import type { LookOptions } from './disk-view.ts'
import type { DiskRoot } from './disk-root.ts'
import { fresh, NOTHING_FRESH, withOpen } from './fresh.ts'
import type { Fresh } from './fresh.ts'
import { allOf, partAround } from './narrow.ts'
import type { Part } from './narrow.ts'
import { plan } from './plan.ts'
import type { Plan, Trees } from './plan.ts'
import type { DiskEntry, Parent } from './trees.ts'
import type { Unfit } from './scan.ts'
import { standsInVault, VaultView } from './vault-view.ts'

/** What a plan is made from. */
export interface Seen {
  readonly root: DiskRoot
  readonly tree: ReadModel
  readonly vaultRoot: FileId | null
  readonly base: BaseTree
  /** Folders of the vault that are not this folder's, with all below: what is mounted there. */
  readonly leftOut: ReadonlySet<FileId>
  newFileId(parent: Parent, name: string): FileId
  newFolderId(parent: Parent, name: string): FileId
  /** Whether all bytes of what a file holds in the vault are on this device. */
  isHere(id: FileId): boolean
  nowMs(): number
  /** What could not be judged in this pass. */
  readonly open: Plan['doubts']
  /** For tests: what was planned with a part of the trees, and what the whole would have given. */
  planned?(steps: Plan, whole: () => Plan): void
}

export interface Planned {
  readonly steps: Plan
  readonly pathOf: Map<FileId, string>
  /** What is too new to be touched. */
  readonly news: Fresh
}

/**
 * One folder between two passes: the disk and the vault as they were seen last, and what of them may be out of step. What was in step
 * and has changed nowhere needs no planning, so that one edit among many files costs what one file costs.
 */
export class FolderView {
  readonly disk = new DiskView()
  readonly #vault = new VaultView()
  /** Of the last plan; undefined: anything may be. */
  #left: { readonly paths: ReadonlySet<string>; readonly ids: ReadonlySet<FileId> } | undefined
  #news = NOTHING_FRESH
  #awaited: ReadonlySet<FileId> = new Set()

  /** Files whose contents have to come from somebody before they can be written. */
  get awaited(): number {
    return this.#awaited.size
  }

  /** Looks again, at everything without `dirty`, and plans. Throws what listing the root throws. */
  async plan(seen: Seen, look: LookOptions): Promise<Planned> {
    const left = this.#left
    this.#left = undefined // until this has come to its end
    const before = this.#news
    const changed = await this.disk.look(seen.root, look)
    const shown = this.#vault.update(seen.tree, seen.vaultRoot, (id) => seen.leftOut.has(id))
    const rows = seen.base.takeChanged()
    const isPart = left !== undefined && look.dirty !== undefined && changed !== 'all'
    const looked = isPart ? this.#entries([...changed, ...before.paths]) : this.disk.entries.values()
    const news = withOpen(fresh(looked, seen.base, seen.nowMs()), seen.open, seen.base)
    const whole = {
      disk: this.disk,
      vault: this.#vault,
      base: seen.base,
      isFresh: (path: string) => news.paths.has(path)
    }
    const came = [...this.#awaited].filter((id) => seen.isHere(id))
    const suspects = isPart && {
      paths: [...left.paths, ...changed, ...before.held],
      ids: [...left.ids, ...shown, ...rows, ...came]
    }
    const part = suspects === false ? allOf(whole) : partAround(whole, suspects)
    const { steps: all, pathOf } = plan(this.#trees(part, news, seen))
    const isHere = ({ id }: { id: FileId }): boolean => seen.isHere(id)
    const steps = { ...all, writes: all.writes.filter(isHere) }
    seen.planned?.(steps, () => {
      const other = plan(this.#trees(allOf(whole), news, seen)).steps
      return { ...other, writes: other.writes.filter(isHere) }
    })
    this.#news = news
    this.#left = aboutOf(steps)
    const waits = [...this.#awaited].filter((id) => !part.vault.has(id) && this.#vault.entries.has(id))
    this.#awaited = new Set([...waits, ...all.writes.filter((one) => !isHere(one)).map(({ id }) => id)])
    return { steps, pathOf, news }
  }

  /** What cannot stand in this folder, and why. */
  *unfit(tree: ReadModel, root: FileId | null): Iterable<Unfit> {
    yield* this.disk.unfit()
    for (const path of this.disk.special()) if (standsInVault(tree, root, path)) yield { path, code: 'EXISTS' }
    for (const path of this.#vault.refused) yield { path, code: 'NAME_NOT_ALLOWED' }
  }

  *#entries(paths: Iterable<string>): Iterable<DiskEntry> {
    for (const path of paths) {
      const entry = this.disk.entries.get(path)
      if (entry !== undefined) yield entry
    }
  }

  #trees(part: Part, { held }: Fresh, seen: Seen): Trees {
    const { unseen, rules } = this.disk
    return {
      ...part,
      isHeld: (path) => isUnder(unseen, path) || isUnder(held, path) || rules.covers(path, false),
      newFileId: (parent, name) => seen.newFileId(parent, name),
      newFolderId: (parent, name) => seen.newFolderId(parent, name)
    }
  }
}

/** What steps are about: until nothing has to be done about it any more it may be out of step. */
function aboutOf(steps: Plan): { paths: Set<string>; ids: Set<FileId> } {
  const paths = new Set<string>()
  const ids = new Set<FileId>()
  for (const id of steps.drops) ids.add(id)
  for (const { path } of steps.asides) paths.add(path)
  const { drops: _, asides: __, ...others } = steps
  for (const list of Object.values(others) as { id: FileId; entry?: DiskEntry; replaces?: DiskEntry }[][])
    for (const { id, entry, replaces } of list) {
      ids.add(id)
      const path = (entry ?? replaces)?.path
      if (path !== undefined) paths.add(path)
    }
  return { paths, ids }
}

function isUnder(paths: ReadonlySet<string>, path: string): boolean {
  if (paths.size === 0) return false
  if (paths.has(path)) return true
  for (let cut = path.indexOf('/'); cut !== -1; cut = path.indexOf('/', cut + 1))
    if (paths.has(path.slice(0, cut))) return true
  return false
}
