import { asArray, asBytes, asId, asUint, asVersion, decode, encode } from '../base/codec.ts'
import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import { FILE_ID_BYTES, idBytes } from '../base/ids.ts'
import type { FileId, Id, VaultId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { Intent } from '../index/edits.ts'
import type { Index } from '../index/index.ts'
import { extraKey } from '../index/keys.ts'
import type { VaultKind } from '../log/genesis.ts'
import { readKeptCard } from './contact-card.ts'
import type { ContactCard } from './contact-card.ts'
import { decodeInvitation, encodeInvitation } from './envelope-content.ts'
import type { Invitation } from './envelope-content.ts'
import { genesisOf } from './mounts.ts'
import type { Floor } from './pairing-messages.ts'

/** The place in this list is the number in the index. */
const INVITE_STATES = ['open', 'accepted', 'declined'] as const
export type InviteState = (typeof INVITE_STATES)[number]

/** An invitation that arrived, kept in the personal index so that all devices of the account know it (FORMAT.md, section 6). */
export interface Invite {
  /** The first half of the envelope's id. */
  readonly id: FileId
  readonly state: InviteState
  readonly sender: ContactCard
  readonly invitation: Invitation
  readonly vault: VaultId
  readonly kind: VaultKind
}

type PersonalIndex = Pick<Index, 'extraValues' | 'extras'>

/** Those that nobody has answered, in the order of their ids. Of values that two devices wrote at once, an answer holds. */
export function invitesOf(index: PersonalIndex): Invite[] {
  return index.extras(EXTRA).flatMap(({ file }) => {
    const values = index.extraValues(file, EXTRA).map((value) => read(file, value))
    const open = values.flatMap((one) => (one !== undefined && 'id' in one ? [one] : []))
    return values.some((one) => one !== undefined && !('id' in one)) ? [] : (open.at(-1) ?? [])
  })
}

/** Whether it arrived before, answered or not. */
export function isInviteKnown(index: PersonalIndex, id: FileId): boolean {
  return index.extraValues(id, EXTRA).length > 0
}

/** The one open invitation whose id begins so. Throws UNKNOWN_INVITE, INVITE_GONE (it was answered), AMBIGUOUS_NAME. */
export function findInvite(index: PersonalIndex, idPrefix: string): Invite {
  const prefix = idPrefix.toLowerCase()
  if (prefix.length < SHORTEST_PREFIX) throw new HoldfastError('UNKNOWN_INVITE')
  const found = invitesOf(index).filter(({ id }) => id.startsWith(prefix))
  if (found.length > 1) throw new HoldfastError('AMBIGUOUS_NAME')
  if (found[0] !== undefined) return found[0]
  const isAnswered = index.extras(EXTRA).some(({ file }) => file.startsWith(prefix))
  throw new HoldfastError(isAnswered ? 'INVITE_GONE' : 'UNKNOWN_INVITE')
}

/** What was accepted under an id that begins so, on whichever device: the one vault, or undefined. */
export function acceptedBefore(index: PersonalIndex, idPrefix: string): VaultId | undefined {
  const prefix = idPrefix.toLowerCase()
  if (prefix.length < SHORTEST_PREFIX) return undefined
  const values = index.extras(EXTRA).filter(({ file }) => file.startsWith(prefix))
  const vaults = values.flatMap(({ file }) =>
    index.extraValues(file, EXTRA).flatMap((value) => {
      const answer = read(file, value)
      return answer !== undefined && 'accepted' in answer ? [answer.accepted] : []
    })
  )
  const [vault, ...others] = new Set(vaults)
  return others.length === 0 ? vault : undefined
}

/**
 * Keeps an open one; of an answered one only that it was, and of an accepted one which vault it was, so that it can be said
 * where that stands. Throws TOO_LARGE, and MALFORMED for an invitation that mounts nothing.
 */
export function inviteIntent(invite: Omit<Invite, 'vault' | 'kind'>): Intent {
  const { id, state, sender, invitation } = invite
  const { kind, vault } = genesisOf(invitation.genesis)
  if (state !== 'open') {
    const which = state === 'accepted' ? [idBytes(vault)] : []
    return { key: extraKey(id, EXTRA), value: encode([1, INVITE_STATES.indexOf(state), ...which]) }
  }
  if (kind === 'account' || invitation.floor.vault !== vault) throw new HoldfastError('MALFORMED')
  const value = encode([1, INVITE_STATES.indexOf(state), sender.bytes, encodeInvitation(invitation)])
  if (value.length > LIMITS.scalarBytes) throw new HoldfastError('TOO_LARGE')
  return { key: extraKey(id, EXTRA), value }
}

/** The name of an invitation, out of that of the envelope it came in. */
export function inviteId(envelope: Id<string>): FileId {
  return envelope.slice(0, FILE_ID_BYTES * 2) as FileId
}

/** No more of a floor than an invitation can carry: one that says less is better than none. */
export function boundedFloor(floor: Floor): Floor {
  return { ...floor, heads: floor.heads.slice(0, FLOOR_ITEMS), epochs: floor.epochs.slice(-FLOOR_ITEMS) }
}

const EXTRA = 'invite'
/** Shorter ones would be guesses. */
const SHORTEST_PREFIX = 4
/** Some 20 KiB of heads and 8 KiB of epochs: with a card they fit one value of the index. */
const FLOOR_ITEMS = 240

/** What cannot be read is as if it were not there. */
function read(id: FileId, value: Uint8Array): Invite | { accepted: VaultId } | { declined: true } | undefined {
  try {
    const [version, at, ...rest] = asArray(decode(value, LIMITS.scalarBytes), { max: 4 })
    asVersion(version, 1)
    const state = INVITE_STATES[asUint(at, INVITE_STATES.length - 1)]!
    if (state === 'accepted') return { accepted: asId<VaultId>(asArray(rest, 1)[0]) }
    if (state === 'declined') {
      asArray(rest, 0)
      return { declined: true }
    }
    const [card, bytes] = asArray(rest, 2)
    const invitation = decodeInvitation(asBytes(bytes, { max: LIMITS.invitationBytes }))
    const { vault, kind } = genesisOf(invitation.genesis)
    return {
      id,
      state,
      sender: readKeptCard(asBytes(card, { max: LIMITS.cardBytes })),
      invitation,
      vault,
      kind
    }
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return undefined
  }
}
