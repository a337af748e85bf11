import { concat } from '../../base/bytes.ts'
import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { AccountId, DeviceId, FileId, LogId, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { contactOf } from '../../vault/contacts.ts'
import { authorOf, deliveryOf } from '../../vault/conversation-delivery.ts'
import type { Delivery } from '../../vault/conversation-delivery.ts'
import type { Message } from '../../vault/conversation-messages.ts'
import { ATTACHMENTS_NAME } from '../../vault/conversation-names.ts'
import { decodeReadMarker, encodeReadMarker, NOTHING_READ, unreadMessages } from '../../vault/conversation-read.ts'
import type { ReadMarker } from '../../vault/conversation-read.ts'
import { readMessage } from '../../vault/conversation-text.ts'
import type { MessageText } from '../../vault/conversation-text.ts'
import { ownUserName } from '../account/contacts.ts'
import type { Conversation } from './conversation-list.ts'
import type { Engine } from '../engine.ts'

/** Somebody who writes, as this account knows them. */
export interface Person {
  readonly account: AccountId | undefined
  /** The contact's name; of somebody who is none the beginning of the account id: no name that they chose is shown for them. */
  readonly name: string
  readonly verified: boolean
  readonly own: boolean
}

export interface MessageView {
  readonly message: Message
  /** Undefined while its bytes are not here. */
  readonly text: string | undefined
  /** Paths of those that are there. */
  readonly attachments: readonly (readonly string[])[]
  readonly author: Person & { readonly device: DeviceId }
  readonly delivery: Delivery
}

export function personOf(engine: Engine, account: AccountId | undefined): Person {
  if (account === undefined) return { account, name: 'somebody', verified: false, own: false }
  if (account === engine.home.state.account) return { account, name: ownUserName(engine), verified: true, own: true }
  const contact = contactOf(engine.personal.index, account)
  const name = contact?.name ?? account.slice(0, 8)
  return { account, name, verified: contact?.verified ?? false, own: false }
}

/** A message with all that is said about it. Fetches its bytes where they are not here and somebody has them. */
export async function viewOf(
  engine: Engine,
  { open, path }: Conversation,
  message: Message,
  signal?: AbortSignal
): Promise<MessageView> {
  const { index, replica } = open
  const { account, device } = authorOf(message, index, replica)
  const read = await textOf(open, message, signal)
  const attachments = (read?.attachments ?? []).flatMap((name) =>
    index.tree.resolve([ATTACHMENTS_NAME, name]) === undefined ? [] : [[...path, ATTACHMENTS_NAME, name]]
  )
  const delivery = deliveryOf(message, index, {
    replica,
    peers: engine.home.replica.peers,
    own: engine.home.state.account
  })
  return { message, text: read?.text, attachments, author: { ...personOf(engine, account), device }, delivery }
}

/** Messages of others that this device has not shown; those of somebody who is blocked stand in the conversation alone. */
export function unreadOf(engine: Engine, { open }: Conversation, marker: ReadMarker): Message[] {
  const { index, replica } = open
  const isQuiet = new Map<LogId, boolean>()
  return unreadMessages(index, marker).filter((message) => {
    const known = isQuiet.get(message.log)
    if (known !== undefined) return !known
    const { account } = authorOf(message, index, replica)
    const isBlocked = account !== undefined && contactOf(engine.personal.index, account)?.blocked === true
    const quiet = isBlocked || account === engine.home.state.account
    isQuiet.set(message.log, quiet)
    return !quiet
  })
}

/** How far this device has read: reading writes no entry, so each device of an account has its own. */
export async function loadMarker({ home }: Engine, vault: VaultId): Promise<ReadMarker> {
  const row = await home.kv.get(PREFIX + vault)
  return row === undefined ? NOTHING_READ : decodeReadMarker(row)
}

export async function saveMarker({ home }: Engine, vault: VaultId, marker: ReadMarker): Promise<void> {
  await home.kv.write([{ put: PREFIX + vault, value: encodeReadMarker(marker) }])
}

/** Requests and invitations that were shown, as a marker of their own. */
export async function loadShown(engine: Engine): Promise<Set<FileId>> {
  return new Set((await loadMarker(engine, SHOWN)).owed)
}

export async function saveShown(engine: Engine, shown: ReadonlySet<FileId>): Promise<void> {
  await saveMarker(engine, SHOWN, { upTo: new Map(), owed: [...shown].slice(-LIMITS.unreadMarked) })
}

async function textOf(
  open: Conversation['open'],
  { content }: Message,
  signal: AbortSignal | undefined
): Promise<MessageText | undefined> {
  const end = Math.min(content.size, LIMITS.messageBytes)
  try {
    const pieces: Uint8Array[] = []
    if (end > 0)
      for await (const piece of open.read(content, { start: 0, end }, signal === undefined ? {} : { signal }))
        pieces.push(piece.slice())
    return readMessage(concat(...pieces))
  } catch (error) {
    if (signal?.aborted === true) throw new HoldfastError('ABORTED')
    if (!isHoldfastError(error)) throw error
    return undefined
  }
}

const PREFIX = 'conversation-read/'
const SHOWN = 'requests' as VaultId
