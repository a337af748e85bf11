import type { FileContent } from '../index/records.ts'
import type { Node } from './engine-part.ts'

/** The content of a file or link; undefined for a folder, and for a shared file that has not come. */
export function contentOf(node: Node): FileContent | undefined {
  return node.content === undefined || node.content.kind === 'folder' ? undefined : node.content
}
