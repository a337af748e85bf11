import { lstat, stat } from 'node:fs/promises'
import type { FileContent } from '@holdfast/core/index/records'
import type { Node } from './engine-part.ts'

/** The content of a file or link; undefined for a folder, and for a shared file that has not come. */
export function contentOf(node: Node): FileContent | undefined {
  return node.content === undefined || node.content.kind === 'folder' ? undefined : node.content
}

/** Whether a folder of this machine stands there (also behind a link that the user named). */
export async function ifFolder(path: string): Promise<boolean> {
  const own = await lstat(path).catch(() => undefined)
  if (own?.isSymbolicLink() !== true) return own?.isDirectory() === true
  return (await stat(path).catch(() => undefined))?.isDirectory() === true
}
