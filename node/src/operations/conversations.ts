import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import { findContact } from '@holdfast/core/vault/contacts'
import { lastMessages } from '@holdfast/core/vault/conversation-messages'
import { conversationsOf, conversationWith, findConversation, titleOf } from '../engine/conversation-list.ts'
import type { Conversation } from '../engine/conversation-list.ts'
import { loadMarker, personOf, unreadOf, viewOf } from '../engine/conversation-reader.ts'
import type { MessageView } from '../engine/conversation-reader.ts'
import type { ControlEvent } from '../control/io.ts'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { inOrder } from './in-order.ts'
import { isoTime } from './list.ts'
import type { OperationIo } from './operation.ts'

/** Every conversation, from what is here: the one with the newest message last. */
export async function listConversations(engine: OpEngine, _args: null, io: OperationIo): Promise<void> {
  const all = await Promise.all(conversationsOf(engine).map((one) => describe(engine, one)))
  all.sort((a, b) => (a.lastTime ?? '').localeCompare(b.lastTime ?? ''))
  for (const { event } of all) await io.emit(event)
  await io.emit({ type: 'done', conversations: all.length })
}

export interface ShowArgs {
  readonly conversation: string
  readonly last: number
  readonly before: string | undefined
}

export function parseShow(value: unknown): ShowArgs {
  const args = new Arguments(value)
  const last = Number(args.has('last') ? args.text('last') : DEFAULT_LAST)
  if (!Number.isInteger(last) || last < 1 || last > MOST_AT_ONCE)
    throw new HoldfastError('USAGE', `a number of messages is 1 to ${MOST_AT_ONCE}`)
  return {
    conversation: args.text('conversation'),
    last,
    before: args.has('before') ? args.text('before') : undefined
  }
}

/** The end of a conversation, or what stands before a message of it: no other message is read. */
export async function showConversation(engine: OpEngine, args: ShowArgs, io: OperationIo): Promise<void> {
  const conversation = await conversationNamed(engine, args.conversation)
  const title = await titleOf(conversation)
  const page = lastMessages(conversation.open.index, {
    last: args.last + 1,
    ...(args.before === undefined ? {} : { before: args.before })
  })
  const shown = page.slice(-args.last)
  await inOrder(
    shown,
    READ_AT_ONCE,
    async (message) => viewOf(engine, conversation, message, io.signal),
    async (view) => io.emit(messageEvent(title, conversation, view))
  )
  await io.emit({ type: 'done', messages: shown.length, earlier: page.length > shown.length })
}

/** What every command says of a message. */
export function messageEvent(title: string, { vault, path }: Conversation, view: MessageView): ControlEvent {
  const { message, text, attachments, author, delivery } = view
  return {
    type: 'message',
    conversation: title,
    vault,
    path: pathText([...path, message.name]),
    message: message.name,
    time: timeOf(message.second),
    ...personFields(author),
    ...(text === undefined ? {} : { text }),
    attachments: attachments.map(pathText),
    delivery: delivery.state,
    deliveredTo: delivery.members.length
  }
}

function personFields({ account, device, name, verified, own }: MessageView['author']): Record<string, unknown> {
  return { author: name, own, verified, device, ...(account === undefined ? {} : { account }) }
}

/** Null for a time that is none: it is claimed by whoever wrote it. */
function timeOf(second: string): string | null {
  return isoTime(Date.parse(`${second}Z`))
}

/** By what names it, or the one with this contact. Throws NOT_FOUND, AMBIGUOUS_NAME. */
async function conversationNamed(engine: OpEngine, text: string): Promise<Conversation> {
  const found = (await findConversation(engine, text)) ?? withContact(engine, text)
  if (found === undefined) throw new HoldfastError('NOT_FOUND', 'There is no conversation of this name.')
  return found
}

function withContact(engine: OpEngine, name: string): Conversation | undefined {
  try {
    return conversationWith(engine, findContact(engine.personal.index, name).card.account)
  } catch (error) {
    if (!isHoldfastError(error, 'UNKNOWN_CONTACT')) throw error
    return undefined
  }
}

async function describe(
  engine: OpEngine,
  conversation: Conversation
): Promise<{ event: ControlEvent; lastTime: string | undefined }> {
  const { open, vault, path, members } = conversation
  const [last] = lastMessages(open.index, { last: 1 })
  const title = await titleOf(conversation)
  const unread = unreadOf(engine, conversation, await loadMarker(engine, vault)).length
  const view = last === undefined ? undefined : await viewOf(engine, conversation, last, AbortSignal.timeout(TEXT_MS))
  return {
    lastTime: last?.second,
    event: {
      type: 'conversation',
      title,
      path: pathText(path),
      vault,
      members: members.map((account) => personOf(engine, account).name),
      unread,
      ...(view === undefined
        ? {}
        : {
            lastTime: timeOf(view.message.second),
            lastAuthor: view.author.name,
            ...(view.text === undefined ? {} : { lastText: view.text.slice(0, LAST_TEXT_CHARACTERS) }),
            delivery: view.delivery.state
          })
    }
  }
}

const DEFAULT_LAST = '20'
const MOST_AT_ONCE = 10_000
const TEXT_MS = 2000
const READ_AT_ONCE = 16
const LAST_TEXT_CHARACTERS = 200
