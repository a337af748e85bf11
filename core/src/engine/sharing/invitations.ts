import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { FileId, VaultId } from '../../base/ids.ts'
import { projectName, withSuffix } from '../../index/names.ts'
import { contactOf } from '../../vault/contacts.ts'
import { CONVERSATIONS, fixedFolder, SHARED } from '../../vault/fixed-folders.ts'
import { acceptedBefore, findInvite, inviteId, inviteIntent, invitesOf, isInviteKnown } from '../../vault/invites.ts'
import type { Invite } from '../../vault/invites.ts'
import { mountIntent, mountNode } from '../../vault/mounts.ts'
import { Mutex } from '../../vault/mutex.ts'
import { folderAt, splitPath } from '../../vault/paths.ts'
import { mountIntents } from '../../vault/share.ts'
import type { Engine } from '../engine.ts'
import type { Received } from '../mail/mail-inbox.ts'
import { assertRoom } from '../mail/mail-room.ts'

/**
 * What arrived is kept in the personal index: only then the envelope is deleted. Throws INBOX_FULL, and where the index cannot be
 * written now.
 */
export async function keepInvitation(engine: Engine, { id, sender, content }: Received<'invitation'>): Promise<void> {
  const { personal } = engine
  const { invitation } = content
  const intent = ifWellFormed(() => inviteIntent({ id: inviteId(id), state: 'open', sender, invitation }))
  // One's own vault, offered by somebody else: it would stand in itself.
  const isOwn = invitation.floor.vault === personal.id || invitation.floor.vault === engine.accountVault.id
  if (intent === undefined || isOwn) return
  await engine.settled()
  await personal.edit(() => {
    const { index } = personal
    if (isInviteKnown(index, inviteId(id))) return []
    const waiting = invitesOf(index).map((one) => one.sender.account)
    assertRoom(engine, sender.account, waiting)
    return [intent]
  })
}

/**
 * Those that wait for an answer, of each vault one a sender: whoever knows a vault can offer it, under any name and with any
 * relays. So where somebody verified does, only that one is shown. Whoever is blocked is left out.
 */
export function openInvites(engine: Engine): Invite[] {
  const { index } = engine.personal
  const mounted = new Set(engine.mounts().map(({ vault }) => vault))
  const open = invitesOf(index).filter(
    ({ state, vault, sender }) =>
      state === 'open' && !mounted.has(vault) && contactOf(index, sender.account)?.blocked !== true
  )
  const isVerified = ({ sender }: Invite): boolean => contactOf(index, sender.account)?.verified === true
  const vouched = new Map(open.filter(isVerified).map((one) => [one.vault, one]))
  const others = open.filter(({ vault }) => !vouched.has(vault))
  return [...vouched.values(), ...new Map(others.map((one) => [`${one.vault} ${one.sender.account}`, one])).values()]
}

export interface Accepted {
  /** Undefined where it was accepted before, on this device or another. */
  readonly invite: Invite | undefined
  readonly vault: VaultId
  readonly path: readonly string[]
  /** Whether a relay has given the vault already; otherwise it comes as soon as one can be reached. */
  readonly joined: boolean
}

/**
 * Mounts what an invitation offers: at `to`, in `to` where that is a folder, or below /shared (a conversation: /conversations). What stands
 * here already is said, not mounted again. Throws UNKNOWN_INVITE, INVITE_GONE, NOT_GIVEN (a relay it
 * names was reached and gives nothing of it, yet or any more: the invitation stays), AMBIGUOUS_NAME, EXISTS, NAME_NOT_ALLOWED, NOT_A_FOLDER.
 */
export function acceptInvite(engine: Engine, idPrefix: string, to?: readonly string[]): Promise<Accepted> {
  const lock = ACCEPTING.get(engine) ?? new Mutex()
  ACCEPTING.set(engine, lock)
  return lock.run(() => acceptOne(engine, idPrefix, to))
}

/** Two at once of the same would both find nothing there: the second has to see what the first did. */
const ACCEPTING = new WeakMap<Engine, Mutex>()

