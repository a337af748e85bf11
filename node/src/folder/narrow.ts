import type { FileId } from '@holdfast/core/base/ids'
import type { BaseTree } from './base-tree.ts'
import type { DiskView } from './disk-view.ts'
import type { Trees } from './plan.ts'
import { splitPath } from './trees.ts'
import type { Parent } from './trees.ts'
import type { VaultView } from './vault-view.ts'

/** All there is to plan with, and where each thing can be found. */
export interface Whole {
  readonly disk: Pick<DiskView, 'entries' | 'children' | 'folders' | 'inOrder'>
  readonly vault: Pick<VaultView, 'entries' | 'children' | 'at' | 'pathOf'>
  readonly base: BaseTree
  /** Files on the disk that nobody may see yet. */
  isFresh(path: string): boolean
}

/** What may be out of step: anything else was found in step before and has not changed since, in any of the three. */
export interface Suspects {
  readonly paths: Iterable<string>
  readonly ids: Iterable<FileId>
}

/** The three trees, each with what has to be in it: a folder before what it holds. */
export type Part = Pick<Trees, 'disk' | 'vault' | 'base'>

export function allOf({ disk, vault, base, isFresh }: Whole): Part {
  const seen = disk.inOrder(({ path }) => !isFresh(path))
  return { disk: new Map([...seen].map((entry) => [entry.path, entry])), vault: vault.entries, base }
}

/**
 * The part of the three trees with which the planner comes to the same steps as with the whole: the suspects, whatever has or had
 * their places, names or inodes, what lies below a folder among them, and the folders on the way.
 */
export function partAround(whole: Whole, suspects: Suspects): Part {
  const part = new Around(whole)
  for (const path of suspects.paths) part.addPath(path)
  for (const id of suspects.ids) part.addId(id)
  return part.result()
}

class Around {
  readonly #w: Whole
  /** With what lies below them, and with whatever else could be meant by them. */
  readonly #paths = new Set<string>()
  readonly #ids = new Set<FileId>()
  /** Folders that are only passed: what is in step stays what it is, whatever is in it. */
  readonly #onWay = new Set<string>()
  readonly #idsOnWay = new Set<FileId>()
  readonly #waiting: (() => void)[] = []
  #folderAt: Map<bigint, string> | undefined
  readonly #rowsOf = new Map<string, readonly FileId[]>()
  readonly #shownOf = new Map<string, FileId | undefined>()

  constructor(whole: Whole) {
    this.#w = whole
  }

  addPath(path: string): void {
    if (path === '' || this.#paths.has(path)) return
    this.#paths.add(path)
    this.#waiting.push(() => this.#aroundPath(path))
  }

  addId(id: FileId): void {
    if (this.#ids.has(id)) return
    this.#ids.add(id)
    this.#waiting.push(() => this.#aroundId(id))
  }

  result(): Part {
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) next()
    const { disk, vault, base, isFresh } = this.#w
    const seen = disk.inOrder(({ path }) => (this.#paths.has(path) || this.#onWay.has(path)) && !isFresh(path))
    const ids = [...this.#ids, ...this.#idsOnWay]
    const rows = base.inOrder(new Set(ids))
    const shown = ids.flatMap((id) => vault.entries.get(id) ?? [])
    return {
      disk: new Map([...seen].map((entry) => [entry.path, entry])),
      vault: new Map(shown.map((entry) => [entry.id, entry])),
      base: new Map(rows.map((row) => [row.id, row]))
    }
  }

  #aroundPath(path: string): void {
    const { disk, base } = this.#w
    this.#wayTo(splitPath(path).parent)
    for (const id of [...this.#rowsAt(path), ...this.#shownAt(path)]) this.addId(id)
    const entry = disk.entries.get(path)
    if (entry === undefined) return
    for (const id of base.withInode(entry.stamp.inode)) this.addId(id)
    if (entry.kind === 'folder') for (const child of disk.children(path)) this.addPath(child.path)
  }

  #aroundId(id: FileId): void {
    const { vault, base } = this.#w
    const row = base.get(id)
    const entry = vault.entries.get(id)
    if (row !== undefined) {
      this.addPath(base.pathOf(row))
      this.#idWay(row.parent)
      this.#addPlace(row.parent, row.name)
      if (row.kind === 'folder') {
        for (const below of base.in(id)) this.addId(below)
        this.addPath(this.#folderWith(row.stamp.inode) ?? '')
      }
    }
    if (entry === undefined) return
    this.addPath(vault.pathOf(entry))
    this.#idWay(entry.parent)
    this.#addPlace(entry.parent, entry.name)
    if (entry.kind === 'folder') for (const below of vault.children(id)) this.addId(below.id)
  }

  #addPlace(parent: Parent, name: string): void {
    const { vault, base } = this.#w
    for (const id of base.at(parent, name)) this.addId(id)
    const shown = vault.at(parent, name)
    if (shown !== undefined) this.addId(shown.id)
  }

  /** The folders to a path, on the disk and as whatever they are or were. */
  #wayTo(folder: string): void {
    if (folder === '' || this.#onWay.has(folder)) return
    this.#onWay.add(folder)
    this.#wayTo(splitPath(folder).parent)
    for (const id of [...this.#rowsAt(folder), ...this.#shownAt(folder)]) this.#idWay(id)
  }

  #idWay(folder: Parent): void {
    if (folder === null || this.#idsOnWay.has(folder)) return
    this.#idsOnWay.add(folder)
    const { vault, base } = this.#w
    const row = base.get(folder)
    const entry = vault.entries.get(folder)
    if (row !== undefined) {
      this.#wayTo(base.pathOf(row))
      this.#idWay(row.parent)
    }
    if (entry !== undefined) {
      this.#wayTo(vault.pathOf(entry))
      this.#idWay(entry.parent)
    }
  }

  #rowsAt(path: string): readonly FileId[] {
    const { parent, name } = splitPath(path)
    const found: FileId[] = []
    for (const folder of parent === '' ? ROOT : this.#foldersAt(parent)) found.push(...this.#w.base.at(folder, name))
    return found
  }

  #foldersAt(path: string): readonly FileId[] {
    const known = this.#rowsOf.get(path)
    if (known !== undefined) return known
    const found = this.#rowsAt(path)
    this.#rowsOf.set(path, found)
    return found
  }

  #shownAt(path: string): readonly FileId[] {
    const { parent, name } = splitPath(path)
    const folder = parent === '' ? null : this.#shownFolder(parent)
    const entry = folder === undefined ? undefined : this.#w.vault.at(folder, name)
    return entry === undefined ? [] : [entry.id]
  }

  #shownFolder(path: string): FileId | undefined {
    if (!this.#shownOf.has(path)) this.#shownOf.set(path, this.#shownAt(path)[0])
    return this.#shownOf.get(path)
  }

  #folderWith(inode: bigint): string | undefined {
    this.#folderAt ??= new Map([...this.#w.disk.folders()].map(([path, own]) => [own, path]))
    return this.#folderAt.get(inode)
  }
}

const ROOT: readonly Parent[] = [null]
