import type { FileId, LogId, ObjectId } from '../base/ids.ts'
import { FileState } from './file-state.ts'
import { fileOfKey } from './keys.ts'
import { copiesOf, listingOf } from './listing.ts'
import type { Authors, Copy, Listing, Node } from './listing.ts'
import { LOST_FOUND } from './lost-found.ts'
import type { Actor, OpId } from './operations.ts'
import type { FileContent } from './records.ts'
import { decodeContent } from './records.ts'
import type { Registers } from './registers.ts'
import { Tree } from './tree.ts'
import type { Folder, Moved } from './tree.ts'
import { LIMITS } from '../base/limits.ts'

/** Two devices wrote a file's content without knowing of each other. */
export interface Conflict {
  readonly file: FileId
  readonly winner: FileContent | undefined
  readonly losers: { readonly content: FileContent; readonly log: LogId | undefined; readonly opId: OpId; readonly shownAs: FileId }[]
}

/** Something that is shown otherwise than its writer meant it. */
export interface Renamed {
  readonly file: FileId
  readonly wanted: string
  readonly shown: string
  readonly moved: Moved | undefined
}

/** A file that can come back. */
export interface Deleted {
  readonly file: FileId
  readonly folder: Folder
  readonly name: string
  readonly versions: readonly FileContent[]
}

/** The files and folders of the vault as everybody sees them who holds the same entries. Brought up to date when read. */
export class ReadModel {
  readonly #states = new Map<FileId, FileState>()
  readonly #tree = new Tree()
  readonly #authors: Authors
  readonly #listings = new Map<Folder, Listing>()
  readonly #conflicted = new Set<FileId>()
  /** How many files, living or not, name this one as their folder. */
  readonly #named = new Map<FileId, number>()
  #touched = new Map<string, Registers>()
  #loaded: Registers[] = []

  constructor(logOf: (actor: Actor) => LogId | undefined, deviceName: ((log: LogId) => string | undefined) | undefined) {
    this.#authors = { logOf, deviceName: deviceName ?? (() => undefined) }
  }

  /** Notes that a key may have other values now. */
  touch(key: string, registers: Registers): void {
    this.#touched.set(key, registers)
  }

  /** Notes a document that was loaded, all of it. */
  touchAll(registers: Registers): void {
    this.#loaded.push(registers)
  }

  /** What stands at a path of shown names; NFC and NFD of a name are one. The empty path is the root, which is no node. */
  resolve(path: readonly string[]): Node | undefined {
    let node: Node | undefined
    for (const name of path) {
      if (node !== undefined && node.kind !== 'folder') return undefined
      node = this.resolveIn(node?.id ?? null, name)
      if (node === undefined) return undefined
    }
    return node
  }

  resolveIn(folder: Folder, name: string): Node | undefined {
    return this.#listing(folder).byName.get(name.normalize('NFC'))
  }

  /** What is in a folder, by name. Nothing for what is no folder. */
  list(folder: Folder): readonly Node[] {
    return this.#listing(folder).nodes
  }

