import { utf8 } from '../base/bytes.ts'
import type { Node } from '../index/listing.ts'
import type { AddItem } from './write.ts'

/** Whether what stands there is the item as far as can be told without reading it: kind, size and time. */
export function isSameItem(node: Node | undefined, item: AddItem): boolean {
  if (node === undefined) return false
  if (item.kind === 'folder') return node.kind === 'folder'
  const { content } = node
  if (content === undefined || content.kind === 'folder') return false
  const kind = item.kind === 'link' ? 'link' : item.executable ? 'executable' : 'file'
  const size = item.kind === 'link' ? utf8(item.target).length : item.sizeBytes
  return content.kind === kind && content.size === size && content.mtimeMs === item.mtimeMs
}
