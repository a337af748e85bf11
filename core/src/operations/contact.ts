import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import { cardText, fingerprint, readCardText } from '../vault/contact-card.ts'
import type { ContactCard } from '../vault/contact-card.ts'
import { contactsOf, findContact, ownName } from '../vault/contacts.ts'
import type { Contact } from '../vault/contacts.ts'
import { findRequest } from '../vault/conversation-requests.ts'
import {
  blockContact,
  forgetContact,
  judgeCard,
  keepContact,
  ownCard,
  setOwnName,
  wordsWith
} from '../engine/account/contacts.ts'
import { printable } from '../base/printable.ts'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import type { OperationIo } from './operation.ts'

export function parseContact(value: unknown): { name: string | undefined } {
  const args = new Arguments(value)
  return { name: args.has('name') ? args.text('name') : undefined }
}

/** This account's card, with the name it has from now on where one is given. */
export async function contact(
  engine: OpEngine,
  { name }: { name: string | undefined },
  io: OperationIo
): Promise<void> {
  if (name !== undefined) await setOwnName(engine, name)
  const card = await ownCard(engine)
  const { account } = card
  const named = ownName(engine.personal.index, account) !== undefined
  await io.emit({ type: 'contact', card: cardText(card), name: card.name, named, account, relays: relaysOf(card) })
}

export interface ContactAddArgs {
  /** Undefined: that of whoever sent the message request. */
  readonly card: string | undefined
  readonly request: string | undefined
  readonly verified: boolean
}

export function parseContactAdd(value: unknown): ContactAddArgs {
  const args = new Arguments(value)
  const [card, request] = ['card', 'request'].map((name) => (args.has(name) ? args.text(name) : undefined))
  if ((card === undefined) === (request === undefined)) throw new HoldfastError('USAGE', 'give a card or a request')
  return { card, request, verified: args.flag('verified') }
}

/** Keeps somebody's card, after the words to compare were shown and, on a terminal, asked for. */
export async function addContact(
  engine: OpEngine,
  { card: text, request, verified }: ContactAddArgs,
  io: OperationIo
): Promise<void> {
  const card = text === undefined ? findRequest(engine.personal.index, request ?? '').card : await readCardText(text)
  const { known, rival } = judgeCard(engine, card)
  if (rival !== undefined) {
    await io.emit({ type: 'key-changed', name: rival.name, known: keyOf(rival.card), offered: keyOf(card) })
    throw new HoldfastError('KEY_CHANGED')
  }
  const words = wordsWith(engine, card)
  await io.emit({ type: 'compare', name: card.name, account: card.account, words })
  const isVerified = verified || known?.verified === true || (await seesTheSame(card, words, io))
  const kept = await keepContact(engine, card, isVerified)
  await io.emit({ type: 'added', ...told(kept), known: known !== undefined })
}

export async function listContacts(engine: OpEngine, _args: null, io: OperationIo): Promise<void> {
  const contacts = contactsOf(engine.personal.index)
  for (const one of contacts) await io.emit({ type: 'contact', ...told(one) })
  await io.emit({ type: 'done', contacts: contacts.length })
}

export function parseContactName(value: unknown): { name: string } {
  return { name: new Arguments(value).text('name') }
}

/** Forgets somebody, and that they were verified. What was shared stays shared. */
export async function removeContact(engine: OpEngine, { name }: { name: string }, io: OperationIo): Promise<void> {
  const { card } = findContact(engine.personal.index, name)
  await forgetContact(engine, card.account)
  await io.emit({ type: 'removed', name: card.name, account: card.account })
}

export function block(blocked: boolean) {
  return async (engine: OpEngine, { name }: { name: string }, io: OperationIo): Promise<void> => {
    const { card } = findContact(engine.personal.index, name)
    await io.emit({
      type: blocked ? 'blocked' : 'unblocked',
      ...told(await blockContact(engine, card.account, blocked))
    })
  }
}

/** Without a terminal nobody can have compared anything. */
async function seesTheSame(card: ContactCard, words: readonly string[], io: OperationIo): Promise<boolean> {
  const question = `Does ${printable(card.name)} see the same twelve words? ${words.join(' ')}`
  try {
    return await io.ask({ question })
  } catch (error) {
    if (!isHoldfastError(error, 'NEEDS_CONFIRMATION')) throw error
    return false
  }
}

function told({ card, name, verified, blocked }: Contact): Record<string, unknown> {
  return { name, ...keyOf(card), verified, blocked, relays: relaysOf(card) }
}

function keyOf({ account }: ContactCard): { account: string; fingerprint: string } {
  return { account, fingerprint: fingerprint(account) }
}

function relaysOf(card: ContactCard): Record<string, unknown>[] {
  return card.relays.map(({ peer, name, addresses }) => ({ id: peer, name, addresses }))
}
