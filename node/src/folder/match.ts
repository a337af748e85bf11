import type { FileId } from '@holdfast/core/base/ids'
import { isSameFile, placeKey, splitPath } from './trees.ts'
import type { BaseRow, DiskEntry, Parent, Stamp } from './trees.ts'

/** Which file of the vault each thing on the disk is, as far as it was in step before. */
export interface Matched {
  readonly diskOf: ReadonlyMap<FileId, DiskEntry>
  readonly idOf: ReadonlyMap<string, FileId>
}

/**
 * By its place first: a program that saves writes beside and renames over, and that is an edit. What stands at no known
 * place is looked for by inode among what is missing: that is a rename, of a folder with all in it.
 * `disk` has each folder before what is in it.
 */
export function matchDisk(disk: ReadonlyMap<string, DiskEntry>, base: ReadonlyMap<FileId, BaseRow>): Matched {
  const diskOf = new Map<FileId, DiskEntry>()
  const idOf = new Map<string, FileId>()
  const atPlace = new Map([...base.values()].map((row) => [placeKey(row.parent, row.name), row]))
  const missing = new Missing(disk, base)
  for (const entry of disk.values()) {
    const { parent, name } = splitPath(entry.path)
    const folder: Parent | undefined = parent === '' ? null : idOf.get(parent)
    const here = folder === undefined ? undefined : atPlace.get(placeKey(folder, name))
    const isHere = here?.kind === entry.kind && !diskOf.has(here.id) && !missing.hasMoved(here, entry)
    const row = isHere ? here : missing.find(entry, diskOf)
    if (row === undefined) continue
    diskOf.set(row.id, entry)
    idOf.set(entry.path, row.id)
  }
  return { diskOf, idOf }
}

/** Base rows by inode, and which inodes the disk has where. */
class Missing {
  readonly #byInode = new Map<bigint, BaseRow[]>()
  /** Folders of the disk by inode. */
  readonly #folders = new Map<bigint, DiskEntry>()
  /** Folders of the base by path; made when it is asked for. */
  #atPath: Map<string, BaseRow> | undefined
  readonly #disk: ReadonlyMap<string, DiskEntry>
  readonly #base: ReadonlyMap<FileId, BaseRow>

  constructor(disk: ReadonlyMap<string, DiskEntry>, base: ReadonlyMap<FileId, BaseRow>) {
    this.#disk = disk
    this.#base = base
    for (const row of base.values()) {
      const there = this.#byInode.get(row.stamp.inode)
      if (there === undefined) this.#byInode.set(row.stamp.inode, [row])
      else there.push(row)
    }
    for (const entry of disk.values()) if (entry.kind === 'folder') this.#folders.set(entry.stamp.inode, entry)
  }

  /**
   * A folder that was renamed and whose name was taken by a new one. Where it went it is itself, unless a folder that was known there
   * before is gone: what stands at a known place is that place's, and this one stays the one of its old name.
   */
  hasMoved(row: BaseRow, entry: DiskEntry, asked: ReadonlySet<FileId> = new Set()): boolean {
    if (row.kind !== 'folder' || row.stamp.inode === entry.stamp.inode) return false
    const now = this.#folders.get(row.stamp.inode)
    if (now === undefined) return false
    const other = this.#folderAt(now.path)
    if (other === undefined || other.id === row.id || asked.has(other.id)) return true
    return this.hasMoved(other, now, new Set([...asked, row.id]))
  }

  find(entry: DiskEntry, taken: ReadonlyMap<FileId, DiskEntry>): BaseRow | undefined {
    return this.#byInode.get(entry.stamp.inode)?.find((row) => {
      if (row.kind !== entry.kind || taken.has(row.id) || !isOneFile(row, entry)) return false
      const old = this.#disk.get(this.#pathOf(row))
      return old === undefined || old === entry || old.stamp.inode !== row.stamp.inode // else a hard link of it
    })
  }

  #folderAt(path: string): BaseRow | undefined {
    const folders = (): BaseRow[] => [...this.#base.values()].filter(({ kind }) => kind === 'folder')
    this.#atPath ??= new Map(folders().map((row) => [this.#pathOf(row), row]))
    return this.#atPath.get(path)
  }

  #pathOf(row: BaseRow): string {
    const names = [row.name]
    for (let at = row.parent; at !== null; ) {
      const above = this.#base.get(at)
      if (above === undefined) break
      names.push(above.name)
      at = above.parent
    }
    return names.reverse().join('/')
  }
}

/** An inode is given to another file when its own is deleted; so size and time have to agree, or the moment it was made. */
function isOneFile(row: BaseRow, { kind, stamp }: DiskEntry): boolean {
  return kind === 'folder' || isSameFile(row.stamp, stamp) || isBornTogether(row.stamp, stamp)
}

/** Where no birth is kept the system says the last change, which a rename makes another. */
function isBornTogether(one: Stamp, other: Stamp): boolean {
  return one.birthNs !== 0n && one.birthNs === other.birthNs
}
