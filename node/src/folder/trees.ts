import type { FileId, ObjectId } from '@holdfast/core/base/ids'

/** The folder something stands in; null is the root of the folder that is kept in step. */
export type Parent = FileId | null
export type Kind = 'file' | 'folder' | 'link'

/** What the system says of a file without reading it. Equal in all: not written since. Times in nanoseconds. */
export interface Stamp {
  readonly size: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  readonly birthNs: bigint
  readonly inode: bigint
}

/** Something on this disk. The path has `/` between names and is relative to the root. */
export interface DiskEntry {
  readonly path: string
  readonly kind: Kind
  readonly executable: boolean
  readonly stamp: Stamp
}

/** Something as the vault shows it now. */
export interface VaultEntry {
  readonly id: FileId
  readonly parent: Parent
  readonly name: string
  readonly kind: Kind
  readonly executable: boolean
  /** Undefined for a folder. */
  readonly object: ObjectId | undefined
  readonly sizeBytes: number
  readonly mtimeMs: number
}

/** What was last in step: the vault's side of it, and how it stood on this disk. */
export interface BaseRow {
  readonly id: FileId
  readonly parent: Parent
  readonly name: string
  readonly kind: Kind
  readonly executable: boolean
  readonly object: ObjectId | undefined
  readonly mtimeMs: number
  readonly stamp: Stamp
}

export function isSameStamp(one: Stamp, other: Stamp): boolean {
  return isSameFile(one, other) && one.ctimeNs === other.ctimeNs
}

/** The same but for what a rename changes. */
export function isSameFile(one: Stamp, other: Stamp): boolean {
  return one.size === other.size && one.mtimeNs === other.mtimeNs && one.inode === other.inode
}

export function splitPath(path: string): { parent: string; name: string } {
  const at = path.lastIndexOf('/')
  return at === -1 ? { parent: '', name: path } : { parent: path.slice(0, at), name: path.slice(at + 1) }
}

/** One key for a name in a folder. No name holds a `/`. */
export function placeKey(parent: Parent, name: string): string {
  return `${parent ?? ''}/${name}`
}

/** Whether only what it holds can tell if somebody has written it. */
export function isDoubtful(entry: DiskEntry, row: BaseRow): boolean {
  return (
    row.kind === 'file' &&
    entry.kind === 'file' &&
    entry.executable === row.executable &&
    entry.stamp.size === row.stamp.size &&
    !isSameStamp(entry.stamp, row.stamp)
  )
}
