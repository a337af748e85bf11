import { toHex, utf8 } from '../base/bytes.ts'
import { contentKey, placeKey } from '../index/keys.ts'
import type { Intent } from '../index/edits.ts'
import type { ReadModel } from '../index/read-model.ts'
import { encodeContent, encodePlace } from '../index/records.ts'
import type { FileId } from '../base/ids.ts'

/** The folder of the personal vault in which conversations are mounted. */
export const CONVERSATIONS = 'conversations'
/** The one for what others share, where nothing else is said. */
export const SHARED = 'shared'

/**
 * Makes that folder where it is missing. Its id is always the same, its name in ASCII and zeros: several devices of an account
 * join a first conversation, or accept a first invitation, at the same moment, and must not make a folder each.
 */
export function fixedFolder(tree: ReadModel, name: typeof CONVERSATIONS | typeof SHARED): Intent[] {
  if (tree.resolve([name]) !== undefined) return []
  const id = toHex(utf8(name)).padEnd(32, '0') as FileId
  return [
    { key: placeKey(id), value: encodePlace({ parent: null, name }) },
    { key: contentKey(id), value: encodeContent({ kind: 'folder', mtimeMs: 0 }) }
  ]
}
