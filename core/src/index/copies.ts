import type { FileId, LogId, ObjectId } from '../base/ids.ts'
import { conflictFileId, conflictName } from './conflict.ts'
import type { FileState, Loser } from './file-state.ts'
import type { Authors, Item } from './listing.ts'
import { projectName } from './names.ts'
import type { OpId } from './operations.ts'
import type { CopyMark, FileContent } from './records.ts'

/** A content that lost a conflict, as it is shown. */
export interface Copy extends Item {
  readonly conflictOf: FileId
  /** Who wrote what it holds now. */
  readonly log: LogId | undefined
  /** What is written over it says this, and is the same copy. */
  readonly mark: CopyMark
  /** The operations that say what it holds, the last one first. */
  readonly said: readonly [OpId, ...OpId[]]
  content(): FileContent
}

/** Losers of a file that are not yet files of their own, with the ids and names they are shown under. */
export function copiesOf(state: FileState, hasPlace: (file: FileId) => boolean, authors: Authors): Copy[] {
  const losers = state.losers()
  const own = new Set(losers.map(({ content }) => content.object))
  const taken = new Set<ObjectId>()
  // The last written first: of several edits of one copy that one stays the copy, the others are shown by what they are.
  return losers.flatMap((loser) => {
    const { mark } = loser
    const keepsOn =
      mark !== undefined &&
      !own.has(mark.object) &&
      !taken.has(mark.object) &&
      !hasPlace(conflictFileId(state.id, mark.object))
    if (keepsOn) taken.add(mark.object)
    const id = conflictFileId(state.id, keepsOn ? mark.object : loser.content.object)
    return hasPlace(id) ? [] : [shown(state, loser, id, keepsOn ? mark : begun(loser), authors)]
  })
}

/** What an edit of a copy says that was not edited yet. */
function begun({ content, held: [{ counter, actor }] }: Loser): CopyMark {
  return { object: content.object, at: { counter, actor }, mtimeMs: content.mtimeMs }
}

function shown(state: FileState, { content, held }: Loser, id: FileId, mark: CopyMark, authors: Authors): Copy {
  const first = authors.logOf(mark.at.actor)
  const device = first === undefined ? undefined : authors.deviceName(first)
  return {
    id,
    wanted: conflictName(projectName(state.place?.name ?? '', state.id), device, mark.mtimeMs, id),
    at: mark.at,
    content: () => content,
    kind: content.kind,
    conflictOf: state.id,
    log: authors.logOf(held[0].actor),
    mark,
    said: held
  }
}
