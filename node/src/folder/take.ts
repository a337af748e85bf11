import { linkSync, lstatSync, mkdirSync, renameSync, unlinkSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { DiskRoot } from './disk-root.ts'
import { TRASH } from './own-names.ts'
import type { Plan } from './plan.ts'
import { lookAt, stampOf } from './scan.ts'
import { isSameFile, isSameStamp, splitPath } from './trees.ts'
import type { DiskEntry } from './trees.ts'

/** For tests: what others do at the worst moments. */
export interface Moments {
  /** A file was found to be what was last in step, and is about to be taken away or replaced. */
  beforeTake?(path: string): void
  /** A file is about to be written beside. What this throws is as if the disk had said it. */
  beforeWrite?(path: string): void
  /** A plan was made with a part of the trees; what would it be with the whole? */
  planned?(steps: Plan, whole: () => Plan): void
  /** Between two changes of the disk. */
  between?(): void
}

/**
 * Takes a file off its place into the trash. It is looked at before and, since nothing can be looked at and moved in one step, again
 * when it has been moved: what turns out to be another file goes back to its place. So nothing is ever written over.
 * Throws FILE_CHANGED.
 */
export function takeToTrash(root: DiskRoot, entry: DiskEntry, day: string, moments: Moments = {}): string {
  const now = lookAt(root, entry.path)
  if (now === undefined || !isSameStamp(now.stamp, entry.stamp)) throw new HoldfastError('FILE_CHANGED')
  moments.beforeTake?.(entry.path)
  const to = freeInTrash(root, `${TRASH}/${day}`, entry.path)
  const { parent, name } = splitPath(entry.path)
  const place = splitPath(to)
  const from = root.at(parent, name)
  const target = root.at(place.parent, place.name)
  attemptMove(() => renameSync(from, target))
  moments.between?.()
  const taken = lstatSync(target, { bigint: true })
  if (isSameFile(stampOf(taken), entry.stamp)) return to
  giveBack(root, to, entry.path, taken.isDirectory())
  throw new HoldfastError('FILE_CHANGED')
}

/** To a place where nothing is: what comes there meanwhile stays. Throws FILE_CHANGED. */
export function moveTo(root: DiskRoot, from: string, to: string, isFolder: boolean): void {
  const [a, b] = [splitPath(from), splitPath(to)]
  const source = root.at(a.parent, a.name)
  const target = root.at(b.parent, b.name)
  if (isFolder) {
    if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) throw new HoldfastError('FILE_CHANGED')
    attemptMove(() => renameSync(source, target)) // never onto one that holds something
    root.forget()
    return
  }
  attemptMove(() => place(source, target))
}

/** A file to its name, where nothing may stand: the system refuses what a rename would replace. Throws FILE_CHANGED. */
export function place(source: string, target: string): void {
  try {
    linkSync(source, target)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw new HoldfastError('FILE_CHANGED', undefined, { cause: error })
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EMLINK') throw error
    // A file system without hard links: looked at, then moved.
    if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) throw new HoldfastError('FILE_CHANGED')
    renameSync(source, target)
    return
  }
  unlinkSync(source)
}

/** Makes the folders of a path below the root, each looked at. Throws OUTSIDE_TARGET where a link stands in the way. */
export function makeFolders(root: DiskRoot, path: string): void {
  let at = ''
  for (const name of path.split('/')) {
    const parent = root.at(at, name)
    try {
      mkdirSync(parent)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    at = at === '' ? name : `${at}/${name}`
    root.folder(at)
  }
}

function freeInTrash(root: DiskRoot, top: string, path: string): string {
  const wanted = `${top}/${path}`
  const { parent } = splitPath(wanted)
  if (!isHeld(root, parent)) {
    makeFolders(root, top)
    makeWay(root, top, splitPath(path).parent)
    makeFolders(root, parent)
  }
  return lookAt(root, wanted) === undefined ? wanted : again(wanted)
}

/** What was taken before from the same folder lies there: nothing has to be made. */
function isHeld(root: DiskRoot, folder: string): boolean {
  try {
    root.folder(folder)
    return true
  } catch (error) {
    if (!isHoldfastError(error, 'OUTSIDE_TARGET') && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return false
  }
}

/** A file of the same day that stands where a folder is to be gets a name of its own, as if it were taken again. */
function makeWay(root: DiskRoot, top: string, folder: string): void {
  let at = top
  for (const name of folder === '' ? [] : folder.split('/')) {
    const there = root.at(at, name)
    const status = lstatSync(there, { throwIfNoEntry: false })
    if (status?.isDirectory() === false) renameSync(there, again(there))
    if (status?.isDirectory() !== true) return
    at = `${at}/${name}`
  }
}

function again(path: string): string {
  return `${path}~${randomBytes(4).toString('hex')}`
}

function giveBack(root: DiskRoot, from: string, to: string, isFolder: boolean): void {
  try {
    moveTo(root, from, to, isFolder)
  } catch {
    // Somebody was quicker: it comes back beside.
    moveTo(root, from, `${to} (kept ${randomBytes(3).toString('hex')})`, isFolder)
  }
}

/** What is not there any more has been changed. */
function attemptMove(work: () => void): void {
  try {
    work()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR')
      throw new HoldfastError('FILE_CHANGED', undefined, { cause: error })
    throw error
  }
}
