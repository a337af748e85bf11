import type { FileId, LogId } from '../base/ids.ts'
import type { ChangeRecord } from '../index/change-table.ts'
import type { CausalPast } from '../index/entry.ts'
import type { Index } from '../index/index.ts'
import { docOf } from '../index/keys.ts'
import type { Node } from '../index/listing.ts'
import type { FileContent } from '../index/records.ts'
import { readMessageName } from './conversation-names.ts'
import type { MessageName } from './conversation-names.ts'

/** A message of a conversation: a file in its root whose name begins with a time. */
export interface Message extends MessageName {
  readonly id: FileId
  readonly name: string
  readonly content: FileContent
  /** Whose log its content came by: the only word on who wrote it. */
  readonly log: LogId
  /** Of the operation that wrote it: of two messages the one that knew the other has the higher one. */
  readonly counter: number
}

export interface MessagePage {
  /** At most so many, the last ones. */
  readonly last: number
  /** Only what stands before the message of this name. */
  readonly before?: string
}

/**
 * The last messages in their order: by the second their names claim, within one second in causal order. Looks at no more
 * messages than asked for and those of one second beside them, and reads none.
 */
export function lastMessages(index: Index, { last, before }: MessagePage): Message[] {
  const found: Message[][] = []
  let count = 0
  for (const group of fromTheEnd(index, before)) {
    found.push(group)
    count += group.length
    if (count >= last) break
  }
  return found.reverse().flat().slice(-last)
}

/** Every message in order. `isWanted` is asked before anything of it is read. */
export function messagesWhere(
  index: Index,
  isWanted: (origin: { id: FileId; log: LogId; counter: number }) => boolean
): Message[] {
  const found: Message[] = []
  for (const node of index.tree.list(null)) {
    const origin = originOf(index, node)
    if (origin !== undefined && isWanted({ id: node.id, ...origin })) found.push(...messageOf(index, node))
  }
  return found.sort(inOrder)
}

/** The message of this name, as it is shown. */
export function messageNamed(index: Index, name: string): Message | undefined {
  const node = index.tree.resolveIn(null, name)
  return node === undefined ? undefined : messageOf(index, node)[0]
}

/** A number that changes whenever the index does. */
export function revisionOf(index: Index): number {
  let revision = 0
  for (let doc = 0; doc < index.options.documents; doc++) revision += index.document(doc)?.revision ?? 0
  return revision
}

/** The entry that wrote what a file holds now. */
export function entryOfMessage(index: Index, { id, log, counter }: Message): ChangeRecord | undefined {
  const actor = index.tree.state(id)?.contents.at(-1)?.actor
  const document = index.document(docOf(id, index.options.documents))
  return actor === undefined ? undefined : document?.changes.find(log, { counter, actor }, EVERYTHING)
}

/** Whether somebody has a message of this name already. */
export function isNameTaken(index: Index, name: string): boolean {
  return index.tree.resolveIn(null, name) !== undefined
}

/** The second the newest message claims. */
export function newestSecond(index: Index): string | undefined {
  return lastMessages(index, { last: 1 })[0]?.second
}

/** Messages of one second together: names begin with the time, so they stand beside each other. */
function* fromTheEnd(index: Index, before: string | undefined): Iterable<Message[]> {
  const nodes = index.tree.list(null)
  const limit = before === undefined ? undefined : before.slice(0, SECOND_LENGTH)
  let group: Message[] = []
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!
    if (limit !== undefined && node.name.slice(0, SECOND_LENGTH) > limit) continue
    const [message] = messageOf(index, node)
    if (message === undefined) continue
    if (group.length > 0 && group[0]!.second !== message.second) {
      yield cutBefore(group.sort(inOrder), before)
      group = []
    }
    group.push(message)
  }
  yield cutBefore(group.sort(inOrder), before)
}

function cutBefore(group: readonly Message[], before: string | undefined): Message[] {
  if (before === undefined || group[0]?.second !== before.slice(0, SECOND_LENGTH)) return [...group]
  const at = group.findIndex(({ name }) => name === before)
  return group.slice(0, at === -1 ? 0 : at)
}

function messageOf(index: Index, node: Node): Message[] {
  const name = readMessageName(node.name)
  const origin = originOf(index, node)
  const { content } = node
  if (name === undefined || origin === undefined || content === undefined) return []
  if (content.kind !== 'file' && content.kind !== 'executable') return []
  return [{ ...name, id: node.id, name: node.name, content, ...origin }]
}

/** Where what a file holds comes from. Contents that lost a conflict are no messages. */
function originOf(index: Index, node: Node): { log: LogId; counter: number } | undefined {
  if (node.conflictOf !== undefined) return undefined
  const held = index.tree.state(node.id)?.contents.at(-1)
  const log = held === undefined ? undefined : index.logOf(held.actor)
  return log === undefined ? undefined : { log, counter: held!.counter }
}

function inOrder(a: Message, b: Message): number {
  if (a.second !== b.second) return a.second < b.second ? -1 : 1
  return a.counter - b.counter || (a.log < b.log ? -1 : a.log > b.log ? 1 : a.id < b.id ? -1 : 1)
}

const SECOND_LENGTH = '2026-11-20T14:05:09'.length
const EVERYTHING: CausalPast = { has: () => true }
