import { HoldfastError } from '../base/errors.ts'
import type { FileId } from '../base/ids.ts'
import type { Node } from '../index/listing.ts'
import type { ReadModel } from '../index/read-model.ts'

/** What stands at a path. Throws NOT_FOUND. */
export function nodeAt(tree: ReadModel, path: readonly string[]): Node {
  const node = tree.resolve(path)
  if (node === undefined) throw new HoldfastError('NOT_FOUND')
  return node
}

/** The folder at a path; null is the root. Throws NOT_FOUND, NOT_A_FOLDER. */
export function folderAt(tree: ReadModel, path: readonly string[]): FileId | null {
  if (path.length === 0) return null
  const node = nodeAt(tree, path)
  if (node.kind !== 'folder') throw new HoldfastError('NOT_A_FOLDER')
  return node.id
}

/** Folder and last name of a path that need not exist. Throws EXISTS for the root. */
export function splitPath(path: readonly string[]): { folder: readonly string[]; name: string } {
  const name = path.at(-1)
  if (name === undefined) throw new HoldfastError('EXISTS')
  return { folder: path.slice(0, -1), name }
}
