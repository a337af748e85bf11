import { concat, utf8 } from '../base/bytes.ts'
import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import { findContact } from '../vault/contacts.ts'
import type { Contact } from '../vault/contacts.ts'
import { deliveryOf } from '../vault/conversation-delivery.ts'
import type { Delivery } from '../vault/conversation-delivery.ts'
import { messageNamed } from '../vault/conversation-messages.ts'
import { dismissRequests } from '../engine/conversations/conversation-arrivals.ts'
import { wordsWith } from '../engine/account/contacts.ts'
import { conversationWith, findConversation, titleOf } from '../engine/conversations/conversation-list.ts'
import type { Conversation } from '../engine/conversations/conversation-list.ts'
import { openConversation, writeMessage } from '../engine/conversations/conversation-write.ts'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import type { OperationIo } from './operation.ts'
import { whyHere } from './outgoing.ts'
import { exchangeBriefly, waitUntil } from './talk-reach.ts'

export interface SayArgs {
  /** A contact, or a conversation. */
  readonly to: string
  /** Undefined: standard input. */
  readonly text: string | undefined
  /** Files of the vault. */
  readonly attach: readonly (readonly string[])[]
}

export function parseSay(value: unknown): SayArgs {
  const args = new Arguments(value)
  return {
    to: args.text('to'),
    text: args.flag('stdin') ? undefined : args.text('text'),
    attach: args.has('attach') ? args.paths('attach') : []
  }
}

/** Writes a message: into a conversation, or, to somebody who is not verified, as a request in an envelope. */
export async function say(engine: OpEngine, args: SayArgs, io: OperationIo): Promise<void> {
  const text = args.text ?? (await inputText(io))
  const to = await addressee(engine, args.to)
  if ('contact' in to && !to.contact.verified && conversationWith(engine, to.contact.card.account) === undefined)
    return request(engine, to.contact, { ...args, text }, io)
  const { conversation, founded } =
    'contact' in to ? await openConversation(engine, to.contact) : { conversation: to.conversation, founded: false }
  const message = await caughtUp(engine, io, () => writeMessage(engine, conversation, { text, attach: args.attach }))
  // Nothing of what they asked waits any longer.
  const { members } = conversation
  await dismissRequests(engine, ({ card }) => members.length === 2 && members.includes(card.account))
  const state = await sent(engine, conversation, message, founded, io.signal)
  await io.emit({
    type: 'said',
    conversation: await titleOf(conversation),
    vault: conversation.vault,
    path: pathText([...conversation.path, message]),
    message,
    founded,
    delivery: state
  })
}

async function request(
  engine: OpEngine,
  { card, name }: Contact,
  { text, attach }: { text: string; attach: SayArgs['attach'] },
  io: OperationIo
): Promise<void> {
  const words = wordsWith(engine, card)
  if (attach.length > 0)
    throw new HoldfastError(
      'NOT_VERIFIED',
      `A request carries no attachment. Compare these words with ${name} first: ${words.join(' ')}`
    )
  if (text.trim() === '') throw new HoldfastError('USAGE', 'a message needs some text')
  if (utf8(text).length > LIMITS.requestTextBytes) throw new HoldfastError('TOO_LARGE', 'A request has at most 16 KiB.')
  const waiting = await engine.mail.send(card, { kind: 'request', text })
  await exchangeBriefly(engine, io.signal)
  const waits = whyHere((await engine.mail.waiting()).find(({ id }) => id === waiting))
  await io.emit({
    type: 'requested',
    to: name,
    account: card.account,
    words,
    delivery: waits === undefined ? 'relay' : 'here',
    ...(waits === undefined ? {} : { waits })
  })
}

type Addressee = { readonly contact: Contact } | { readonly conversation: Conversation }

/** Throws UNKNOWN_CONTACT, AMBIGUOUS_NAME, BLOCKED. */
async function addressee(engine: OpEngine, to: string): Promise<Addressee> {
  const contact = to.startsWith('/') ? undefined : contactNamed(engine, to)
  const conversation = await findConversation(engine, to, contact === undefined)
  if (contact !== undefined && conversation !== undefined)
    throw new HoldfastError(
      'AMBIGUOUS_NAME',
      'A contact and a conversation have this name: give the path of the conversation.'
    )
  if (contact?.blocked === true) throw new HoldfastError('BLOCKED')
  if (contact !== undefined) return { contact }
  if (conversation !== undefined) return { conversation }
  throw new HoldfastError(to.startsWith('/') ? 'NOT_FOUND' : 'UNKNOWN_CONTACT')
}

function contactNamed(engine: OpEngine, name: string): Contact | undefined {
  try {
    return findContact(engine.personal.index, name)
  } catch (error) {
    if (!isHoldfastError(error, 'UNKNOWN_CONTACT')) throw error
    return undefined
  }
}

/** A conversation that was just joined may not have come yet: it is asked for once. */
async function caughtUp<T>(engine: OpEngine, io: OperationIo, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isHoldfastError(error, 'WRITES_HELD') || !engine.isOnline) throw error
    await exchangeBriefly(engine, io.signal)
    return work()
  }
}

/** How far it has come shortly after it was written. */
async function sent(
  engine: OpEngine,
  conversation: Conversation,
  message: string,
  founded: boolean,
  signal: AbortSignal
): Promise<Delivery['state']> {
  const { open } = conversation
  const written = messageNamed(open.index, message)
  const stateNow = (): Delivery['state'] => {
    if (written === undefined) return 'here'
    const { peers } = engine.home.replica
    return deliveryOf(written, open.index, { replica: open.replica, peers, own: engine.home.state.account }).state
  }
  if (!engine.isOnline) return stateNow()
  if (founded || engine.network.connected().length === 0) await exchangeBriefly(engine, signal)
  if (engine.network.connected().length > 0) await waitUntil(engine, () => stateNow() !== 'here', signal)
  return stateNow()
}

async function inputText(io: OperationIo): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of io.input()) {
    bytes += piece.length
    if (bytes > LIMITS.messageBytes)
      throw new HoldfastError('TOO_LARGE', 'A message has at most 60 KiB; attach a file instead.')
    pieces.push(piece.slice())
  }
  return new TextDecoder().decode(concat(...pieces)).replace(/\n+$/, '')
}
