import { toHex, utf8 } from '../base/bytes.ts'
import { FILE_ID_BYTES, idBytes } from '../base/ids.ts'
import type { FileId } from '../base/ids.ts'
import { DERIVE } from '../base/labels.ts'
import { deriveKey } from '../proof/blake3.ts'
import type { ReadModel } from './read-model.ts'
import type { Place } from './records.ts'

/**
 * The id of a folder that is made there: devices that make it without knowing of each other make one folder, and what each puts into
 * it lies together. An id that the index holds already is another folder's, moved or deleted since: then `other` gives a fresh one.
 */
export function newFolderId(tree: ReadModel, place: Place, other: () => FileId): FileId {
  const id = idAt(DERIVE.folder, place)
  return tree.state(id) === undefined ? id : other()
}

/**
 * The same of a file that lies in a folder of a disk: what several devices put there under one name without knowing of each other is
 * one file with several contents, a conflict that people are shown, and not two files.
 */
export function newFileIdAt(tree: ReadModel, place: Place, other: () => FileId): FileId {
  const id = idAt(DERIVE.file, place)
  return tree.state(id) === undefined ? id : other()
}

function idAt(label: string, { parent, name }: Place): FileId {
  const folder = parent === null ? ROOT : idBytes(parent)
  return toHex(deriveKey(label, folder, utf8(name)).subarray(0, FILE_ID_BYTES)) as FileId
}

const ROOT = new Uint8Array(FILE_ID_BYTES)
