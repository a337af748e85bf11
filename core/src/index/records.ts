import {
  asArray,
  asBytes,
  asId,
  asIdOrNull,
  asInt,
  asText,
  asUint,
  asVersion,
  decode,
  encode,
  idValue
} from '../base/codec.ts'
import type { Value } from '../base/codec.ts'
import { fromUtf8, toHex } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import { FILE_ID_BYTES, OBJECT_ID_BYTES } from '../base/ids.ts'
import type { BlobId, FileId, ObjectId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { ACTOR_BYTES } from './operations.ts'
import type { Actor, OpId } from './operations.ts'

/** Where a file stands: its folder (null is the root) and its name there, exactly as its writer gave it. */
export interface Place {
  readonly parent: FileId | null
  readonly name: string
}

/** What a file holds. Never a key, a hash of plaintext or content: the history keeps everything for ever. */
export interface FileContent {
  readonly kind: 'file' | 'executable' | 'link'
  readonly object: ObjectId
  readonly manifest: BlobId
  readonly size: number
  readonly mtimeMs: number
  /** Keyed BLAKE3 of the manifest's plaintext (FORMAT.md, section 4). 32 bytes. */
  readonly commitment: Uint8Array
}

export interface FolderContent {
  readonly kind: 'folder'
  readonly mtimeMs: number
}

export type Content = FileContent | FolderContent

/**
 * Says that a content was written over a conflict copy: it stays that copy. From this its id and the name it is shown by are made, so
 * that both are the same after every edit: the first content it had, and of that the operation and the time.
 */
export interface CopyMark {
  readonly object: ObjectId
  readonly at: OpId
  readonly mtimeMs: number
}

export function encodePlace(place: Place): Uint8Array {
  return encode([1, idValue(place.parent), place.name])
}

/** Throws MALFORMED. The name is still hostile: see names.ts. */
export function decodePlace(bytes: Uint8Array): Place {
  const [version, parent, name] = asArray(decode(bytes, LIMITS.scalarBytes), 3)
  asVersion(version, 1)
  return { parent: asIdOrNull<FileId>(parent, FILE_ID_BYTES), name: asText(name, LIMITS.scalarBytes) }
}

/**
 * The same for bytes that passed `decodePlace` before: opening a large index reads one place a file, and the strict
 * codec would take most of that time.
 */
export function readPlace(bytes: Uint8Array): Place {
  const hasParent = bytes[2] === 0x50
  const at = hasParent ? 3 + FILE_ID_BYTES : 3
  const parent = hasParent ? (toHex(bytes.subarray(3, at)) as FileId) : null
  const low = bytes[at]! & 31
  return { parent, name: fromUtf8(bytes.subarray(at + (low < 24 ? 1 : 1 + (1 << (low - 24))))) }
}

/** `mark`: of what is written over a conflict copy. */
export function encodeContent(content: Content, mark?: CopyMark): Uint8Array {
  if (content.kind === 'folder') return encode([1, FOLDER, content.mtimeMs])
  const { kind, object, manifest, size, mtimeMs, commitment } = content
  const items = [1, KINDS.indexOf(kind), idValue(object), idValue(manifest), size, mtimeMs, commitment]
  if (mark === undefined) return encode(items)
  return encode([...items, [idValue(mark.object), mark.at.counter, idValue(mark.at.actor), mark.mtimeMs]])
}

/** Throws MALFORMED. */
export function decodeContent(bytes: Uint8Array): Content {
  return decodeMarked(bytes).content
}

/** The same with the mark of a conflict copy, where there is one. Throws MALFORMED. */
export function decodeMarked(bytes: Uint8Array): { content: Content; mark: CopyMark | undefined } {
  const items = asArray(decode(bytes, LIMITS.scalarBytes), { max: 8 })
  asVersion(items[0], 1)
  if (items[1] === FOLDER) return { content: { kind: 'folder', mtimeMs: asInt(asArray(items, 3)[2]) }, mark: undefined }
  const mark = items.length === 8 ? markOf(items[7]) : undefined
  return { content: fileContentOf(items.slice(0, 7)), mark }
}

function fileContentOf(items: readonly Value[]): FileContent {
  const [, kind, object, manifest, size, mtimeMs, commitment] = asArray(items, 7)
  return {
    kind: KINDS[asUint(kind, KINDS.length - 1)]!,
    object: asId<ObjectId>(object, OBJECT_ID_BYTES),
    manifest: asId<BlobId>(manifest),
    size: asUint(size),
    mtimeMs: asInt(mtimeMs),
    commitment: asBytes(commitment, 32)
  }
}

function markOf(item: Value | undefined): CopyMark {
  const [object, counter, actor, mtimeMs] = asArray(item, 4)
  const count = asUint(counter, LIMITS.operationCounter)
  if (count === 0) throw new HoldfastError('MALFORMED', 'operations are counted from 1')
  return {
    object: asId<ObjectId>(object, OBJECT_ID_BYTES),
    at: { counter: count, actor: asId<Actor>(actor, ACTOR_BYTES) },
    mtimeMs: asInt(mtimeMs)
  }
}

/** Whether a record that passed `decodeContent` before has the mark of a conflict copy, by the number of its items. */
export function isMarked(bytes: Uint8Array): boolean {
  return bytes[0] === MARKED
}

/** The kind of a record that passed `decodeContent` before, by its second item alone. */
export function kindOf(bytes: Uint8Array): Content['kind'] {
  return KINDS[bytes[2]!] ?? 'folder'
}

/** The place of each kind is its number in the format. */
const KINDS = ['file', 'executable', 'link'] as const
const FOLDER = 3
/** How an array of eight items begins. */
const MARKED = 0x88
