import { fromBase64Url, toBase64Url } from '../base/base64url.ts'
import { concat } from '../base/bytes.ts'
import { asArray, asBytes, asIds, asText, asUint, asVersion, decode, encode, idValue } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { idBytes, idFromBytes } from '../base/ids.ts'
import type { AccountId, DeviceId } from '../base/ids.ts'
import { DERIVE, SIGN } from '../base/labels.ts'
import { LIMITS } from '../base/limits.ts'
import type { SignedStatement, StatementHash } from '../log/account-statement.ts'
import { assertChain, chainValue, decodeChain, endOfChain } from '../log/certificate-chain.ts'
import { accountIdOf } from '../log/genesis.ts'
import { assertAscending } from '../log/header.ts'
import { readRelay, relayValue } from '../log/statement.ts'
import type { RelayInfo } from '../log/statement.ts'
import { deriveKey } from '../proof/blake3.ts'
import { sign, verify } from '../proof/sign.ts'
import { wordsToCompare } from '../secret/words.ts'
import { checkUserName, isUserName } from './user-name.ts'

/** What somebody hands out so that others can write to them and share with them (FORMAT.md, section 8). */
export interface ContactCard {
  readonly account: AccountId
  /** The device that signed it: the last of the chain. */
  readonly device: DeviceId
  /** Ed25519 root public key and X25519 recovery public key. */
  readonly root: Uint8Array
  readonly recovery: Uint8Array
  readonly name: string
  /** From the root key to the device that signed the card. */
  readonly chain: readonly SignedStatement[]
  /** Where envelopes for the account are taken. */
  readonly relays: readonly RelayInfo[]
  /** Hashes of the statements of the account that the maker knew, ascending: all, or as many as a card names. */
  readonly floor: readonly StatementHash[]
  /** Orders cards of one account by their relays: the later list has the higher number. 0 in a card of version 1. */
  readonly relaysHeight: number
  readonly bytes: Uint8Array
}

/**
 * Relays that do not fit any more are left out from the end, and of the floor (oldest first) those before the last
 * `cardFloor`. `seed` is that of the last device of the chain. Throws NAME_NOT_ALLOWED, NOT_A_MEMBER, TOO_LARGE.
 */
export async function makeCard(options: {
  root: Uint8Array
  recovery: Uint8Array
  name: string
  chain: readonly SignedStatement[]
  relays: readonly RelayInfo[]
  floor: Iterable<StatementHash>
  relaysHeight?: number
  seed: Uint8Array
}): Promise<ContactCard> {
  const { root, recovery, chain, seed } = options
  const name = checkUserName(options.name)
  const floor = [...new Set(options.floor)].slice(-LIMITS.cardFloor).sort()
  for (let count = Math.min(options.relays.length, LIMITS.relays); count >= 0; count -= 1) {
    const relays = options.relays.slice(0, count).map(relayValue)
    const body = encode([
      2,
      root,
      recovery,
      name,
      chainValue(chain),
      relays,
      floor.map(idValue),
      options.relaysHeight ?? 0
    ])
    const bytes = encode([1, body, await sign(SIGN.contactCard, seed, body)])
    if (bytes.length <= LIMITS.cardBytes) return readCard(bytes)
  }
  throw new HoldfastError('TOO_LARGE')
}

/** As a link: what is copied, and shown as a QR code. */
export function cardText(card: ContactCard): string {
  return PREFIX + toBase64Url(card.bytes)
}

/** Throws BAD_CARD on anything but a whole card that its account's device signed. */
export async function readCardText(text: string): Promise<ContactCard> {
  try {
    const trimmed = text.trim()
    if (!trimmed.startsWith(PREFIX) || trimmed.length > TEXT_CHARACTERS) throw new HoldfastError('BAD_CARD')
    return await readCard(fromBase64Url(trimmed.slice(PREFIX.length)))
  } catch (cause) {
    throw new HoldfastError('BAD_CARD', undefined, { cause })
  }
}

/** Throws TOO_LARGE, MALFORMED, UNSUPPORTED_VERSION, NOT_A_MEMBER or BAD_SIGNATURE. */
export async function readCard(bytes: Uint8Array): Promise<ContactCard> {
  const { card, body, signature } = parse(bytes)
  await assertChain(card.chain, card.root)
  if (!(await verify(SIGN.contactCard, idBytes(card.device), body, signature))) throw new HoldfastError('BAD_SIGNATURE')
  return card
}

/** A card that this account's own devices checked before they kept it: form only. Throws as `readCard`, but never BAD_SIGNATURE. */
export function readKeptCard(bytes: Uint8Array): ContactCard {
  return parse(bytes).card
}

/** Twelve words that two people compare: both get the same if and only if each has the other's real key. */
export function wordsBetween(rootA: Uint8Array, rootB: Uint8Array): readonly string[] {
  const [first, second] = idFromBytes(rootA) < idFromBytes(rootB) ? [rootA, rootB] : [rootB, rootA]
  return wordsToCompare(deriveKey(DERIVE.contactWords, concat(first, second)), 12)
}

/** An account's id for people: 32 hex digits in eights. */
export function fingerprint(account: AccountId): string {
  return account.slice(0, 32).match(/.{8}/g)!.join(' ')
}

const PREFIX = 'holdfast:contact/'
const TEXT_CHARACTERS = PREFIX.length + Math.ceil((LIMITS.cardBytes * 4) / 3)

function parse(bytes: Uint8Array): { card: ContactCard; body: Uint8Array; signature: Uint8Array } {
  const [version, bodyItem, signature] = asArray(decode(bytes, LIMITS.cardBytes), 3)
  asVersion(version, 1)
  const body = asBytes(bodyItem, { max: LIMITS.cardBytes })
  const items = asArray(decode(body, LIMITS.cardBytes), { max: 8 })
  const isFirst = items.length === 7
  asVersion(items[0], isFirst ? 1 : 2)
  if (!isFirst && items.length !== 8) throw new HoldfastError('MALFORMED', 'a card of another length')
  const root = asBytes(items[1], 32)
  const name = asText(items[3], LIMITS.userNameBytes)
  if (!isUserName(name)) throw new HoldfastError('MALFORMED', 'a name that cannot be shown safely')
  const relays = asArray(items[5], { max: LIMITS.relays }).map(readRelay)
  if (new Set(relays.map(({ peer }) => peer)).size !== relays.length)
    throw new HoldfastError('MALFORMED', 'a relay named twice')
  const floor = asIds<StatementHash>(items[6], LIMITS.cardFloor)
  assertAscending(floor)
  const chain = decodeChain(items[4])
  const device = endOfChain(chain, root)
  const recovery = asBytes(items[2], 32)
  const relaysHeight = isFirst ? 0 : asUint(items[7])
  const account = accountIdOf(root)
  const card = { account, device, root, recovery, name, chain, relays, floor, relaysHeight, bytes }
  return { card, body, signature: asBytes(signature, 64) }
}
