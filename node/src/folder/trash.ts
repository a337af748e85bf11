import { lstatSync, readdirSync, rmdirSync, rmSync, statfsSync } from 'node:fs'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { DiskRoot } from './disk-root.ts'
import { TRASH } from './own-names.ts'
import { lookAt } from './scan.ts'
import { makeFolders, moveTo } from './take.ts'
import type { TrashDays } from './trash-days.ts'
import { splitPath } from './trees.ts'

const DAY_MS = 86_400_000
/** The trash takes no more than a tenth of the disk. */
const SHARE_OF_DISK = 10

/** Something that sync took from this disk. */
export interface Trashed {
  /** The day it was taken, in UTC: 2026-11-20. */
  readonly day: string
  /** Where it stood, relative to the root of the folder. */
  readonly path: string
  readonly bytes: number
}

/** The latest first. */
export function listTrash(root: DiskRoot): Trashed[] {
  const found: Trashed[] = []
  for (const day of trashDaysOf(root).reverse())
    for (const { path, bytes } of filesBelow(root, `${TRASH}/${day}`)) found.push({ day, path, bytes })
  return found
}

/** Puts what was taken last back to where it stood, where nothing may be now. Throws NOT_FOUND, EXISTS. */
export function restoreFromTrash(root: DiskRoot, path: string): Trashed {
  const found = listTrash(root).find((one) => one.path === path)
  if (found === undefined) throw new HoldfastError('NOT_FOUND')
  if (lookAt(root, path) !== undefined) throw new HoldfastError('EXISTS')
  const { parent } = splitPath(path)
  if (parent !== '') makeFolders(root, parent)
  moveTo(root, `${TRASH}/${found.day}/${path}`, path, false)
  return found
}

/**
 * Deletes for good what was taken from a path, from below it, and before that from the same place; without a path all of it. Returns what
 * it was.
 */
export function emptyTrash(root: DiskRoot, path?: string): Trashed[] {
  const isMeant = (one: Trashed): boolean =>
    path === undefined || one.path.replace(AGAIN, '') === path || one.path === path || one.path.startsWith(`${path}/`)
  const gone = listTrash(root).filter(isMeant)
  for (const one of gone) {
    const { parent, name } = splitPath(`${TRASH}/${one.day}/${one.path}`)
    rmSync(root.at(parent, name), { force: true })
  }
  for (const day of trashDaysOf(root)) if (filesBelow(root, `${TRASH}/${day}`).next().done === true) drop(root, day)
  return gone
}

/** What `takeToTrash` puts behind the name of what was taken from the same place on the same day. */
const AGAIN = /~[0-9a-f]{8}$/

export interface TrashAge {
  readonly ages: Pick<TrashDays, 'age'>
  /** Undefined: nothing goes for its age, since the clock agrees with nobody. */
  readonly keepDays: number | undefined
  readonly nowMs: number
}

/**
 * Deletes what has been there for more than so many days, of this home and of the calendar (a clock may have been wrong on some of
 * them), then the oldest where it takes too much of the disk.
 */
export function pruneTrash(root: DiskRoot, { ages, keepDays, nowMs }: TrashAge): void {
  const all = trashDaysOf(root)
  if (all.length === 0) return
  const isOld = (day: string): boolean =>
    keepDays !== undefined &&
    ages.age(day) > keepDays &&
    Math.abs(nowMs - Date.parse(`${day}T00:00:00Z`)) > (keepDays + 1) * DAY_MS
  const left = all.filter((day) => !isOld(day))
  for (const day of all) if (!left.includes(day)) drop(root, day)
  const { blocks, bsize } = statfsSync(root.path)
  const most = (blocks * bsize) / SHARE_OF_DISK
  let bytes = listTrash(root).reduce((sum, one) => sum + one.bytes, 0)
  for (const day of left.sort((one, other) => ages.age(other) - ages.age(one))) {
    if (bytes <= most) return
    for (const one of filesBelow(root, `${TRASH}/${day}`)) bytes -= one.bytes
    drop(root, day)
  }
}

function drop(root: DiskRoot, day: string): void {
  root.forget()
  rmSync(root.at(TRASH, day), { recursive: true, force: true })
  try {
    rmdirSync(root.at('', TRASH))
  } catch {
    // other days are in it
  }
  root.forget()
}

/** The days that are in the trash, the first first: 2026-11-20. */
export function trashDaysOf(root: DiskRoot): string[] {
  try {
    return readdirSync(root.folder(TRASH))
      .filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name))
      .sort()
  } catch {
    return []
  }
}

function* filesBelow(root: DiskRoot, top: string): Generator<{ path: string; bytes: number }> {
  const waiting = [top]
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    let names: string[]
    try {
      names = readdirSync(root.folder(folder)).sort()
    } catch {
      continue
    }
    for (const name of names) {
      const status = lstatSync(root.at(folder, name), { throwIfNoEntry: false })
      if (status?.isDirectory() === true) waiting.push(`${folder}/${name}`)
      else if (status !== undefined) yield { path: `${folder}/${name}`.slice(top.length + 1), bytes: status.size }
    }
  }
}
