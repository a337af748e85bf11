import { fromBase64Url, toBase64Url } from '../base/base64url.ts'
import { asArray, asBytes, asId, asIds, asText, asUint, asVersion, decode, encode, idValue } from '../base/codec.ts'
import type { Value } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import type { AccountId, DeviceId, EntryHash, EpochId, Incarnation, LogId, VaultId } from '../base/ids.ts'
import { INCARNATION_BYTES, logIdOf, splitLogId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { assertAscending } from '../log/header.ts'
import { asGenesis, genesisValue } from './genesis-bytes.ts'
import type { GenesisBytes } from './genesis-bytes.ts'

/** FORMAT 7.4: the link, and the frames that two devices exchange through whoever forwards them. */

export interface Contact {
  readonly peer: DeviceId
  readonly addresses: readonly string[]
}

export interface PairingLink {
  /** 16 bytes; everything of the pairing is derived from it. */
  readonly secret: Uint8Array
  /** Where the offering device waits: relays, or itself. */
  readonly meetAt: readonly Contact[]
}

export interface RelayRecord extends Contact {
  readonly name: string
}

export interface FloorHead {
  readonly log: LogId
  readonly seq: number
  readonly hash: EntryHash
}

/** What the offering device knows of a vault: until the joining one has reached it, it signs nothing there. */
export interface Floor {
  readonly vault: VaultId
  readonly heads: readonly FloorHead[]
  readonly epochs: readonly EpochId[]
}

export type PairingFrame =
  | { readonly kind: 'hello'; readonly device: DeviceId; readonly nonce: Uint8Array }
  | {
      readonly kind: 'join'
      readonly device: DeviceId
      readonly xPublic: Uint8Array
      readonly name: string
      readonly nonce: Uint8Array
      readonly signature: Uint8Array
    }
  | Welcome
  | { readonly kind: 'done' }
  | { readonly kind: 'declined' }

export interface Welcome {
  readonly kind: 'welcome'
  readonly account: AccountId
  readonly rootPublic: Uint8Array
  readonly recoveryPublic: Uint8Array
  readonly accountName: string
  /** Account statement that certifies the joining device, and its signature. */
  readonly certificate: Uint8Array
  readonly certificateSignature: Uint8Array
  /** First entries of the account's vault and of the personal vault. */
  readonly accountGenesis: GenesisBytes
  readonly personalGenesis: GenesisBytes
  readonly relays: readonly RelayRecord[]
  readonly floors: readonly Floor[]
  readonly ownAddresses: readonly string[]
}

const PREFIX = 'holdfast:pair/'

export function encodePairingLink(link: PairingLink): string {
  return PREFIX + toBase64Url(encode([1, link.secret, link.meetAt.map(contactValue)]))
}

/** Throws BAD_LINK on anything but a whole link. */
export function decodePairingLink(text: string): PairingLink {
  try {
    const trimmed = text.trim()
    if (!trimmed.startsWith(PREFIX)) throw new HoldfastError('BAD_LINK')
    const bytes = fromBase64Url(trimmed.slice(PREFIX.length))
    const [version, secret, meetAt] = asArray(decode(bytes, LIMITS.pairFrameBytes), 3)
    asVersion(version, 1)
    return { secret: asBytes(secret, 16), meetAt: asArray(meetAt, { max: LIMITS.relays + 1 }).map(asContact) }
  } catch (cause) {
    throw new HoldfastError('BAD_LINK', undefined, { cause })
  }
}

export function encodePairingFrame(frame: PairingFrame): Uint8Array {
  return encode(frameValue(frame))
}

export function decodePairingFrame(bytes: Uint8Array): PairingFrame {
  const items = asArray(decode(bytes, LIMITS.pairFrameBytes), { max: 14 })
  asVersion(items[0], 1)
  switch (asUint(items[1], 4)) {
    case 0:
      asArray(items, 4)
      return { kind: 'hello', device: asId(items[2]), nonce: asBytes(items[3], 16) }
    case 1:
      asArray(items, 7)
      return {
        kind: 'join',
        device: asId(items[2]),
        xPublic: asBytes(items[3], 32),
        name: asText(items[4], LIMITS.deviceNameBytes),
        nonce: asBytes(items[5], 16),
        signature: asBytes(items[6], 64)
      }
    case 2:
      return asWelcome(asArray(items, 13))
    case 3:
      asArray(items, 2)
      return { kind: 'done' }
    default:
      asArray(items, 2)
      return { kind: 'declined' }
  }
}

function frameValue(frame: PairingFrame): Value {
  switch (frame.kind) {
    case 'hello':
      return [1, 0, idValue(frame.device), frame.nonce]
    case 'join':
      return [1, 1, idValue(frame.device), frame.xPublic, frame.name, frame.nonce, frame.signature]
    case 'welcome':
      return [
        1,
        2,
        idValue(frame.account),
        frame.rootPublic,
        frame.recoveryPublic,
        frame.accountName,
        frame.certificate,
        frame.certificateSignature,
        genesisValue(frame.accountGenesis),
        genesisValue(frame.personalGenesis),
        frame.relays.map((relay) => [idValue(relay.peer), relay.name, [...relay.addresses]]),
        frame.floors.map(floorValue),
        [...frame.ownAddresses]
      ]
    case 'done':
      return [1, 3]
    case 'declined':
      return [1, 4]
  }
}

function asWelcome(items: readonly Value[]): Welcome {
  return {
    kind: 'welcome',
    account: asId(items[2]),
    rootPublic: asBytes(items[3], 32),
    recoveryPublic: asBytes(items[4], 32),
    accountName: asText(items[5], LIMITS.deviceNameBytes),
    certificate: asBytes(items[6], { max: LIMITS.statementBytes }),
    certificateSignature: asBytes(items[7], 64),
    accountGenesis: asGenesis(items[8]),
    personalGenesis: asGenesis(items[9]),
    relays: asArray(items[10], { max: LIMITS.relays }).map(asRelayRecord),
    floors: asArray(items[11], { max: LIMITS.vaultsPerHello }).map(asFloor),
    ownAddresses: asAddresses(items[12])
  }
}

export function contactValue(contact: Contact): Value {
  return [idValue(contact.peer), [...contact.addresses]]
}

export function asContact(value: Value): Contact {
  const [peer, addresses] = asArray(value, 2)
  return { peer: asId(peer), addresses: asAddresses(addresses) }
}

function asRelayRecord(value: Value): RelayRecord {
  const [peer, name, addresses] = asArray(value, 3)
  return { peer: asId(peer), name: asText(name, LIMITS.deviceNameBytes), addresses: asAddresses(addresses) }
}

function asAddresses(value: Value | undefined): string[] {
  return asArray(value, { max: LIMITS.addresses }).map((address) => asText(address, LIMITS.addressBytes))
}

export function floorValue(floor: Floor): Value {
  const ordered = floor.heads.toSorted((a, b) => (a.log < b.log ? -1 : 1))
  const heads = ordered.map(({ log, seq, hash }) => {
    const { device, incarnation } = splitLogId(log)
    return [idValue(device), idValue(incarnation), seq, idValue(hash)]
  })
  return [idValue(floor.vault), heads, floor.epochs.toSorted().map(idValue)]
}

export function asFloor(value: Value): Floor {
  const [vault, heads, epochs] = asArray(value, 3)
  const floor: Floor = {
    vault: asId(vault),
    heads: asArray(heads, { max: LIMITS.logsPerVault }).map((head) => {
      const [device, incarnation, seq, hash] = asArray(head, 4)
      const log = logIdOf(asId<DeviceId>(device), asId<Incarnation>(incarnation, INCARNATION_BYTES))
      return { log, seq: asUint(seq), hash: asId<EntryHash>(hash) }
    }),
    epochs: asIds(epochs, LIMITS.logsPerVault)
  }
  assertAscending(floor.heads.map(({ log }) => log))
  assertAscending(floor.epochs)
  return floor
}
