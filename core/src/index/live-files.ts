import type { FileId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { FileState } from './file-state.ts'
import { fileOfKey } from './keys.ts'
import type { Registers } from './registers.ts'
import { Tree } from './tree.ts'
import type { Folder } from './tree.ts'

/**
 * What is known of every file, and the tree of those that live, kept up to date key by key. Most edits touch one leaf, for
 * which the tree is mended; for all others it is worked out anew.
 */
export class LiveFiles {
  readonly states = new Map<FileId, FileState>()
  readonly tree = new Tree()
  /** Files with several contents. */
  readonly conflicted = new Set<FileId>()
  /** How many files, living or not, name this one as their folder. */
  readonly #named = new Map<FileId, number>()
  #touched = new Map<string, Registers>()
  #loaded: Registers[] = []
  #stale = new Set<Folder>()

  /** Notes that a key may have other values now. */
  touch(key: string, registers: Registers): void {
    this.#touched.set(key, registers)
  }

  /** Notes a document that was loaded, all of it. */
  touchAll(registers: Registers): void {
    this.#loaded.push(registers)
  }

  /** Takes in what was noted. Returns the folders that may look different now, or all of them. */
  refresh(): ReadonlySet<Folder> | 'all' {
    if (this.#loaded.length === 0 && this.#touched.size === 0) return NONE
    this.#stale = new Set()
    const loaded = this.#loaded.length > 0
    if (loaded) this.#readLoaded()
    return this.#readTouched() || loaded ? 'all' : this.#stale
  }

  /** Returns whether the tree was worked out anew. */
  #readTouched(): boolean {
    const touched = this.#touched
    this.#touched = new Map()
    let waiting: FileState[] = []
    let whole = false
    for (const [file, keys] of byFile(touched.keys())) {
      const next = this.#update(file, keys, touched)
      if (next === 'whole') whole = true
      else if (next !== 'done') waiting.push(next)
    }
    // A folder may come after what is in it; long chains of such are better worked out anew.
    for (let round = 0; !whole && waiting.length > 0 && round < ROUNDS; round++)
      waiting = waiting.filter((state) => !this.#attachLeaf(state))
    // A copy of a conflict is hidden once it is a file, wherever that stands.
    for (const file of this.conflicted) this.#stale.add(this.tree.parents.get(file) ?? null)
    const anew = whole || waiting.length > 0
    if (anew) this.tree.rebuild(this.states)
    return anew
  }

  #readLoaded(): void {
    for (const registers of this.#loaded) {
      for (const [key, values] of registers.entries()) this.#stateOf(fileOfKey(key)).update(key, values)
    }
    this.#loaded = []
    this.#named.clear()
    for (const state of this.states.values()) {
      this.#count(state.place?.parent, 1)
      if (state.contents.length > 1) this.conflicted.add(state.id)
    }
    this.tree.rebuild(this.states)
  }

  #stateOf(file: FileId): FileState {
    const known = this.states.get(file)
    if (known !== undefined) return known
    const fresh = new FileState(file)
    this.states.set(file, fresh)
    return fresh
  }

  #count(folder: Folder | undefined, by: number): void {
    if (typeof folder === 'string') this.#named.set(folder, (this.#named.get(folder) ?? 0) + by)
  }

  /**
   * `whole`: the tree has to be worked out anew, which is always right but slow, so not for what only touches one leaf.
   * A state: it has to be attached to its folder.
   */
  #update(
    file: FileId,
    keys: readonly string[],
    touched: ReadonlyMap<string, Registers>
  ): 'done' | 'whole' | FileState {
    const state = this.#stateOf(file)
    const before = { parent: state.place?.parent, kind: state.kind, lives: state.contents.length > 0 }
    for (const key of keys) state.update(key, touched.get(key)!.get(key))
    const parent = state.place?.parent
    if (before.parent !== parent) {
      this.#count(before.parent, -1)
      this.#count(parent, 1)
    }
    if (state.contents.length > 1) this.conflicted.add(file)
    else this.conflicted.delete(file)
    const same = before.parent === parent && before.lives === state.contents.length > 0
    // Where a circle of folders breaks depends on when they were moved or renamed.
    if (!this.#isLeaf(file) && (!same || before.kind !== state.kind || this.tree.moved.size > 0)) return 'whole'
    if (!same) {
      if (this.#detachLeaf(file)) return 'whole'
      return state.contents.length === 0 || this.#attachLeaf(state) ? 'done' : state
    }
    const folder = this.tree.parents.get(file)
    if (folder !== undefined) this.#stale.add(folder)
    return 'done'
  }

  /** Whether nothing that lives stands in it. What stood in a folder that did not live would be in lost and found. */
  #isLeaf(file: FileId): boolean {
    return (this.#named.get(file) ?? 0) === 0 || (this.tree.moved.size === 0 && !this.tree.parents.has(file))
  }

  #detachLeaf(file: FileId): boolean {
    const folder = this.tree.parents.get(file)
    if (folder === undefined) return false
    this.tree.detach(file)
    this.tree.moved.delete(file)
    this.#stale.add(folder)
    // A deleted folder lives only through what is in it.
    return (
      folder !== null &&
      this.tree.childrenOf(folder).size === 0 &&
      (this.states.get(folder)?.contents.length ?? 0) === 0
    )
  }

  /** Returns whether it could be done without working out the tree anew. */
  #attachLeaf(state: FileState): boolean {
    const folder = state.place?.parent
    if (folder === undefined) return false
    if (folder !== null) {
      if (!this.tree.parents.has(folder) || this.states.get(folder)?.canHold !== true) return false
      if (this.tree.depthOf(folder) >= LIMITS.pathDepth) return false
    }
    this.tree.attach(state.id, folder)
    this.#stale.add(folder)
    return true
  }
}

function byFile(keys: Iterable<string>): Map<FileId, string[]> {
  const groups = new Map<FileId, string[]>()
  for (const key of keys) {
    const file = fileOfKey(key)
    const group = groups.get(file)
    if (group === undefined) groups.set(file, [key])
    else group.push(key)
  }
  return groups
}

/** Passes over what waits for its folder before the tree is worked out anew. */
const ROUNDS = 8
const NONE: ReadonlySet<Folder> = new Set()
