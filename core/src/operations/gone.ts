import type { FileId } from '../base/ids.ts'
import { projectName } from '../index/names.ts'
import type { ReadModel } from '../index/read-model.ts'

/**
 * What was removed from a path: the files that stood exactly there, and every file or folder that stood there and holds
 * something that can come back. Looks at every removed file.
 */
export function goneAt(tree: ReadModel, path: readonly string[]): { files: FileId[]; roots: FileId[] } {
  const files: FileId[] = []
  const roots = new Set<FileId>()
  for (const { file } of tree.deleted()) {
    const chain = chainOf(tree, file)
    if (chain === undefined || !path.every((name, i) => chain[i]?.name === name)) continue
    const root = chain[path.length - 1]
    if (root !== undefined) roots.add(root.id)
    if (chain.length === path.length) files.push(file)
  }
  return { files, roots: [...roots] }
}

/** Where a removed file stood last; undefined when its folders go in a circle. */
export function gonePath(tree: ReadModel, file: FileId): string[] | undefined {
  return chainOf(tree, file)?.map(({ name }) => name)
}

interface Link {
  readonly id: FileId
  readonly name: string
}

/** Folders and file from the root, as they stood last; the folders may be gone too. Undefined when they go in a circle. */
function chainOf(tree: ReadModel, file: FileId): Link[] | undefined {
  const chain: Link[] = []
  const seen = new Set<FileId>()
  for (let at: FileId | null = file; at !== null; ) {
    if (seen.has(at)) return undefined
    seen.add(at)
    const step: { link: Link; folder: FileId | null } | undefined = stepOf(tree, at)
    if (step === undefined) return undefined
    chain.unshift(step.link)
    at = step.folder
  }
  return chain
}

function stepOf(tree: ReadModel, id: FileId): { link: Link; folder: FileId | null } | undefined {
  const node = tree.node(id)
  if (node !== undefined) return { link: { id, name: node.name }, folder: node.folder }
  const place = tree.state(id)?.place
  return place === undefined ? undefined : { link: { id, name: projectName(place.name, id) }, folder: place.parent }
}
