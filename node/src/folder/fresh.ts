import type { FileId } from '@holdfast/core/base/ids'
import type { BaseTree } from './base-tree.ts'
import { isSameStamp, splitPath } from './trees.ts'
import type { DiskEntry } from './trees.ts'

/** A file is taken when nothing has changed in it for so long: a program that writes it in pieces is waited for. */
export const QUIET_MS = 120

export interface Fresh {
  /** Files that changed a moment ago, and those of which it cannot be told now whether they did. */
  readonly paths: ReadonlySet<string>
  /** Where nothing is to be done meanwhile: there, and where they were before. */
  readonly held: ReadonlySet<string>
  readonly folders: ReadonlySet<string>
}

export const NOTHING_FRESH: Fresh = { paths: new Set(), held: new Set(), folders: new Set() }

/** By the time of their last change, which no program can set. A clock that jumped back makes nothing fresh for ever. */
export function fresh(looked: Iterable<DiskEntry>, base: BaseTree, nowMs: number): Fresh {
  const paths = new Set<string>()
  const held = new Set<string>()
  const folders = new Set<string>()
  const least = BigInt(Math.floor(nowMs - QUIET_MS)) * 1_000_000n
  const most = BigInt(Math.ceil(nowMs)) * 1_000_000n
  for (const { path, kind, stamp } of looked) {
    if (kind !== 'file' || stamp.ctimeNs <= least || stamp.ctimeNs > most) continue
    const rows = [...base.withInode(stamp.inode)].flatMap((id) => base.get(id) ?? [])
    if (rows.some((row) => isSameStamp(row.stamp, stamp))) continue
    paths.add(path)
    held.add(path)
    folders.add(splitPath(path).parent)
    for (const row of rows) held.add(base.pathOf(row))
  }
  return { paths, held, folders }
}

/** With files that cannot be judged in this pass: nothing is done to them either. */
export function withOpen(
  { paths, held, folders }: Fresh,
  open: Iterable<{ readonly id: FileId; readonly entry: DiskEntry }>,
  base: BaseTree
): Fresh {
  const all = { paths: new Set(paths), held: new Set(held), folders }
  for (const { id, entry } of open) {
    const row = base.get(id)
    all.paths.add(entry.path)
    all.held.add(entry.path)
    if (row !== undefined) all.held.add(base.pathOf(row))
  }
  return all
}
