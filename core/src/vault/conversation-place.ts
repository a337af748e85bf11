import type { ReadModel } from '../index/read-model.ts'
import { freeName, titleName } from './conversation-names.ts'
import { CONVERSATIONS } from './fixed-folders.ts'

/** A path for a conversation of this title. */
export function conversationPath(tree: ReadModel, title: string): string[] {
  return [CONVERSATIONS, freeName(titleName(title), (taken) => tree.resolve([CONVERSATIONS, taken]) !== undefined)]
}
