import type { FileId } from '@holdfast/core/base/ids'
import { isSameStamp } from './trees.ts'
import type { BaseRow, DiskEntry } from './trees.ts'

/** A file is taken when nothing has changed in it for so long: a program that writes it in pieces is waited for. */
export const QUIET_MS = 120

export interface Fresh {
  /** Files that changed a moment ago. */
  readonly paths: ReadonlySet<string>
  /** Where nothing is to be done meanwhile: there, and where they were before. */
  readonly held: ReadonlySet<string>
  readonly folders: ReadonlySet<string>
}

/** By the time of their last change, which no program can set. A clock that jumped back makes nothing fresh for ever. */
export function fresh(disk: ReadonlyMap<string, DiskEntry>, base: ReadonlyMap<FileId, BaseRow>, nowMs: number): Fresh {
  const paths = new Set<string>()
  const held = new Set<string>()
  const folders = new Set<string>()
  let known: Map<bigint, BaseRow[]> | undefined
  const least = BigInt(Math.floor(nowMs - QUIET_MS)) * 1_000_000n
  const most = BigInt(Math.ceil(nowMs)) * 1_000_000n
  for (const { path, kind, stamp } of disk.values()) {
    if (kind !== 'file' || stamp.ctimeNs <= least || stamp.ctimeNs > most) continue
    known ??= byInode(base)
    const rows = known.get(stamp.inode) ?? []
    if (rows.some((row) => isSameStamp(row.stamp, stamp))) continue
    paths.add(path)
    held.add(path)
    folders.add(path.slice(0, Math.max(0, path.lastIndexOf('/'))))
    for (const row of rows) held.add(pathOf(row, base))
  }
  return { paths, held, folders }
}

function byInode(base: ReadonlyMap<FileId, BaseRow>): Map<bigint, BaseRow[]> {
  const rows = new Map<bigint, BaseRow[]>()
  for (const row of base.values()) rows.set(row.stamp.inode, [...(rows.get(row.stamp.inode) ?? []), row])
  return rows
}

function pathOf(row: BaseRow, base: ReadonlyMap<FileId, BaseRow>): string {
  const names = [row.name]
  for (let at = row.parent; at !== null; ) {
    const above = base.get(at)
    if (above === undefined) break
    names.push(above.name)
    at = above.parent
  }
  return names.reverse().join('/')
}
