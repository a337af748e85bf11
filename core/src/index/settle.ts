import { HoldfastError } from '../base/errors.ts'
import type { FileId, ObjectId } from '../base/ids.ts'
import { contentKey, placeKey, versionKey } from './keys.ts'
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

/**
 * Takes a copy out of a conflict that holds byte for byte what another of its contents holds, `as`: that one stays as it is, the copy as
 * a kept version. Of the two the one that is shown first stays, whoever settles it, so that several at once never take out both.
 * Nothing where either has changed meanwhile.
 */
export function settleEqual(tree: ReadModel, copy: FileId, object: ObjectId, as: ObjectId): Intent[] {
  const { conflictOf: file, content } = tree.node(copy) ?? {}
  if (file === undefined || content === undefined || content.kind === 'folder' || content.object !== object) return []
  const { current, losers } = tree.versions(file)
  const objects = [current, ...losers].map((one) => one?.object)
  const said = tree.copies(file).find(({ id }) => id === copy)?.said
  if (said === undefined || !objects.slice(0, objects.indexOf(object)).includes(as)) return []
  return [
    { key: versionKey(file, object), value: encodeContent(content) },
    { key: contentKey(file), value: null, replaces: said }
  ]
}

/**
 * Ends a conflict for one of its contents: it is what the file holds, and every other stays as a kept version, so that
 * nothing is lost by choosing wrongly. Throws NOT_FOUND where there is no conflict, or it has no such content.
 */
export function keepOne(tree: ReadModel, file: FileId, object: ObjectId): Intent[] {
  const { current, losers } = tree.versions(file)
  const contents = [...(current === undefined ? [] : [current]), ...losers]
  const chosen = contents.find((content) => content.object === object)
  if (losers.length === 0 || chosen === undefined) throw new HoldfastError('NOT_FOUND')
  const others = contents.filter((content) => content !== chosen)
  return [
    ...others.map((content) => ({ key: versionKey(file, content.object), value: encodeContent(content) })),
    { key: contentKey(file), value: encodeContent(chosen) }
  ]
}
