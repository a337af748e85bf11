import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { DiskRoot } from './disk-root.ts'
import { stampOf } from './scan.ts'
import { isSameStamp, splitPath } from './trees.ts'
import type { Stamp } from './trees.ts'

/** The same where a file that cannot be read is as good as another. */
export function rangeOrNothing(...given: Parameters<typeof readRange>): Uint8Array | undefined {
  try {
    return readRange(...given)
  } catch {
    return undefined
  }
}

/**
 * Bytes of a file that is still the one with this stamp, before and after they were read; undefined when it is another, or shorter. Never
 * through a link, and never waiting for a pipe. Throws what the system throws.
 */
function readRange(
  root: DiskRoot,
  path: string,
  stamp: Stamp,
  { start, end }: { readonly start: number; readonly end: number }
): Uint8Array | undefined {
  const { parent, name } = splitPath(path)
  const file = openSync(root.at(parent, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const isIt = (): boolean => isSameStamp(stampOf(fstatSync(file, { bigint: true })), stamp)
    if (!isIt()) return undefined
    const bytes = new Uint8Array(end - start)
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(file, bytes, at, bytes.length - at, start + at)
      if (read === 0) return undefined
      at += read
    }
    return isIt() ? bytes : undefined
  } finally {
    closeSync(file)
  }
}
