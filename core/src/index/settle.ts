import { contentKey, placeKey } from './keys.ts'
import type { Intent } from './edits.ts'
import type { Node } from './listing.ts'
import type { ReadModel } from './read-model.ts'
import { encodeContent, encodePlace } from './records.ts'

/**
 * Makes every content that lost a conflict against this file's, or that this node itself is, a file of its own, and
 * says the winner again in place of them all. Nothing for a file without a conflict. Done only by somebody who edits one
 * of them: reading must never write.
 */
export function copiesOfFile(tree: ReadModel, node: Node): Intent[] {
  const origin = node.conflictOf ?? node.id
  const state = tree.state(origin)
  const conflict = tree.conflictOf(origin)
  const winner = state?.content
  if (winner === undefined || conflict === undefined) return []
  const copies = conflict.losers.flatMap(({ shownAs, content }) => {
    const shown = tree.node(shownAs)
    if (shown === undefined) return []
    return [
      { key: placeKey(shownAs), value: encodePlace({ parent: shown.folder, name: shown.name }) },
      { key: contentKey(shownAs), value: encodeContent(content) }
    ]
  })
  return [...copies, { key: contentKey(origin), value: encodeContent(winner) }]
}
