import { closeSync, constants, fsyncSync, lstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { DiskRoot } from './disk-root.ts'
import { MARKER } from './own-names.ts'

/** The id of the folder that the marker in this root names; undefined without one. Throws EACCES where it may not be looked at. */
export function readMarker(root: DiskRoot): string | undefined {
  let file: number
  try {
    file = openSync(root.at('', MARKER), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') throw error
    return undefined
  }
  try {
    const bytes = Buffer.alloc(MOST_BYTES)
    return /^holdfast folder ([0-9a-f]{16})$/m.exec(bytes.toString('utf8', 0, readSync(file, bytes)))?.[1]
  } catch {
    return undefined // a folder, or a pipe that somebody writes into
  } finally {
    closeSync(file)
  }
}

/** Throws what the system throws, EEXIST where there is one. */
export function writeMarker(root: DiskRoot, id: string): void {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  const file = openSync(root.at('', MARKER), flags, 0o600)
  try {
    writeSync(file, `holdfast folder ${id}\nThis folder is kept in step by Holdfast. Without this file it is not.\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Throws EXISTS for a link, a folder or a pipe in the marker's place: no Holdfast made that. */
export function assertMarkable(root: DiskRoot): void {
  const status = lstatSync(root.at('', MARKER), { throwIfNoEntry: false })
  if (status?.isFile() === false)
    throw new HoldfastError('EXISTS', `${join(root.path, MARKER)} is not a file: it has the name of Holdfast's own.`)
}

/** Takes the marker away, whatever it says. Throws EXISTS as above. */
export function clearMarker(root: DiskRoot): void {
  assertMarkable(root)
  rmSync(root.at('', MARKER), { force: true })
}

const MOST_BYTES = 1024
