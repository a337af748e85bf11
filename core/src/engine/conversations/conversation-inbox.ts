import type { FileId, VaultId } from '../../base/ids.ts'
import { contactOf } from '../../vault/contacts.ts'
import { revisionOf } from '../../vault/conversation-messages.ts'
import { markRead } from '../../vault/conversation-read.ts'
import type { ReadMarker } from '../../vault/conversation-read.ts'
import { requestsOf } from '../../vault/conversation-requests.ts'
import type { MessageRequest } from '../../vault/conversation-requests.ts'
import { invitesOf } from '../../vault/invites.ts'
import type { Invite } from '../../vault/invites.ts'
import { conversationsToJoin } from './conversation-arrivals.ts'
import { conversationsOf } from './conversation-list.ts'
import type { Conversation } from './conversation-list.ts'
import { loadMarker, loadShown, saveMarker, saveShown, unreadOf, viewOf } from './conversation-reader.ts'
import type { MessageView } from './conversation-reader.ts'
import type { Engine } from '../engine.ts'

export interface InboxReader {
  message(conversation: Conversation, view: MessageView): Promise<void>
  request(request: MessageRequest): Promise<void>
  invitation(invite: Invite): Promise<void>
}

/**
 * What is new on this device, told once: it counts as read when `reader` has taken it. Whoever ends in the middle is told the
 * last of it again.
 */
export class Inbox {
  private readonly engine: Engine
  private readonly markers = new Map<VaultId, ReadMarker>()
  /** Up to which revision of an index everything was told. */
  private readonly told = new WeakMap<object, number>()
  private shown: Set<FileId> | undefined

  constructor(engine: Engine) {
    this.engine = engine
  }

  /** Returns whether messages are known whose bytes have not come. */
  async tell(reader: InboxReader, signal: AbortSignal): Promise<boolean> {
    let owes = false
    for (const conversation of conversationsOf(this.engine))
      owes = (await this.tellMessages(conversation, reader, signal)) || owes
    await this.tellOthers(reader)
    return owes
  }

  private async tellMessages(conversation: Conversation, reader: InboxReader, signal: AbortSignal): Promise<boolean> {
    const { engine } = this
    const { vault, open } = conversation
    const marker = this.markers.get(vault) ?? (await loadMarker(engine, vault))
    const revision = revisionOf(open.index)
    if (marker.owed.length === 0 && this.told.get(open.index) === revision) return false
    const unread = unreadOf(engine, conversation, marker)
    // Worked out in the same breath: what comes while these are read is not among them.
    const next = markRead(open.index, [])
    const owed: FileId[] = []
    for (const message of unread) {
      const view = await viewOf(engine, conversation, message, signal)
      if (view.text === undefined) owed.push(message.id)
      else await reader.message(conversation, view)
    }
    this.markers.set(vault, { ...next, owed })
    this.told.set(open.index, revision)
    if (unread.length > owed.length || owed.join() !== marker.owed.join())
      await saveMarker(engine, vault, { ...next, owed })
    return owed.length > 0
  }

  private async tellOthers(reader: InboxReader): Promise<void> {
    const { engine } = this
    const shown = (this.shown ??= await loadShown(engine))
    const before = shown.size
    for (const request of openRequests(engine).filter(({ id }) => !shown.has(id))) {
      await reader.request(request)
      shown.add(request.id)
    }
    for (const invite of openInvitations(engine).filter(({ id }) => !shown.has(id))) {
      await reader.invitation(invite)
      shown.add(invite.id)
    }
    if (shown.size > before) await saveShown(engine, shown)
  }
}

/** Messages of people with whom there is no conversation, of nobody who is blocked. */
export function openRequests(engine: Engine): MessageRequest[] {
  const { index } = engine.personal
  return requestsOf(index).filter(
    ({ card, isDismissed }) => !isDismissed && contactOf(index, card.account)?.blocked !== true
  )
}

/** Conversations that are not joined by themselves: to which somebody invites whom nobody here has verified. */
function openInvitations(engine: Engine): Invite[] {
  const { index } = engine.personal
  const joins = new Set(conversationsToJoin(engine).map(({ id }) => id))
  const mounted = new Set(engine.mounts().map(({ vault }) => vault))
  return invitesOf(index).filter(({ id, state, kind, sender, vault }) => {
    if (state !== 'open' || kind !== 'conversation' || mounted.has(vault) || joins.has(id)) return false
    return contactOf(index, sender.account)?.blocked !== true
  })
}