async function acceptOne(engine: Engine, idPrefix: string, to?: readonly string[]): Promise<Accepted> {
  const { personal, home } = engine
  const before = standing(engine, acceptedBefore(personal.index, idPrefix))
  if (before !== undefined) return before
  const invite = findInvite(personal.index, idPrefix)
  const { invitation, vault, sender } = invite
  const node = mountNode(vault)
  const there = standing(engine, vault)
  if (there !== undefined) {
    await answer(engine, 'accepted', (one) => one.vault === vault)
    return there
  }
  const within = invite.kind === 'conversation' ? CONVERSATIONS : SHARED
  if (to === undefined) await personal.edit(() => fixedFolder(personal.index.tree, within))
  const path = whereTo(engine, projectName(invitation.name, node), to, within)
  const { folder, name } = splitPath(path)
  if (folder.length > 0 && personal.index.tree.resolve(folder) === undefined) await personal.makeFolder(folder)
  const { genesis, file, relays, floor } = invitation
  const record = { genesis, file, relays, floor, inviter: sender.account }
  await personal.edit(() => {
    const { tree } = personal.index
    if (tree.resolve(path) !== undefined) throw new HoldfastError('EXISTS')
    return mountIntents(node, { parent: folderAt(tree, folder), name }, record, home.clock.nowMs())
  })
  await engine.settled()
  const joined = await fetchFrom(engine, invite)
  if (joined === 'refused') {
    await personal.edit(() => unmountIntents(engine, node))
    throw new HoldfastError('NOT_GIVEN')
  }
  await answer(engine, 'accepted', (one) => one.vault === vault)
  return { invite, vault, path, joined: joined === 'joined' }
}

/** Where a vault is mounted, if it is. */
function standing(engine: Engine, vault: VaultId | undefined): Accepted | undefined {
  const mount = vault === undefined ? undefined : engine.mounts().find((one) => one.vault === vault)
  const path = mount === undefined ? undefined : engine.personal.index.tree.pathOf(mount.node)
  if (vault === undefined || path === undefined) return undefined
  return { invite: undefined, vault, path, joined: hasCome(engine, vault) }
}

/** Whether more of it is here than the invitation itself brought. */
function hasCome({ home }: Engine, vault: VaultId): boolean {
  return (home.replica.vault(vault)?.log.order().length ?? 0) > 1
}

/** All that this sender offers of it; what others do stays. Throws UNKNOWN_INVITE, INVITE_GONE, AMBIGUOUS_NAME. */
export async function declineInvite(engine: Engine, idPrefix: string): Promise<Invite> {
  const invite = findInvite(engine.personal.index, idPrefix)
  await answer(engine, 'declined', (one) => one.vault === invite.vault && one.sender.account === invite.sender.account)
  return invite
}

/** Takes a mount away: nothing is left of it in the personal vault. */
export function unmountIntents(engine: Engine, node: FileId): { key: string; value: null }[] {
  const { index } = engine.personal
  const living = index.tree.state(node)?.contents.length ?? 0
  return [{ ...mountIntent(node, null), value: null }, ...(living > 0 ? [{ key: `c/${node}`, value: null }] : [])]
}

async function answer(
  engine: Engine,
  state: 'accepted' | 'declined',
  which: (invite: Invite) => boolean
): Promise<void> {
  const { personal } = engine
  await personal.edit(() =>
    invitesOf(personal.index)
      .filter((one) => one.state === 'open' && which(one))
      .map((one) => inviteIntent({ ...one, state }))
  )
  engine.mail.retryFull()
}

function whereTo(engine: Engine, name: string, to: readonly string[] | undefined, within: string): readonly string[] {
  const { tree } = engine.personal.index
  if (to !== undefined) {
    if (engine.place(to).mount !== undefined) throw new HoldfastError('INSIDE_SHARE')
    if (to.length > 0 && tree.resolve(to)?.kind !== 'folder') return to
    return free(engine, to, name)
  }
  return free(engine, [within], name)
}

/** Under its own name, or one near to it. */
function free(engine: Engine, folder: readonly string[], name: string): readonly string[] {
  const { tree } = engine.personal.index
  for (let number = 1; ; number++) {
    const path = [...folder, number === 1 ? name : withSuffix(name, ` (${number})`)]
    if (tree.resolve(path) === undefined) return path
  }
}

/** `refused`: a relay that the invitation names was met, and told of no more than the invitation itself brought. */
async function fetchFrom(engine: Engine, { invitation, vault }: Invite): Promise<'joined' | 'refused' | 'later'> {
  if (!engine.isOnline) return 'later'
  const { network } = engine
  network.keep(engine.targets())
  const { failed } = await network.attemptAll()
  const unmet = new Set(failed.map(({ peer }) => peer))
  const met = invitation.relays.filter(({ peer }) => network.keeps(peer) && !unmet.has(peer))
  await Promise.allSettled(met.flatMap(({ peer }) => network.sessionsWith(peer).map((session) => session.idle())))
  await engine.settled()
  if (hasCome(engine, vault)) return 'joined'
  return met.length > 0 ? 'refused' : 'later'
}

function ifWellFormed<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return undefined
  }
}
