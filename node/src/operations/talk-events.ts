import type { MessageRequest } from '@holdfast/core/vault/conversation-requests'
import { contactOf } from '@holdfast/core/vault/contacts'
import { wordsWith } from '../engine/contacts.ts'
import type { Conversation } from '../engine/conversation-list.ts'
import type { MessageView } from '../engine/conversation-reader.ts'
import type { ControlEvent } from '../control/io.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { isoTime } from './list.ts'

/** A message from somebody with whom there is no conversation. */
export function requestEvent(engine: OpEngine, { id, card, text, receivedMs }: MessageRequest): ControlEvent {
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
export function timeOf(second: string): string | null {
  return isoTime(Date.parse(`${second}Z`))
}
