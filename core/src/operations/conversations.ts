import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import type { MessageRequest } from '../vault/conversation-requests.ts'
import { contactOf, findContact } from '../vault/contacts.ts'
import { lastMessages } from '../vault/conversation-messages.ts'
import {
  conversationsOf,
  conversationWith,
  findConversation,
  titleOf
} from '../engine/conversations/conversation-list.ts'
import type { Conversation } from '../engine/conversations/conversation-list.ts'
import { loadMarker, personOf, unreadOf, viewOf } from '../engine/conversations/conversation-reader.ts'
import { openRequests } from '../engine/conversations/conversation-inbox.ts'
import type { OperationEvent } from '../ports/operation-io.ts'
import { within } from '../engine/later.ts'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { inOrder } from './in-order.ts'
import type { OperationIo } from './operation.ts'
import { messageEvent, requestEvent, timeOf } from './talk-events.ts'

/** Every conversation, from what is here: the one with the newest message last. */
export async function listConversations(engine: OpEngine, _args: null, io: OperationIo): Promise<void> {
  const all = await Promise.all(conversationsOf(engine).map((one) => describe(engine, one)))
  all.sort((a, b) => (a.lastTime ?? '').localeCompare(b.lastTime ?? ''))
  for (const { event } of all) await io.emit(event)
  const requests = unanswered(engine)
  for (const request of requests) await io.emit(requestEvent(engine, request))
  await io.emit({ type: 'done', conversations: all.length, requests: requests.length })
}

/** Once somebody is verified there can be a conversation, and what they asked was read. */
function unanswered(engine: OpEngine): MessageRequest[] {
  const { index } = engine.personal
  return openRequests(engine).filter(({ card }) => contactOf(index, card.account)?.verified !== true)
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
): Promise<{ event: OperationEvent; lastTime: string | undefined }> {
  const { open, vault, path, members } = conversation
  const [last] = lastMessages(open.index, { last: 1 })
  const title = await titleOf(conversation)
  const unread = unreadOf(engine, conversation, await loadMarker(engine, vault)).length
  const view =
    last === undefined
      ? undefined
      : await within(engine.home.wait, TEXT_MS, (signal) => viewOf(engine, conversation, last, signal))
  return {
    lastTime: last?.second,
    event: {
      type: 'conversation',
      title,
      path: pathText(path),
      vault,
      members: members.map((account) => personOf(engine, account)).flatMap(({ name, own }) => (own ? [] : [name])),
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
