import { asArray, asId, asText, asUint, decode, encode, idValue } from '../base/codec.ts'
import type { Value } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { FILE_ID_BYTES } from '../base/ids.ts'
import type { FileId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { readRelay, relayValue, ROLES } from '../log/statement.ts'
import type { RelayInfo, Role } from '../log/statement.ts'
import { asGenesis, genesisValue } from './genesis-bytes.ts'
import type { GenesisBytes } from './genesis-bytes.ts'
import { asFloor, floorValue } from './pairing-messages.ts'
import type { Floor } from './pairing-messages.ts'

/** What one account says to another by envelope (FORMAT.md 8.4). All text in it is hostile. */
export type EnvelopeContent =
  | { readonly kind: 'invitation'; readonly invitation: Invitation }
  /** A message to somebody who has not verified the sender: there is no vault for it yet. */
  | { readonly kind: 'request'; readonly text: string }

export type ContentKind = EnvelopeContent['kind']

/** What somebody needs to open a vault that was shared with them. */
export interface Invitation {
  readonly genesis: GenesisBytes
  /** What the sharer calls it: a suggestion. */
  readonly name: string
  /** The one file that is shared; null for all of the vault. */
  readonly file: FileId | null
  readonly role: Role
  readonly relays: readonly RelayInfo[]
  readonly floor: Floor
}

export function contentValue(content: EnvelopeContent): Value {
  return content.kind === 'invitation' ? [0, invitationValue(content.invitation)] : [1, content.text]
}

/** Throws TOO_LARGE, MALFORMED. */
export function asContent(value: Value | undefined): EnvelopeContent {
  const [kind, rest] = asArray(value, 2)
  if (asUint(kind, 1) === 0) return { kind: 'invitation', invitation: decodeInvitation(encode(rest ?? null)) }
  const text = asText(rest, LIMITS.requestTextBytes)
  if (text === '') throw new HoldfastError('MALFORMED', 'a message without text')
  return { kind: 'request', text }
}

/** `[genesis [header, signature], name, file id | null, role, [relay…], floor]`, as kept in the index too. */
export function encodeInvitation(invitation: Invitation): Uint8Array {
  return encode(invitationValue(invitation))
}

/** Throws TOO_LARGE or MALFORMED. */
export function decodeInvitation(bytes: Uint8Array): Invitation {
  return asInvitation(decode(bytes, LIMITS.invitationBytes))
}

function invitationValue(invitation: Invitation): Value {
  const { genesis, name, file, role, relays, floor } = invitation
  return [
    genesisValue(genesis),
    name,
    file === null ? null : idValue(file),
    ROLES.indexOf(role),
    relays.map(relayValue),
    floorValue(floor)
  ]
}

function asInvitation(value: Value | undefined): Invitation {
  const [genesis, name, file, role, relays, floor] = asArray(value, 6)
  if (floor === undefined) throw new HoldfastError('MALFORMED', 'an invitation without a floor')
  return {
    genesis: asGenesis(genesis),
    name: asText(name, LIMITS.nameBytes),
    file: file === null ? null : asId<FileId>(file, FILE_ID_BYTES),
    role: ROLES[asUint(role, ROLES.length - 1)]!,
    relays: asArray(relays, { max: LIMITS.relays }).map(readRelay),
    floor: asFloor(floor)
  }
}
