import type { FileId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { FileState } from './file-state.ts'
import { LOST_FOUND } from './lost-found.ts'
import { compareOpIds } from './operations.ts'

/** A folder by its id; null is the root. */
export type Folder = FileId | null

/** Why something stands elsewhere than its writer put it. */
export type Moved = 'no such folder' | 'folder in itself' | 'too deep'

/**
 * Which files live and in which folder each is shown. A function of the files' states alone: circles are broken at the folder
 * moved last (by operation id), what has no folder or lies too deep goes to lost and found.
 */
export class Tree {
  readonly parents = new Map<FileId, Folder>()
  readonly moved = new Map<FileId, Moved>()
  readonly #children = new Map<Folder, Set<FileId>>()

  /** The files and folders in a folder, in no order. */
  childrenOf(folder: Folder): ReadonlySet<FileId> {
    return this.#children.get(folder) ?? NOBODY
  }

  /** Works everything out anew. */
  rebuild(states: ReadonlyMap<FileId, FileState>): void {
    this.parents.clear()
    this.moved.clear()
    this.#children.clear()
    for (const state of states.values()) if (state.contents.length > 0) this.#bringToLife(state, states)
    this.#breakCircles(states)
    for (const [file, parent] of this.parents) this.#childrenFor(parent).add(file)
    this.#hoistDeep()
    if (this.childrenOf(LOST_FOUND).size > 0) this.attach(LOST_FOUND, null)
  }

  /** How many names a path to it has. */
  depthOf(file: FileId): number {
    let depth = 1
    for (let at = this.parents.get(file); at !== null && at !== undefined; at = this.parents.get(at)) depth++
    return depth
  }

  attach(file: FileId, folder: Folder): void {
    this.parents.set(file, folder)
    this.#childrenFor(folder).add(file)
  }

  detach(file: FileId): void {
    const folder = this.parents.get(file)
    if (folder === undefined) return
    this.parents.delete(file)
    this.#children.get(folder)?.delete(file)
  }

  /** A file lives, and with it the folders it stands in, deleted or not. */
  #bringToLife(state: FileState, states: ReadonlyMap<FileId, FileState>): void {
    let at: FileState | undefined = state
    while (at !== undefined && !this.parents.has(at.id)) {
      const parent: Folder | undefined = at.place?.parent
      const folder: FileState | undefined = typeof parent === 'string' ? states.get(parent) : undefined
      if (parent === null) this.parents.set(at.id, null)
      else if (folder?.canHold === true) this.parents.set(at.id, folder.id)
      else {
        this.parents.set(at.id, LOST_FOUND)
        this.moved.set(at.id, 'no such folder')
      }
      at = folder?.canHold === true ? folder : undefined
    }
  }

  #breakCircles(states: ReadonlyMap<FileId, FileState>): void {
    const done = new Set<FileId>()
    for (const start of this.parents.keys()) {
      const path: FileId[] = []
      const onPath = new Set<FileId>()
      let at: Folder | undefined = start
      while (typeof at === 'string' && !done.has(at) && !onPath.has(at)) {
        path.push(at)
        onPath.add(at)
        at = this.parents.get(at)
      }
      if (typeof at === 'string' && onPath.has(at)) this.#breakCircle(path.slice(path.indexOf(at)), states)
      for (const file of path) done.add(file)
    }
  }

  #breakCircle(circle: FileId[], states: ReadonlyMap<FileId, FileState>): void {
    const last = circle.reduce((a, b) => (compareByPlace(states.get(a)!, states.get(b)!) < 0 ? b : a))
    this.parents.set(last, null)
    this.moved.set(last, 'folder in itself')
  }

  /** Level by level from the root; what would be one level too deep starts again in lost and found. */
  #hoistDeep(): void {
    let level: FileId[] = [...this.childrenOf(null)]
    let found: FileId[] = [...this.childrenOf(LOST_FOUND)]
    for (let depth = 1; level.length > 0 || found.length > 0; depth++) {
      if (level.length === 0) {
        level = found
        found = []
        depth = 2
      }
      const next = level.flatMap((file) => [...this.childrenOf(file)])
      if (depth < LIMITS.pathDepth) level = next
      else {
        for (const file of next) this.#hoist(file)
        found = found.concat(next)
        level = []
      }
    }
  }

  #hoist(file: FileId): void {
    this.detach(file)
    this.attach(file, LOST_FOUND)
    this.moved.set(file, 'too deep')
  }

  #childrenFor(folder: Folder): Set<FileId> {
    const known = this.#children.get(folder)
    if (known !== undefined) return known
    const fresh = new Set<FileId>()
    this.#children.set(folder, fresh)
    return fresh
  }
}

/** Order in which files came to where they stand, the same across documents: operation counter, actor, file id. */
function compareByPlace(a: FileState, b: FileState): number {
  const [placeA, placeB] = [a.places.at(-1), b.places.at(-1)]
  if (placeA !== undefined && placeB !== undefined) return compareOpIds(placeA, placeB) || (a.id < b.id ? -1 : 1)
  if (placeA === placeB) return a.id < b.id ? -1 : 1
  return placeA === undefined ? 1 : -1
}

const NOBODY: ReadonlySet<FileId> = new Set()
