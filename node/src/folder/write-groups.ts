import type { FileContent } from '@holdfast/core/index/records'
import type { Plan } from './plan.ts'

/** A file that is to be written, with what it is to hold. */
export interface Ready {
  readonly write: Plan['writes'][number]
  readonly content: FileContent
}

/** So many files, or so many bytes, are written before all of them are made durable together. */
const FILES_AT_ONCE = 256
const BYTES_AT_ONCE = 64 * 1024 * 1024

/** In their order; a group takes at least one, however large it is. */
export function* writeGroups(all: readonly Ready[]): Generator<readonly Ready[]> {
  let group: Ready[] = []
  let bytes = 0
  for (const one of all) {
    group.push(one)
    bytes += one.content.size
    if (group.length < FILES_AT_ONCE && bytes < BYTES_AT_ONCE) continue
    yield group
    group = []
    bytes = 0
  }
  if (group.length > 0) yield group
}
