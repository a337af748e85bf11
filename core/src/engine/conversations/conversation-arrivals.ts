import { isHoldfastError } from '../../base/errors.ts'
import type { ErrorCode } from '../../base/errors.ts'
import { FILE_ID_BYTES } from '../../base/ids.ts'
import type { FileId, VaultId } from '../../base/ids.ts'
import { contactOf } from '../../vault/contacts.ts'
import { conversationPath } from '../../vault/conversation-place.ts'
import { CONVERSATIONS, fixedFolder } from '../../vault/fixed-folders.ts'
import { requestAt, requestIntent, requestsOf } from '../../vault/conversation-requests.ts'
import type { MessageRequest } from '../../vault/conversation-requests.ts'
import { inviteIntent, invitesOf } from '../../vault/invites.ts'
import type { Invite } from '../../vault/invites.ts'
import { mountNode } from '../../vault/mounts.ts'
import { folderAt, splitPath } from '../../vault/paths.ts'
import { mountIntents } from '../../vault/share.ts'
import type { Engine } from '../engine.ts'
import type { Received } from '../mail/mail-inbox.ts'
import { assertRoom } from '../mail/mail-room.ts'

/**
 * What others begin: messages of people with whom there is no conversation are kept as requests, and conversations to which
 * verified contacts invite are joined by themselves. Returns what ends it.
 */
export function followArrivals(engine: Engine): () => Promise<void> {
  const { personal, home } = engine
  let joining = Promise.resolve()
  let isWaiting = false
  const look = (): void => {
    if (isWaiting) return
    isWaiting = true
    joining = joining.then(async () => {
      isWaiting = false
      await personal.settled()
      if (conversationsToJoin(engine).length > 0) await joinAll(engine)
    })
    joining = joining.catch((error: unknown) => home.replica.problem({ vault: null, peer: null, code: codeOf(error) }))
  }
  const stops = [
    engine.mail.onContent('request', (received) => keepRequest(engine, received)),
    home.replica.watch((event) => {
      if (event.kind === 'admitted' && event.vault.id === personal.id) look()
    })
  ]
  look()
  return () => {
    for (const stop of stops) stop()
    return joining
  }
}

/** Requests that somebody has answered, or does not want to: nobody is told. */
export async function dismissRequests(engine: Engine, which: (request: MessageRequest) => boolean): Promise<void> {
  const { personal } = engine
  const open = (): MessageRequest[] => requestsOf(personal.index).filter((one) => !one.isDismissed && which(one))
  if (open().length === 0) return
  await personal.edit(() => open().map((one) => requestIntent({ ...one, isDismissed: true })))
  engine.mail.retryFull()
}

/** Durable before the envelope is deleted. Throws INBOX_FULL, and where the index cannot be written now. */
export async function keepRequest(engine: Engine, { id, sender: card, content }: Received<'request'>): Promise<void> {
  const { personal, home } = engine
  const request = {
    id: id.slice(0, FILE_ID_BYTES * 2) as FileId,
    card,
    text: content.text,
    receivedMs: Math.max(0, home.clock.nowMs()),
    isDismissed: false
  }
  await engine.settled()
  await personal.edit(() => {
    const { index } = personal
    if (requestAt(index, request.id) !== undefined) return []
    const waiting = requestsOf(index).filter(({ isDismissed }) => !isDismissed)
    assertRoom(
      engine,
      card.account,
      waiting.map((one) => one.card.account)
    )
    return [requestIntent(request)]
  })
}

/** Conversations that people invite to whom somebody here has verified. */
export function conversationsToJoin(engine: Engine): Invite[] {
  const { index } = engine.personal
  return invitesOf(index).filter(({ state, kind, sender }) => {
    if (state !== 'open' || kind !== 'conversation') return false
    const contact = contactOf(index, sender.account)
    if (contact?.verified !== true || contact.blocked) return false
    const joined = engine.mounts().filter((mount) => mount.kind === kind && mount.inviter === sender.account)
    return joined.length < MOST_JOINED
  })
}

async function joinAll(engine: Engine): Promise<void> {
  try {
    await engine.personal.edit(() => fixedFolder(engine.personal.index.tree, CONVERSATIONS))
    // Looked for anew in each turn, since another device may have joined it meanwhile; no vault twice.
    const tried = new Set<VaultId>()
    const next = (): Invite | undefined => conversationsToJoin(engine).find(({ vault }) => !tried.has(vault))
    for (let invite = next(); invite !== undefined; invite = next()) {
      tried.add(invite.vault)
      await join(engine, invite)
    }
    engine.mail.retryFull()
  } catch (error) {
    // The index cannot be written now: the next change tries again.
    if (!isHoldfastError(error)) throw error
  }
}

/** Mounted and answered in one entry. */
function join(engine: Engine, { vault, sender }: Invite): Promise<void> {
  const { personal, home } = engine
  return personal.edit(() => {
    const { index } = personal
    const open = invitesOf(index).filter((one) => one.vault === vault && one.state === 'open')
    const answers = open.map((one) => inviteIntent({ ...one, state: 'accepted' }))
    // Others may offer the same conversation with relays of theirs.
    const first = open.find((one) => one.sender.account === sender.account)
    if (first === undefined || engine.mounts().some((mount) => mount.vault === vault)) return answers
    const { genesis, relays, floor, name: title } = first.invitation
    const { folder, name } = splitPath(conversationPath(index.tree, title))
    const record = { genesis, file: null, relays, floor, inviter: sender.account }
    const place = { parent: folderAt(index.tree, folder), name }
    return [...mountIntents(mountNode(vault), place, record, home.clock.nowMs()), ...answers]
  })
}

function codeOf(error: unknown): ErrorCode {
  return isHoldfastError(error) ? error.code : 'INTERNAL'
}

/** Of one inviter; more are accepted by hand. Each vault costs memory. */
const MOST_JOINED = 64
