import { HoldfastError } from '../base/errors.ts'
import type { FileId } from '../base/ids.ts'
import { makeFolder, move } from '../index/edits.ts'
import { newFolderId } from '../index/place-id.ts'
import type { Intent } from '../index/edits.ts'
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

/** Makes the folder of the first `depth` names; nothing for one that is only on the way and there already. */
export function folderAtDepth(
  tree: ReadModel,
  path: readonly string[],
  depth: number,
  newFileId: () => FileId,
  mtimeMs: number
): Intent[] {
  const here = path.slice(0, depth)
  if (depth < path.length && tree.resolve(here)?.kind === 'folder') return []
  const { folder, name } = splitPath(here)
  const place = { parent: folderAt(tree, folder), name }
  return makeFolder(tree, newFolderId(tree, place, newFileId), place, mtimeMs)
}

/** To another name, or into a folder that exists. Throws NOT_FOUND, THERE_ALREADY and what `move` throws. */
export function moveByPath(tree: ReadModel, from: readonly string[], to: readonly string[]): Intent[] {
  const node = nodeAt(tree, from)
  const isInto = to.length === 0 || tree.resolve(to)?.kind === 'folder'
  const { folder, name } = isInto ? { folder: to, name: node.name } : splitPath(to)
  const parent = folderAt(tree, folder)
  if (parent === node.folder && name === node.name) throw new HoldfastError('THERE_ALREADY')
  return move(tree, node.id, { parent, name })
}
