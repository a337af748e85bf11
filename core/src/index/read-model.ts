import type { FileId, LogId } from '../base/ids.ts'
import { FileState } from './file-state.ts'
import { LiveFiles } from './live-files.ts'
import { copiesOf } from './copies.ts'
import type { Copy } from './copies.ts'
import { listingOf } from './listing.ts'
import type { Authors, Listing, Node } from './listing.ts'
import { LOST_FOUND } from './lost-found.ts'
import type { Actor, OpId } from './operations.ts'
import type { FileContent } from './records.ts'
import { decodeContent } from './records.ts'
import type { Registers } from './registers.ts'
import type { Folder, Moved } from './tree.ts'

/** Two devices wrote a file's content without knowing of each other. */
export interface Conflict {
  readonly file: FileId
  readonly winner: FileContent | undefined
  readonly losers: {
    readonly content: FileContent
    readonly log: LogId | undefined
    readonly opId: OpId
    readonly shownAs: FileId
  }[]
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
  readonly #files = new LiveFiles()
  readonly #authors: Authors
  readonly #listings = new Map<Folder, Listing>()
  /** The file of each copy of a conflict, found once for as long as nothing changes: thousands may be asked for one by one. */
  #origins: ReadonlyMap<FileId, FileId> | undefined

  constructor(
    logOf: (actor: Actor) => LogId | undefined,
    deviceName: ((log: LogId) => string | undefined) | undefined
  ) {
    this.#authors = { logOf, deviceName: deviceName ?? (() => undefined) }
  }

  /** Notes that a key may have other values now. */
  touch(key: string, registers: Registers): void {
    this.#origins = undefined
    this.#files.touch(key, registers)
  }

  /** Notes a document that was loaded, all of it. */
  touchAll(registers: Registers): void {
    this.#origins = undefined
    this.#files.touchAll(registers)
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

  /**
   * What somebody put below `to`, a path of shown names, by the names they gave: two that differ only in case, or in the
   * form of their letters, stay two. Where nothing was written by such a name, what is shown by it.
   */
  resolveWritten(to: readonly string[], path: readonly string[]): Node | undefined {
    let node = this.resolve(to)
    if (to.length > 0 && node === undefined) return undefined
    for (const name of path) {
      if (node !== undefined && node.kind !== 'folder') return undefined
      node = this.writtenIn(node?.id ?? null, name)
      if (node === undefined) return undefined
    }
    return node
  }

  writtenIn(folder: Folder, name: string): Node | undefined {
    const shown = this.resolveIn(folder, name)
    return shown?.wanted === name ? shown : (this.#listing(folder).renamed.get(name) ?? shown)
  }

  /** What is in a folder, by name. Nothing for what is no folder. */
  list(folder: Folder): readonly Node[] {
    return this.#listing(folder).nodes
  }

  /** Everything below a folder, each folder before what is in it, with the path from that folder. */
  *walk(folder: Folder): Iterable<{ path: readonly string[]; node: Node }> {
    const waiting: { path: readonly string[]; node: Node }[] = this.list(folder)
      .map((node) => ({ path: [node.name], node }))
      .reverse()
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      yield next
      if (next.node.kind !== 'folder') continue
      const { path } = next
      waiting.push(
        ...this.list(next.node.id)
          .map((node) => ({ path: [...path, node.name], node }))
          .reverse()
      )
    }
  }

  node(file: FileId): Node | undefined {
    this.#refresh()
    const folder = this.#files.tree.parents.get(file)
    if (folder !== undefined) return this.#listing(folder).byId.get(file)
    const origin = this.#originOf(file)
    return origin === undefined ? undefined : this.#listing(this.#files.tree.parents.get(origin)!).byId.get(file)
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
    const state = this.#files.states.get(file)
    if (state === undefined) return { current: undefined, losers: [], kept: [] }
    const current = state.content
    return {
      current: current?.kind === 'folder' ? undefined : current,
      losers: state.losers().map((loser) => loser.content),
      kept: keptOf(state)
    }
  }

  conflicts(): Conflict[] {
    this.#refresh()
    return [...this.#files.conflicted].sort().flatMap((file) => this.conflictOf(file) ?? [])
  }

  conflictOf(file: FileId): Conflict | undefined {
    this.#refresh()
    const state = this.#files.states.get(file)
    if (state === undefined || !this.#files.conflicted.has(file)) return undefined
    const losers = this.#copies(state).map((copy) => ({
      content: copy.content(),
      log: copy.log,
      opId: copy.said[0],
      shownAs: copy.id
    }))
    const winner = state.content
    return losers.length === 0 ? undefined : { file, winner: winner?.kind === 'folder' ? undefined : winner, losers }
  }

