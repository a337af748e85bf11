import type { FileEntry } from './file-entry.ts'
import { kindOf } from './kind.ts'

export type SortKey = 'name' | 'date' | 'size' | 'kind'

export interface Order {
  readonly by: SortKey
  readonly isReversed: boolean
}

export const BY_NAME: Order = { by: 'name', isReversed: false }

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** Folders first, then by what was asked for, then by name; the newest and the largest first. A new list. */
export function sorted(entries: readonly FileEntry[], order: Order): FileEntry[] {
  const compare = COMPARE[order.by]
  const direction = order.isReversed ? -1 : 1
  return [...entries].sort(
    (a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || direction * (compare(a, b) || byName(a, b))
  )
}

/** By name, equal ones by their code units: an order that every run gives. */
function byName(a: FileEntry, b: FileEntry): number {
  return names.compare(a.name, b.name) || (a.path < b.path ? -1 : Number(a.path !== b.path))
}

const COMPARE: Readonly<Record<SortKey, (a: FileEntry, b: FileEntry) => number>> = {
  name: byName,
  date: (a, b) => (b.modifiedMs ?? 0) - (a.modifiedMs ?? 0),
  size: (a, b) => (b.bytes ?? 0) - (a.bytes ?? 0),
  kind: (a, b) => (kindOf(a) < kindOf(b) ? -1 : Number(kindOf(a) !== kindOf(b)))
}