  /** Everything below a folder, each folder before what is in it, with the path from that folder. */
  *walk(folder: Folder): Iterable<{ path: readonly string[]; node: Node }> {
    const waiting: { path: readonly string[]; node: Node }[] = this.list(folder).map((node) => ({ path: [node.name], node })).reverse()
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      yield next
      if (next.node.kind !== 'folder') continue
      const { path } = next
      waiting.push(...this.list(next.node.id).map((node) => ({ path: [...path, node.name], node })).reverse())
    }
  }

  node(file: FileId): Node | undefined {
    this.#refresh()
    const folder = this.#tree.parents.get(file)
    if (folder !== undefined) return this.#listing(folder).byId.get(file)
    const origin = this.#originOf(file)
    return origin === undefined ? undefined : this.#listing(this.#tree.parents.get(origin)!).byId.get(file)
  }

  /** The names from the root to a file; undefined when it does not live. */
  pathOf(file: FileId): string[] | undefined {
    const path: string[] = []
    let node = this.node(file)
    if (node === undefined) return undefined
    for (; node !== undefined; node = node.folder === null ? undefined : this.node(node.folder)) path.push(node.name)
    return path.reverse()
  }

  /** All contents of a file that can be opened by object: the one shown, those that lost a conflict, and kept versions, the last written first. */
  versions(file: FileId): { current: FileContent | undefined; losers: FileContent[]; kept: FileContent[] } {
    this.#refresh()
    const state = this.#states.get(file)
    if (state === undefined) return { current: undefined, losers: [], kept: [] }
    const current = state.content
    return { current: current?.kind === 'folder' ? undefined : current, losers: state.losers().map((loser) => loser.content), kept: keptOf(state) }
  }

  conflicts(): Conflict[] {
    this.#refresh()
    return [...this.#conflicted].sort().flatMap((file) => this.conflictOf(file) ?? [])
  }

  conflictOf(file: FileId): Conflict | undefined {
    this.#refresh()
    const state = this.#states.get(file)
    if (state === undefined || !this.#conflicted.has(file)) return undefined
    const losers = this.#copies(state).map((copy) => ({ content: copy.content() as FileContent, log: copy.log, opId: copy.at!, shownAs: copy.id }))
    const winner = state.content
    return losers.length === 0 ? undefined : { file, winner: winner?.kind === 'folder' ? undefined : winner, losers }
  }

  /** Everything shown otherwise than it was written, so that people can be told. Looks at every folder. */
  renamed(): Renamed[] {
    const found: Renamed[] = []
    for (const { node } of this.walk(null)) {
      const moved = this.#tree.moved.get(node.id)
      if (node.id !== LOST_FOUND && node.conflictOf === undefined && (node.name !== node.wanted || moved !== undefined)) {
        found.push({ file: node.id, wanted: node.wanted, shown: node.name, moved })
      }
    }
    return found
  }

  /** Files that do not live and of which a version is kept, by name. Looks at every file. */
  deleted(): Deleted[] {
    this.#refresh()
    const found: Deleted[] = []
    for (const state of this.#states.values()) {
      if (this.#tree.parents.has(state.id) || state.versions === undefined || state.versions.size === 0) continue
      found.push({ file: state.id, folder: state.place?.parent ?? null, name: state.place?.name ?? '', versions: keptOf(state) })
    }
    return found.sort((a, b) => (a.name !== b.name ? (a.name < b.name ? -1 : 1) : a.file < b.file ? -1 : 1))
  }

  /** All the index holds about a file, for those who write. */
  state(file: FileId): FileState | undefined {
    this.#refresh()
    return this.#states.get(file)
  }

  /** Files, living or not, whose folder is this one. Looks at every file. */
  placedIn(folders: ReadonlySet<FileId>): FileState[] {
    this.#refresh()
    return [...this.#states.values()].filter((state) => typeof state.place?.parent === 'string' && folders.has(state.place.parent))
  }

  /** Number of living files and folders. */
  get size(): number {
    this.#refresh()
    return this.#tree.parents.size
  }

  #listing(folder: Folder): Listing {
    this.#refresh()
    const known = this.#listings.get(folder)
    if (known !== undefined) return known
    const states = [...this.#tree.childrenOf(folder)].map((file) => this.#states.get(file) ?? new FileState(file))
    const listing = listingOf(folder, states, (file) => this.#hasPlace(file), this.#authors)
    this.#listings.set(folder, listing)
    return listing
  }

  #copies(state: FileState): Copy[] {
    return copiesOf(state, (file) => this.#hasPlace(file), this.#authors)
  }

  #hasPlace(file: FileId): boolean {
    return (this.#states.get(file)?.places.length ?? 0) > 0
  }

  #originOf(copy: FileId): FileId | undefined {
    for (const file of this.#conflicted) if (this.#copies(this.#states.get(file)!).some((known) => known.id === copy)) return file
    return undefined
  }

  #refresh(): void {
    if (this.#loaded.length > 0) this.#readLoaded()
    if (this.#touched.size === 0) return
    const touched = this.#touched
    this.#touched = new Map()
    let waiting: FileState[] = []
    let whole = false
    for (const [file, keys] of byFile(touched.keys())) {
      const next = this.#update(file, keys, touched)
      if (next === 'whole') whole = true
      else if (next !== 'done') waiting.push(next)
    }
    // A folder may come after what is in it.
    for (let before = -1; !whole && before !== waiting.length; ) {
      before = waiting.length
      waiting = waiting.filter((state) => !this.#attachLeaf(state))
    }
    // A copy of a conflict is hidden once it is a file, wherever that stands.
    for (const file of this.#conflicted) this.#listings.delete(this.#tree.parents.get(file) ?? null)
    if (whole || waiting.length > 0) this.#rebuild()
  }

  #readLoaded(): void {
    for (const registers of this.#loaded) {
      for (const [key, values] of registers.entries()) this.#stateOf(fileOfKey(key)).update(key, values)
    }
    this.#loaded = []
    this.#named.clear()
    for (const state of this.#states.values()) {
      this.#count(state.place?.parent, 1)
      if (state.contents.length > 1) this.#conflicted.add(state.id)
    }
    this.#rebuild()
  }

  #rebuild(): void {
    this.#tree.rebuild(this.#states)
    this.#listings.clear()
  }

  #stateOf(file: FileId): FileState {
    const known = this.#states.get(file)
    if (known !== undefined) return known
    const fresh = new FileState(file)
    this.#states.set(file, fresh)
    return fresh
  }

  #count(folder: Folder | undefined, by: number): void {
    if (typeof folder === 'string') this.#named.set(folder, (this.#named.get(folder) ?? 0) + by)
  }

  /**
   * `whole`: the tree has to be worked out anew, which is always right but slow, so not for what only touches one leaf.
   * A state: it has to be attached to its folder.
   */
  #update(file: FileId, keys: readonly string[], touched: ReadonlyMap<string, Registers>): 'done' | 'whole' | FileState {
    const state = this.#stateOf(file)
    const before = { parent: state.place?.parent, kind: state.kind, lives: state.contents.length > 0 }
    for (const key of keys) state.update(key, touched.get(key)!.get(key))
    const parent = state.place?.parent
    if (before.parent !== parent) {
      this.#count(before.parent, -1)
      this.#count(parent, 1)
    }
    if (state.contents.length > 1) this.#conflicted.add(file)
    else this.#conflicted.delete(file)
    const same = before.parent === parent && before.lives === state.contents.length > 0
    // Where a circle of folders breaks depends on when they were moved or renamed.
    if (!this.#isLeaf(file) && (!same || before.kind !== state.kind || this.#tree.moved.size > 0)) return 'whole'
    if (!same) {
      if (this.#detachLeaf(file)) return 'whole'
      return state.contents.length === 0 || this.#attachLeaf(state) ? 'done' : state
    }
    const folder = this.#tree.parents.get(file)
    if (folder !== undefined) this.#listings.delete(folder)
    return 'done'
  }

  /** Whether nothing that lives stands in it. What stood in a folder that did not live would be in lost and found. */
  #isLeaf(file: FileId): boolean {
    return (this.#named.get(file) ?? 0) === 0 || (this.#tree.moved.size === 0 && !this.#tree.parents.has(file))
  }

  #detachLeaf(file: FileId): boolean {
    const folder = this.#tree.parents.get(file)
    if (folder === undefined) return false
    this.#tree.detach(file)
    this.#tree.moved.delete(file)
    this.#listings.delete(folder)
    // A deleted folder lives only through what is in it.
    return folder !== null && this.#tree.childrenOf(folder).size === 0 && (this.#states.get(folder)?.contents.length ?? 0) === 0
  }

  /** Returns whether it could be done without working out the tree anew. */
  #attachLeaf(state: FileState): boolean {
    const folder = state.place?.parent
    if (folder === undefined) return false
    if (folder !== null) {
      if (!this.#tree.parents.has(folder) || this.#states.get(folder)?.canHold !== true) return false
      if (this.#tree.depthOf(folder) >= LIMITS.pathDepth) return false
    }
    this.#tree.attach(state.id, folder)
    this.#listings.delete(folder)
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

function keptOf(state: FileState): FileContent[] {
  const kept = [...(state.versions?.values() ?? [])].map((values) => values.at(-1)!)
  kept.sort((a, b) => b.counter - a.counter || (a.actor < b.actor ? 1 : -1))
  return kept.map((held) => decodeContent(held.value) as FileContent)
}
