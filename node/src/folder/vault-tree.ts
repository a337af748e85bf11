import type { FileId } from '@holdfast/core/base/ids'
import type { Node } from '@holdfast/core/index/listing'
import type { ReadModel } from '@holdfast/core/index/read-model'
import type { VaultEntry } from './trees.ts'

/**
 * What a vault shows below a folder, by the names it shows: valid on every system and none twice in a folder. Folders come before
 * what is in them. `isLeftOut`: with all below it, as what is mounted there.
 */
export function vaultTree(
  tree: ReadModel,
  root: FileId | null,
  isLeftOut: (node: Node) => boolean
): Map<FileId, VaultEntry> {
  const found = new Map<FileId, VaultEntry>()
  let hiddenBelow = Number.POSITIVE_INFINITY
  for (const { path, node } of tree.walk(root)) {
    if (path.length > hiddenBelow) continue
    hiddenBelow = isLeftOut(node) ? path.length : Number.POSITIVE_INFINITY
    if (hiddenBelow === Number.POSITIVE_INFINITY) found.set(node.id, entryOf(node, root))
  }
  return found
}

export function entryOf(node: Node, root: FileId | null): VaultEntry {
  const { content } = node
  const file = content === undefined || content.kind === 'folder' ? undefined : content
  return {
    id: node.id,
    parent: node.folder === root ? null : node.folder,
    name: node.name,
    kind: node.kind === 'executable' ? 'file' : node.kind,
    executable: node.kind === 'executable',
    object: file?.object,
    sizeBytes: file?.size ?? 0,
    mtimeMs: file?.mtimeMs ?? 0
  }
}

/** Whether a vault shows something at a path of the disk. */
export function standsInVault(tree: ReadModel, root: FileId | null, path: string): boolean {
  let at = root
  for (const name of path.split('/')) {
    const node = tree.resolveIn(at, name)
    if (node === undefined) return false
    at = node.id
  }
  return true
}
