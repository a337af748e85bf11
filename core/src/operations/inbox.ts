import { contactOf } from '../vault/contacts.ts'
import type { Invite } from '../vault/invites.ts'
import { Changes } from '../engine/changes.ts'
import { wordsWith } from '../engine/account/contacts.ts'
import { Inbox } from '../engine/conversations/conversation-inbox.ts'
import { titleOf } from '../engine/conversations/conversation-list.ts'
import type { OperationEvent } from '../ports/operation-io.ts'
import { Arguments } from './arguments.ts'
import { messageEvent, requestEvent } from './talk-events.ts'
import type { OpEngine } from './engine-part.ts'
import type { OperationIo } from './operation.ts'
import { exchangeBriefly } from './talk-reach.ts'

export function parseInbox(value: unknown): { follow: boolean } {
  return { follow: new Arguments(value).flag('follow') }
}

/** What others have said since this was last asked on this device; with `follow` it stays and says the rest as it comes. */
export async function inbox(engine: OpEngine, { follow }: { follow: boolean }, io: OperationIo): Promise<void> {
  const changes = new Changes(engine)
  const box = new Inbox(engine)
  const counts = { messages: 0, requests: 0, invitations: 0 }
  const reader: Parameters<Inbox['tell']>[0] = {
    async message(conversation, view) {
      counts.messages++
      await io.emit(messageEvent(await titleOf(conversation), conversation, view))
    },
    async request(request) {
      counts.requests++
      await io.emit(requestEvent(engine, request))
    },
    async invitation(invite) {
      counts.invitations++
      await io.emit(invitationEvent(engine, invite))
    }
  }
  try {
    const brief = exchangeBriefly(engine, io.signal)
    if (!follow) await brief
    let owes = await box.tell(reader, io.signal)
    if (!follow) return await io.emit({ type: 'done', ...counts })
    for (;;) {
      await changes.next(owes ? OWED_MS : IDLE_MS, io.signal)
      io.signal.throwIfAborted()
      await Promise.all(engine.vaults().map((vault) => vault.settled()))
      owes = await box.tell(reader, io.signal)
    }
  } finally {
    changes.stop()
  }
}

function invitationEvent(engine: OpEngine, { id, sender, invitation }: Invite): OperationEvent {
  return {
    type: 'invitation',
    id,
    name: sender.name,
    account: sender.account,
    verified: contactOf(engine.personal.index, sender.account)?.verified === true,
    title: invitation.name,
    words: wordsWith(engine, sender)
  }
}

/** Bytes of a message may come without anything else changing. */
const OWED_MS = 250
const IDLE_MS = 60_000
