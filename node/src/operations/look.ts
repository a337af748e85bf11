import { lstat, stat } from 'node:fs/promises'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { FileContent } from '@holdfast/core/index/records'
import type { Node, OpEngine } from './engine-part.ts'

/** What stands at a path; undefined for the root. Throws NOT_FOUND. */
export function lookUp(engine: OpEngine, path: readonly string[]): Node | undefined {
  const node = engine.vault.index.tree.resolve(path)
  if (node === undefined && path.length > 0) throw new HoldfastError('NOT_FOUND', `Nothing is at /${path.join('/')}.`)
  return node
}

/** The content of a file or link; undefined for a folder. */
export function contentOf(node: Node): FileContent | undefined {
  return node.content === undefined || node.content.kind === 'folder' ? undefined : node.content
}

/** Everything at and below a path, each folder before what is in it. `path` is that from the root of the vault. */
export function* everythingAt(
  engine: OpEngine,
  path: readonly string[]
): Iterable<{ path: readonly string[]; node: Node }> {
  const { tree } = engine.vault.index
  const node = lookUp(engine, path)
  if (node !== undefined) yield { path, node }
  if (node !== undefined && node.kind !== 'folder') return
  for (const below of tree.walk(node?.id ?? null)) yield { path: [...path, ...below.path], node: below.node }
}

/** Whether a folder of this machine stands there (also behind a link that the user named). */
export async function ifFolder(path: string): Promise<boolean> {
  const own = await lstat(path).catch(() => undefined)
  if (own?.isSymbolicLink() !== true) return own?.isDirectory() === true
  return (await stat(path).catch(() => undefined))?.isDirectory() === true
}
