import type { VaultEvent } from '../../bridge/vault-worker.ts'
import { nameOf, parentOf } from './paths.ts'

/** One line of `ls`, checked. All text in it is hostile: shown by `Name` or `shown` alone, compared and kept in Maps only. */
export interface FileEntry {
  /** As the worker wrote it, and as it is given back. */
  readonly path: string
  readonly name: string
  readonly folder: string
  readonly kind: 'file' | 'folder' | 'link'
  /** Undefined for folders, and for a shared file that has not come. */
  readonly bytes: number | undefined
  /** As claimed by whoever wrote it; undefined for an impossible one. */
  readonly modifiedMs: number | undefined
  readonly state: 'here' | 'arriving' | 'relay' | 'nowhere' | undefined
  /** Names of the devices and relays that have all of it. */
  readonly copies: readonly string[]
  readonly conflict: boolean
  readonly shared: boolean
  readonly members: number | undefined
  readonly version: string | undefined
  readonly author: EntryAuthor | undefined
  /** The name its writer gave it, where not every system can keep that one. */
  readonly wanted: string | undefined
}

export interface EntryAuthor {
  readonly name: string
  readonly device: string
  readonly self: boolean
}

/** The entries of a listing; what does not have the form of one is left out. */
export function entriesOf(events: readonly VaultEvent[]): FileEntry[] {
  return events.flatMap((event) => entryOf(event) ?? [])
}

export function entryOf(event: VaultEvent): FileEntry | undefined {
  const { type, path, kind } = event
  if (type !== 'file' || typeof path !== 'string' || !path.startsWith('/')) return undefined
  if (kind !== 'file' && kind !== 'folder' && kind !== 'link') return undefined
  return {
    path,
    name: nameOf(path),
    folder: parentOf(path),
    kind,
    bytes: count(event['bytes']),
    modifiedMs: timeOf(event['mtime']),
    state: STATES.find((state) => state === event['state']),
    copies: texts(event['copies']),
    conflict: event['conflict'] === true,
    shared: event['shared'] === true,
    members: count(event['members']),
    version: text(event['version']),
    author: authorOf(event['author']),
    wanted: text(event['wanted'])
  }
}

export function authorOf(value: unknown): EntryAuthor | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const fields = new Map<string, unknown>(Object.entries(value))
  const [name, device] = [fields.get('name'), fields.get('device')]
  if (typeof name !== 'string' || typeof device !== 'string') return undefined
  return { name, device, self: fields.get('self') === true }
}

/** Milliseconds since 1970 of an ISO 8601 time. */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

export function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string').slice(0, MOST_COPIES) : NONE
}

const STATES = ['here', 'arriving', 'relay', 'nowhere'] as const
const NONE: readonly string[] = []
/** More devices and relays than one account may have: nobody reads on. */
const MOST_COPIES = 80

/**
 * The new list with the old objects wherever nothing about them is different, so that only rows that changed are drawn again. The old
 * list itself where nothing is.
 */
export function keepingOld(old: readonly FileEntry[], now: readonly FileEntry[]): readonly FileEntry[] {
  const known = new Map(old.map((entry) => [entry.path, entry]))
  const merged = now.map((entry) => {
    const before = known.get(entry.path)
    return before !== undefined && isSame(before, entry) ? before : entry
  })
  return merged.length === old.length && merged.every((entry, i) => entry === old[i]) ? old : merged
}

function isSame(a: FileEntry, b: FileEntry): boolean {
  return (
    a.kind === b.kind &&
    a.bytes === b.bytes &&
    a.modifiedMs === b.modifiedMs &&
    a.state === b.state &&
    a.conflict === b.conflict &&
    a.shared === b.shared &&
    a.members === b.members &&
    a.version === b.version &&
    a.wanted === b.wanted &&
    a.author?.device === b.author?.device &&
    a.author?.name === b.author?.name &&
    a.copies.length === b.copies.length &&
    a.copies.every((copy, i) => copy === b.copies[i])
  )
}
