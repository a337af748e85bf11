import type { FileId } from '@holdfast/core/base/ids'
import type { ReadModel } from '@holdfast/core/index/read-model'

/** What stands under another name than it was given. */
export interface RenamedFile {
  /** Where it stands, relative to the root of the folder. */
  readonly path: string
  readonly wanted: string
}

/**
 * What every disk shows under a name near its own: of names that differ in case or in the form of their letters only one is kept as
 * it is, since many systems hold them to be the same, and names that some system cannot keep are changed. Looks at every file.
 */
export function renamedIn(tree: ReadModel, folder: FileId | null): RenamedFile[] {
  const found: RenamedFile[] = []
  for (const { path, node } of tree.walk(folder))
    if (node.name !== node.wanted && node.conflictOf === undefined)
      found.push({ path: path.join('/'), wanted: node.wanted })
  return found
}
