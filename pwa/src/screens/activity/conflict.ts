import { recordsOf } from '../../app/fields.ts'
import type { VaultEvent } from '../../bridge/vault-worker.ts'
import { authorOf, count, text, timeOf } from '../files/file-entry.ts'
import type { EntryAuthor } from '../files/file-entry.ts'

/** A file that several devices changed without knowing of each other. */
export interface Conflict {
  /** Where the file stands, with the first of its contents. */
  readonly path: string
  readonly contents: readonly ConflictContent[]
}

export interface ConflictContent {
  /** Where this content is shown. */
  readonly path: string
  readonly version: string
  readonly bytes: number
  readonly modifiedMs: number | undefined
  readonly author: EntryAuthor | undefined
}

export function conflictsOf(events: readonly VaultEvent[]): Conflict[] {
  return events.flatMap((event) => {
    if (event.type !== 'conflict') return []
    const contents = [event, ...recordsOf(event, 'others')].flatMap((fields) => contentOf(fields) ?? [])
    const [first] = contents
    return first === undefined || contents.length < 2 ? [] : [{ path: first.path, contents }]
  })
}

function contentOf(fields: Readonly<Record<string, unknown>>): ConflictContent | undefined {
  const path = text(fields['path'])
  const version = text(fields['version'])
  if (path === undefined || !path.startsWith('/') || version === undefined) return undefined
  return {
    path,
    version,
    bytes: count(fields['bytes']) ?? 0,
    modifiedMs: timeOf(fields['mtime']),
    author: authorOf(fields['author'])
  }
}

/** Whether a content is of the device that is called so, of this account. */
export function isOwn({ author }: ConflictContent, device: string | undefined): boolean {
  return author?.self === true && author.device === device
}
