import type { MessageRequest } from '../vault/conversation-requests.ts'
import { contactOf } from '../vault/contacts.ts'
import { wordsWith } from '../engine/account/contacts.ts'
import type { Conversation } from '../engine/conversations/conversation-list.ts'
import type { MessageView } from '../engine/conversations/conversation-reader.ts'
import type { OperationEvent } from '../ports/operation-io.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { isoTime } from './list.ts'

/** A message from somebody with whom there is no conversation. */
export function requestEvent(engine: OpEngine, { id, card, text, receivedMs }: MessageRequest): OperationEvent {
  return {
    type: 'request',
    id,
    name: card.name,
    account: card.account,
    verified: contactOf(engine.personal.index, card.account)?.verified === true,
    text,
    time: isoTime(receivedMs),
    words: wordsWith(engine, card)
  }
}

/** What every command says of a message. */
export function messageEvent(title: string, { vault, path }: Conversation, view: MessageView): OperationEvent {
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
export function timeOf(second: string): string | null {
  return isoTime(Date.parse(`${second}Z`))
}
