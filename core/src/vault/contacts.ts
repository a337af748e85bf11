import { asArray, asBytes, asText, asVersion, decode, encode } from '../base/codec.ts'
import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import { FILE_ID_BYTES } from '../base/ids.ts'
import type { AccountId, FileId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { Intent } from '../index/edits.ts'
import type { Index } from '../index/index.ts'
import { extraKey } from '../index/keys.ts'
import { nameKey } from '../index/names.ts'
import { readKeptCard } from './contact-card.ts'
import type { ContactCard } from './contact-card.ts'
import { checkUserName, isUserName } from './user-name.ts'

/**
 * The people an account knows: small extras of its personal index, so that all its devices know them (FORMAT.md, section
 * 8). `index` is always that of the personal vault; what other vaults say of contacts is never looked at.
 */
export interface Contact {
  readonly card: ContactCard
  /** The card's name. */
  readonly name: string
  /** Somebody compared the words or scanned the card face to face. */
  readonly verified: boolean
  readonly blocked: boolean
}

type Extras = Pick<Index, 'extraValues' | 'extras'>

/** By name. */
export function contactsOf(index: Extras): Contact[] {
  const found = index.extras(CONTACT).flatMap(({ file }) => contactAt(index, file) ?? [])
  return found.sort((a, b) => compare(a.name, b.name) || compare(a.card.account, b.card.account))
}

export function contactOf(index: Extras, account: AccountId): Contact | undefined {
  const contact = contactAt(index, placeOf(account))
  return contact?.card.account === account ? contact : undefined
}

/** By name, whatever its case, or by the first eight or more hex digits of the account id. Throws UNKNOWN_CONTACT, AMBIGUOUS_NAME. */
export function findContact(index: Extras, nameOrIdPrefix: string): Contact {
  const key = nameKey(nameOrIdPrefix)
  const prefix = /^[0-9a-f]{8,64}$/i.test(nameOrIdPrefix) ? nameOrIdPrefix.toLowerCase() : undefined
  const found = contactsOf(index).filter(
    ({ name, card }) => nameKey(name) === key || (prefix !== undefined && card.account.startsWith(prefix))
  )
  if (found.length > 1) throw new HoldfastError('AMBIGUOUS_NAME')
  if (found[0] === undefined) throw new HoldfastError('UNKNOWN_CONTACT')
  return found[0]
}

export function contactIntent(contact: Pick<Contact, 'card' | 'verified' | 'blocked'>): Intent {
  const { card, verified, blocked } = contact
  return { key: extraKey(placeOf(card.account), CONTACT), value: encode([1, card.bytes, verified, blocked]) }
}

export function removeContactIntent(account: AccountId): Intent {
  return { key: extraKey(placeOf(account), CONTACT), value: null }
}

/** What this account calls itself; undefined until somebody said so. */
export function ownName(index: Extras, account: AccountId): string | undefined {
  const value = index.extraValues(placeOf(account), OWN_NAME).at(-1)
  return value === undefined ? undefined : read(() => asName(value))
}

/** Throws NAME_NOT_ALLOWED. */
export function ownNameIntent(account: AccountId, name: string): Intent {
  return { key: extraKey(placeOf(account), OWN_NAME), value: encode([1, checkUserName(name)]) }
}

const CONTACT = 'contact'
const OWN_NAME = 'name'

/** Where the extras of an account stand: nothing else has its id. */
function placeOf(account: AccountId): FileId {
  return account.slice(0, FILE_ID_BYTES * 2) as FileId
}

/** Of values that two devices wrote at once the last card counts; a verification or a block by either of them stays. */
function contactAt(index: Extras, file: FileId): Contact | undefined {
  const values = index.extraValues(file, CONTACT).flatMap((value) => read(() => asContact(value, file)) ?? [])
  const last = values.at(-1)
  if (last === undefined) return undefined
  const same = values.filter(({ card }) => card.account === last.card.account)
  return { ...last, verified: same.some((one) => one.verified), blocked: same.some((one) => one.blocked) }
}

function asContact(value: Uint8Array, file: FileId): Contact {
  const [version, bytes, verified, blocked] = asArray(decode(value, LIMITS.scalarBytes), 4)
  asVersion(version, 1)
  const card = readKeptCard(asBytes(bytes, { max: LIMITS.cardBytes }))
  if (typeof verified !== 'boolean' || typeof blocked !== 'boolean' || placeOf(card.account) !== file)
    throw new HoldfastError('MALFORMED')
  return { card, name: card.name, verified, blocked }
}

function asName(value: Uint8Array): string {
  const [version, text] = asArray(decode(value, LIMITS.scalarBytes), 2)
  asVersion(version, 1)
  const name = asText(text, LIMITS.userNameBytes)
  if (!isUserName(name)) throw new HoldfastError('MALFORMED')
  return name
}

/** What was written by a newer or a broken device is as if it were not there. */
function read<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return undefined
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
