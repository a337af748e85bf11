import { setImmediate as breathe } from 'node:timers/promises'
import type { Identity } from '../operations/held-folder.ts'
import type { DiskRoot } from './disk-root.ts'
import { IgnoreRules } from './ignore-rules.ts'
import { lookInto } from './scan.ts'
import type { Look, Unfit } from './scan.ts'
import { isSameStamp } from './trees.ts'
import type { DiskEntry } from './trees.ts'

export interface LookOptions {
  /** Folders of which something was heard: only these are looked at again, and what is new in them. Without it, everything. */
  readonly dirty?: ReadonlySet<string>
  /** The home of the vault: never read. */
  readonly home?: Identity
  readonly signal?: AbortSignal
  /** Told now and then of how many files and folders were looked at, and in which folder. */
  readonly looked?: (names: number, folder: string) => void
}

/** So many are looked at before others get a turn. */
const AT_ONCE = 500

/** Everything in a folder of this disk as it was seen last, brought up to date by looking again. */
export class DiskView {
  /** By path. */
  readonly entries = new Map<string, DiskEntry>()
  rules = new IgnoreRules()
  /** What could not be looked at, and with it all below. */
  unseen: ReadonlySet<string> = new Set()
  readonly #looks = new Map<string, Look>()

  /**
   * Returns the paths at which something else stands now, or 'all' where what may be seen at all has changed: nothing that was
   * worked out from an earlier look counts then. Throws what listing the root throws, and then has to be thrown away.
   */
  async look(root: DiskRoot, options: LookOptions = {}): Promise<ReadonlySet<string> | 'all'> {
    const changed = new Set<string>()
    const looking = { root, options, changed, rules: options.dirty === undefined ? new IgnoreRules() : this.rules }
    const waiting = options.dirty === undefined ? [''] : [...options.dirty].sort().reverse()
    let [looked, all] = [0, 0]
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      options.signal?.throwIfAborted()
      const before = this.#looks.get(folder)
      if (before === undefined && folder !== '' && this.entries.get(folder)?.kind !== 'folder') continue // gone since
      const now = lookInto(root, folder, looking.rules, options.home)
      const hasOtherRules = this.#take(folder, now, looking, waiting)
      if (hasOtherRules && options.dirty !== undefined) {
        const { dirty: _, ...everything } = options
        await this.look(root, everything)
        return 'all'
      }
      looked += now.names
      all += now.names
      if (looked >= AT_ONCE) {
        looked = 0
        options.looked?.(all, folder)
        await breathe()
      }
    }
    return this.#settle(looking.rules) ? 'all' : changed
  }

  /** Folders with what is in them, the root among them. */
  children(folder: string): readonly DiskEntry[] {
    return this.#looks.get(folder)?.children ?? []
  }

  /** Every folder that was looked into, with the inode it had. */
  *folders(): Iterable<readonly [path: string, inode: bigint]> {
    for (const path of this.#looks.keys()) {
      const inode = path === '' ? 0n : this.entries.get(path)?.stamp.inode
      if (inode !== undefined) yield [path, inode]
    }
  }

  *unfit(): Iterable<Unfit> {
    for (const { unfit } of this.#looks.values()) yield* unfit
  }

  /** Sockets, pipes and devices. */
  *special(): Iterable<string> {
    for (const { special } of this.#looks.values()) yield* special
  }

  /** Each folder before what is in it, and what is in a folder in the order of its names. */
  *inOrder(isWanted: (entry: DiskEntry) => boolean): Iterable<DiskEntry> {
    const waiting = ['']
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      const below: string[] = []
      for (const entry of this.children(folder)) {
        if (!isWanted(entry)) continue
        yield entry
        if (entry.kind === 'folder') below.push(entry.path)
      }
      waiting.push(...below.reverse())
    }
  }

  /** Returns whether rules have changed. */
  #take(folder: string, now: Look, { changed, options }: Looking, waiting: string[]): boolean {
    const before = this.#looks.get(folder)
    let hasOtherRules = before !== undefined && before.rules !== now.rules
    this.#looks.set(folder, now)
    const paths = new Set<string>()
    for (const entry of now.children) {
      const old = this.entries.get(entry.path)
      paths.add(entry.path)
      this.entries.set(entry.path, entry)
      const isOther = old === undefined || !isUnchanged(old, entry)
      if (isOther) changed.add(entry.path)
      if (isOther && old?.kind === 'folder') hasOtherRules = this.#dropBelow(old.path, changed) || hasOtherRules
      if (entry.kind !== 'folder') continue
      if (options.dirty === undefined || (!this.#looks.has(entry.path) && !options.dirty.has(entry.path)))
        waiting.push(entry.path)
    }
    for (const old of before?.children ?? []) {
      if (paths.has(old.path)) continue
      this.entries.delete(old.path)
      changed.add(old.path)
      if (old.kind === 'folder') hasOtherRules = this.#dropBelow(old.path, changed) || hasOtherRules
    }
    return hasOtherRules || (before === undefined && now.rules !== undefined)
  }

  /** Returns whether rules went with it. */
  #dropBelow(folder: string, changed: Set<string>): boolean {
    let hadRules = false
    const waiting = [folder]
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const look = this.#looks.get(at)
      if (look === undefined) continue
      hadRules ||= look.rules !== undefined
      this.#looks.delete(at)
      for (const { path, kind } of look.children) {
        this.entries.delete(path)
        changed.add(path)
        if (kind === 'folder') waiting.push(path)
      }
    }
    return hadRules
  }

  #settle(rules: IgnoreRules): boolean {
    const unseen = new Set<string>()
    for (const look of this.#looks.values()) for (const path of look.unseen) unseen.add(path)
    const isOther =
      !rules.isSame(this.rules) ||
      unseen.size !== this.unseen.size ||
      [...unseen].some((path) => !this.unseen.has(path))
    this.rules = rules
    this.unseen = unseen
    return isOther
  }
}

interface Looking {
  readonly changed: Set<string>
  readonly options: LookOptions
}

/** A folder's times change with what is in it, and say nothing. */
function isUnchanged(one: DiskEntry, other: DiskEntry): boolean {
  if (one.kind !== other.kind || one.executable !== other.executable) return false
  return one.kind === 'folder' ? one.stamp.inode === other.stamp.inode : isSameStamp(one.stamp, other.stamp)
}
