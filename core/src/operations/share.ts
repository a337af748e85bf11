import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import { nameKey } from '../index/names.ts'
import { ROLES } from '../log/statement.ts'
import type { Role } from '../log/statement.ts'
import { findContact } from '../vault/contacts.ts'
import type { Contact } from '../vault/contacts.ts'
import { ownUserName } from '../engine/account/contacts.ts'
import { assertMayInvite, invitationsOut, invite, sharedAt } from '../engine/sharing/sharing.ts'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { Failures, pathText } from './failures.ts'
import type { OperationIo } from './operation.ts'
import { whyHere } from './outgoing.ts'

export interface ShareArgs {
  readonly path: readonly string[]
  readonly with: string
  readonly role: Role
}

export function parseShare(value: unknown): ShareArgs {
  const args = new Arguments(value)
  return { path: args.path('path'), with: args.text('with'), role: parseRole(args.text('role')) }
}

/** Throws USAGE. */
export function parseRole(text: string): Role {
  const role = ROLES.find((one) => one === text)
  if (role === undefined) throw new HoldfastError('USAGE', 'a role is reader, writer or owner')
  return role
}

/** A folder or file becomes a vault of its own that both have; the invitation waits for the other one at a relay of theirs. Throws NO_PEER where either has no relay. */
export async function share(engine: OpEngine, { path, with: who, role }: ShareArgs, io: OperationIo): Promise<void> {
  if (path.length === 0) throw new HoldfastError('USAGE', 'The whole vault cannot be shared: share a folder in it.')
  const contact = contactFor(engine, who)
  assertMayInvite(engine, contact)
  const { account, relays } = contact.card
  if (relays.length === 0)
    throw new HoldfastError('NO_PEER', 'Their card names no relay: ask for a new card once they have one.')
  if (engine.relays().length === 0)
    throw new HoldfastError('NO_PEER', 'You have no relay yet through which they could get it.')
  const onProgress = (files: number): void => io.progress({ type: 'progress', files })
  const { vault, mount, linked } = await sharedAt(engine, path, onProgress)
  const failures = new Failures(io)
  for (const { path: below, code } of linked?.failed ?? []) failures.add([...path, ...below], code)
  await failures.told()
  await invite(engine, vault, contact, role, path.at(-1)!, mount.file)
  if (engine.isOnline) await engine.mail.exchange()
  const [waiting] = await invitationsOut(engine, vault, account)
  const waits = whyHere(waiting)
  await io.emit({
    type: 'shared',
    path: pathText(path),
    vault: vault.id,
    with: contact.name,
    account,
    role,
    ...(linked === undefined ? {} : { files: linked.files }),
    delivered: waiting === undefined,
    ...(waits === undefined ? {} : { waits })
  })
  failures.throwIfAny()
}

/** Throws OWN_CARD, UNKNOWN_CONTACT, AMBIGUOUS_NAME. */
function contactFor(engine: OpEngine, name: string): Contact {
  try {
    return findContact(engine.personal.index, name)
  } catch (error) {
    const isOwn = nameKey(name) === nameKey(ownUserName(engine)) || isIdOf(engine, name)
    if (isHoldfastError(error, 'UNKNOWN_CONTACT') && isOwn)
      throw new HoldfastError('OWN_CARD', 'This is you: you have access already.')
    throw error
  }
}

function isIdOf({ home }: OpEngine, text: string): boolean {
  return text.length >= 8 && home.state.account.startsWith(text.toLowerCase())
}
