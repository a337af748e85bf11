import type { FileId } from '../base/ids.ts'
import { contentKey, placeKey } from '../index/keys.ts'
import type { Intent } from '../index/edits.ts'
import type { ReadModel } from '../index/read-model.ts'
import { encodeContent, encodePlace } from '../index/records.ts'
import { freeName, titleName } from './conversation-names.ts'

/** The folder of the personal vault in which conversations are mounted. */
export const CONVERSATIONS = 'conversations'

/**
 * Makes that folder where it is missing. Its id is always the same (its name in ASCII): several devices of an account join a
 * first conversation at the same moment, and must not make a folder each.
 */
export function conversationsFolder(tree: ReadModel): Intent[] {
  if (tree.resolve([CONVERSATIONS]) !== undefined) return []
  return [
    { key: placeKey(FOLDER), value: encodePlace({ parent: null, name: CONVERSATIONS }) },
    { key: contentKey(FOLDER), value: encodeContent({ kind: 'folder', mtimeMs: 0 }) }
  ]
}

/** A path for a conversation of this title. */
export function conversationPath(tree: ReadModel, title: string): string[] {
  return [CONVERSATIONS, freeName(titleName(title), (taken) => tree.resolve([CONVERSATIONS, taken]) !== undefined)]
}

const FOLDER = '636f6e766572736174696f6e73000000' as FileId
