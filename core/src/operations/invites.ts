import { contactOf } from '../vault/contacts.ts'
import type { Invite } from '../vault/invites.ts'
import { dismissRequests } from '../engine/conversations/conversation-arrivals.ts'
import { openRequests } from '../engine/conversations/conversation-inbox.ts'
import { acceptInvite, declineInvite, openInvites } from '../engine/sharing/invitations.ts'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import type { OperationIo } from './operation.ts'

/** What others want to share with this account and what has not been answered. */
export async function invites(engine: OpEngine, _args: null, io: OperationIo): Promise<void> {
  if (engine.isOnline) {
    await engine.network.attemptAll()
    await engine.mail.exchange()
  }
  const open = openInvites(engine)
  for (const one of open) await io.emit({ type: 'invite', ...told(engine, one) })
  await io.emit({ type: 'done', invites: open.length })
}

export interface AcceptArgs {
  readonly id: string
  readonly to: readonly string[] | undefined
}

export function parseAccept(value: unknown): AcceptArgs {
  const args = new Arguments(value)
  return { id: args.text('id'), to: args.has('to') ? args.path('to') : undefined }
}

/** It stands in this vault from now on; its content comes from the relays that the invitation names. */
export async function accept(engine: OpEngine, { id, to }: AcceptArgs, io: OperationIo): Promise<void> {
  const { invite, vault, path, joined } = await acceptInvite(engine, id, to)
  const which = invite === undefined ? { name: path.at(-1)!, vault, already: true } : told(engine, invite)
  await io.emit({ type: 'accepted', ...which, path: pathText(path), joined })
}

export function parseDecline(value: unknown): { id: string } {
  return { id: new Arguments(value).text('id') }
}

/** An invitation, or a message request. Whoever sent it is not told. */
export async function decline(engine: OpEngine, { id }: { id: string }, io: OperationIo): Promise<void> {
  const request = openRequests(engine).find((one) => id.length >= SHORTEST_PREFIX && one.id.startsWith(id))
  if (request !== undefined) {
    await dismissRequests(engine, (one) => one.id === request.id)
    const { name, account } = request.card
    return io.emit({ type: 'dismissed', id: request.id, name, account })
  }
  await io.emit({ type: 'declined', ...told(engine, await declineInvite(engine, id)) })
}

/** Shorter ones would be guesses. */
const SHORTEST_PREFIX = 4

/** Only the name of a contact is known to be theirs: a card says what it likes. */
function told(engine: OpEngine, { id, vault, kind, invitation, sender }: Invite): Record<string, unknown> {
  const contact = contactOf(engine.personal.index, sender.account)
  return {
    id,
    name: invitation.name,
    kind: invitation.file === null ? kind : 'file',
    role: invitation.role,
    vault,
    from: contact?.name ?? sender.name,
    account: sender.account,
    trust: contact === undefined ? 'unknown' : contact.verified ? 'verified' : 'unverified'
  }
}