  /** The contents that are shown beside a file's own, as their edits need them. */
  copies(file: FileId): readonly Copy[] {
    this.#refresh()
    const state = this.#files.states.get(file)
    return state === undefined || state.contents.length < 2 ? [] : this.#copies(state)
  }

  /** Everything shown otherwise than it was written, so that people can be told. Looks at every folder. */
  renamed(): Renamed[] {
    const found: Renamed[] = []
    for (const { node } of this.walk(null)) {
      const moved = this.#files.tree.moved.get(node.id)
      if (
        node.id !== LOST_FOUND &&
        node.conflictOf === undefined &&
        (node.name !== node.wanted || moved !== undefined)
      ) {
        found.push({ file: node.id, wanted: node.wanted, shown: node.name, moved })
      }
    }
    return found
  }

  /** Files that do not live and of which a version is kept, by name. Looks at every file. */
  deleted(): Deleted[] {
    this.#refresh()
    const found: Deleted[] = []
    for (const state of this.#files.states.values()) {
      if (this.#files.tree.parents.has(state.id) || state.versions === undefined || state.versions.size === 0) continue
      found.push({
        file: state.id,
        folder: state.place?.parent ?? null,
        name: state.place?.name ?? '',
        versions: keptOf(state)
      })
    }
    return found.sort((a, b) => (a.name !== b.name ? (a.name < b.name ? -1 : 1) : a.file < b.file ? -1 : 1))
  }

  /** All the index holds about a file, for those who write. */
  state(file: FileId): FileState | undefined {
    this.#refresh()
    return this.#files.states.get(file)
  }

  /** All that the index holds, of files that live and of those that do not. */
  *states(): Iterable<FileState> {
    this.#refresh()
    yield* this.#files.states.values()
  }

  /** Files, living or not, whose folder is this one. Looks at every file. */
  placedIn(folders: ReadonlySet<FileId>): FileState[] {
    this.#refresh()
    return [...this.#files.states.values()].filter(
      (state) => typeof state.place?.parent === 'string' && folders.has(state.place.parent)
    )
  }

  /** Number of living files and folders. */
  get size(): number {
    this.#refresh()
    return this.#files.tree.parents.size
  }

  #listing(folder: Folder): Listing {
    this.#refresh()
    const known = this.#listings.get(folder)
    if (known !== undefined) return known
    const states = [...this.#files.tree.childrenOf(folder)].map(
      (file) => this.#files.states.get(file) ?? new FileState(file)
    )
    const listing = listingOf(folder, states, (file) => this.#hasPlace(file), this.#authors)
    this.#listings.set(folder, listing)
    return listing
  }

  #copies(state: FileState): Copy[] {
    return copiesOf(state, (file) => this.#hasPlace(file), this.#authors)
  }

  #hasPlace(file: FileId): boolean {
    return (this.#files.states.get(file)?.places.length ?? 0) > 0
  }

  #originOf(copy: FileId): FileId | undefined {
    const found = (file: FileId): (readonly [FileId, FileId])[] =>
      this.#copies(this.#files.states.get(file)!).map(({ id }) => [id, file])
    return (this.#origins ??= new Map([...this.#files.conflicted].flatMap(found))).get(copy)
  }

  #refresh(): void {
    const stale = this.#files.refresh()
    if (stale === 'all') this.#listings.clear()
    else for (const folder of stale) this.#listings.delete(folder)
  }
}

function keptOf(state: FileState): FileContent[] {
  const kept = [...(state.versions?.values() ?? [])].map((values) => values.at(-1)!)
  kept.sort((a, b) => b.counter - a.counter || (a.actor < b.actor ? 1 : -1))
  return kept.map((held) => decodeContent(held.value) as FileContent)
}
