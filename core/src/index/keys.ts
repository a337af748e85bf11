import { HoldfastError } from '../base/errors.ts'
import type { FileId, ObjectId } from '../base/ids.ts'

/** The flat keys of the index: where a file stands, what it holds, what it held before, small extras. */
export type Key =
  | { kind: 'place'; file: FileId }
  | { kind: 'content'; file: FileId }
  | { kind: 'version'; file: FileId; object: ObjectId }
  | { kind: 'extra'; file: FileId; name: string }

export const placeKey = (file: FileId): string => `p/${file}`
export const contentKey = (file: FileId): string => `c/${file}`
export const versionKey = (file: FileId, object: ObjectId): string => `v/${file}/${object}`
export const extraKey = (file: FileId, name: string): string => `n/${file}/${name}`

/** Key of its text. Throws BAD_OPERATION: an unknown prefix would stay in the index for ever with nobody to read it. */
export function parseKey(text: string): Key {
  const match = FORM.exec(text)
  if (match === null) throw new HoldfastError('BAD_OPERATION', 'a key of no known form')
  const file = (match[2] ?? match[3] ?? match[5]) as FileId
  if (match[1] !== undefined) return { kind: match[1] === 'p' ? 'place' : 'content', file }
  if (match[4] !== undefined) return { kind: 'version', file, object: match[4] as ObjectId }
  return { kind: 'extra', file, name: match[6]! }
}

/** The file a key that has passed `parseKey` speaks of. */
export function fileOfKey(key: string): FileId {
  return key.slice(2, 34) as FileId
}

/** The document that holds a file: a function of its id, so that all keys of one file stay together. */
export function docOf(file: FileId, documents: number): number {
  return Number.parseInt(file.slice(0, 2), 16) % documents
}

const FORM = /^(?:([pc])\/([0-9a-f]{32})|v\/([0-9a-f]{32})\/([0-9a-f]{32})|n\/([0-9a-f]{32})\/([a-z0-9-]{1,32}))$/
