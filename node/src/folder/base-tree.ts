import type { FileId } from '@holdfast/core/base/ids'
import { placeKey } from './trees.ts'
import type { BaseRow, Parent } from './trees.ts'

/** The rows of what was last in step, by file, and where they can be found by what else is known of them. */
export class BaseTree extends Map<FileId, BaseRow> {
  /** How many are no folders. */
  files = 0
  #changed = new Set<FileId>()
  /** Two have one place only between the two steps that exchange them. */
  readonly #byPlace = new Map<string, Set<FileId>>()
  readonly #byInode = new Map<bigint, Set<FileId>>()
  readonly #below = new Map<Parent, Set<FileId>>()
  readonly #rank = new Map<FileId, number>()
  #nextRank = 0

  override set(id: FileId, row: BaseRow): this {
    const before = this.get(id)
    if (before === undefined) this.#rank.set(id, this.#nextRank++)
    else this.#forget(before)
    super.set(id, row)
    if (row.kind !== 'folder') this.files++
    addTo(this.#byPlace, placeKey(row.parent, row.name), id)
    addTo(this.#byInode, row.stamp.inode, id)
    addTo(this.#below, row.parent, id)
    this.#changed.add(id)
    return this
  }

  override delete(id: FileId): boolean {
    const row = this.get(id)
    if (row === undefined) return false
    this.#forget(row)
    this.#rank.delete(id)
    this.#changed.add(id)
    return super.delete(id)
  }

  /** Files whose rows were set or deleted since this was asked for last. */
  takeChanged(): ReadonlySet<FileId> {
    const changed = this.#changed
    this.#changed = new Set()
    return changed
  }

  /** Some of the rows, in the order in which this map has them. */
  inOrder(ids: Iterable<FileId>): BaseRow[] {
    const found = [...ids].flatMap((id) => this.get(id) ?? [])
    return found.sort((a, b) => this.#rank.get(a.id)! - this.#rank.get(b.id)!)
  }

  at(parent: Parent, name: string): Iterable<FileId> {
    return this.#byPlace.get(placeKey(parent, name)) ?? []
  }

  withInode(inode: bigint): Iterable<FileId> {
    return this.#byInode.get(inode) ?? []
  }

  in(folder: FileId): Iterable<FileId> {
    return this.#below.get(folder) ?? []
  }

  /** Where it stood, by the names of what it stood in. */
  pathOf(row: BaseRow): string {
    const names = [row.name]
    for (let at = row.parent; at !== null; ) {
      const above = this.get(at)
      if (above === undefined) break
      names.push(above.name)
      at = above.parent
    }
    return names.reverse().join('/')
  }

  #forget(row: BaseRow): void {
    if (row.kind !== 'folder') this.files--
    removeFrom(this.#byPlace, placeKey(row.parent, row.name), row.id)
    removeFrom(this.#byInode, row.stamp.inode, row.id)
    removeFrom(this.#below, row.parent, row.id)
  }
}

function addTo<K>(sets: Map<K, Set<FileId>>, key: K, id: FileId): void {
  const set = sets.get(key)
  if (set === undefined) sets.set(key, new Set([id]))
  else set.add(id)
}

function removeFrom<K>(sets: Map<K, Set<FileId>>, key: K, id: FileId): void {
  const set = sets.get(key)
  if (set === undefined) return
  set.delete(id)
  if (set.size === 0) sets.delete(key)
}
