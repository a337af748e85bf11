import { equalBytes } from '../../base/bytes.ts'
import { HoldfastError } from '../../base/errors.ts'
import type { AccountId } from '../../base/ids.ts'
import { nameKey } from '../../index/names.ts'
import type { SignedStatement, StatementHash } from '../../log/account-statement.ts'
import { accountStatementsIn } from '../../log/account-statements.ts'
import { chainTo } from '../../log/certificate-chain.ts'
import { makeCard, wordsBetween } from '../../vault/contact-card.ts'
import type { ContactCard } from '../../vault/contact-card.ts'
import {
  contactIntent,
  contactOf,
  contactsOf,
  ownName,
  ownNameIntent,
  removeContactIntent
} from '../../vault/contacts.ts'
import type { Contact } from '../../vault/contacts.ts'
import { userNameFrom } from '../../vault/user-name.ts'
import { assertAccountCaughtUp } from './devices.ts'
import type { Engine } from '../engine.ts'

/** This account's card, signed by this device. Throws REVOKED, and WRITES_HELD where its account's log has not arrived yet. */
export async function ownCard(engine: Engine): Promise<ContactCard> {
  const { state, secrets } = engine.home
  engine.standing.assertMember()
  assertAccountCaughtUp(engine)
  const statements = accountStatementsIn(engine.accountVault.log, state.account)
  return makeCard({
    root: state.root,
    recovery: state.recovery,
    name: ownUserName(engine),
    chain: chainTo(secrets.device, state.root, statements),
    relays: engine.relays(),
    floor: floorFrom(statements),
    relaysHeight: engine.personal.replica.log.membership().relaysHeight,
    seed: secrets.seed
  })
}

/** Oldest first, as it is cut, and before all the certificates that a revocation ended: whoever has that needs them no more. */
function floorFrom(statements: readonly SignedStatement[]): StatementHash[] {
  const revoked = new Set(statements.flatMap(({ statement: { kind, device } }) => (kind === 'revoke' ? [device] : [])))
  const isOver = ({ statement: { kind, device } }: SignedStatement): boolean =>
    kind === 'certify' && revoked.has(device)
  return [...statements.filter(isOver), ...statements.filter((one) => !isOver(one))].map(({ hash }) => hash)
}

/** What this account calls itself; until it was said, what its first device is called. */
export function ownUserName(engine: Engine): string {
  const { personal, accountVault, home } = engine
  const said = ownName(personal.index, home.state.account)
  if (said !== undefined) return said
  const first = accountVault.log.genesis.chain.at(-1)!.statement.device
  return userNameFrom(personal.deviceName(first) ?? (first === home.secrets.device ? home.settings.name : ''))
}

/** Throws NAME_NOT_ALLOWED. Nothing is written when that is the name already. */
export async function setOwnName(engine: Engine, name: string): Promise<void> {
  const intent = ownNameIntent(engine.home.state.account, name)
  const { personal } = engine
  await personal.edit(() => (ownName(personal.index, engine.home.state.account) === name ? [] : [intent]))
}

/** The words that this account and another one see alike. */
export function wordsWith(engine: Engine, card: Pick<ContactCard, 'root'>): readonly string[] {
  return wordsBetween(engine.home.state.root, card.root)
}

/**
 * Whether a card may be taken: not one's own (OWN_CARD), not signed by a device that its account has removed as far as is
 * known here (CARD_REVOKED). Returns who is known by its name under another key: that is a hard stop for whoever calls.
 */
export function judgeCard(
  engine: Engine,
  card: ContactCard
): { known: Contact | undefined; rival: Contact | undefined } {
  const { personal, home } = engine
  if (card.account === home.state.account) throw new HoldfastError('OWN_CARD')
  if (isSignerRevoked(engine, card)) throw new HoldfastError('CARD_REVOKED')
  const known = contactOf(personal.index, card.account)
  const rival = contactsOf(personal.index).find(
    (other) => other.card.account !== card.account && nameKey(other.name) === nameKey(card.name)
  )
  return { known, rival }
}

/**
 * Keeps somebody's card. Of two cards of one account the one whose maker knew more is kept; verified is never lowered.
 * Throws as `judgeCard`, and KEY_CHANGED.
 */
export async function keepContact(engine: Engine, card: ContactCard, verified: boolean): Promise<Contact> {
  const { personal } = engine
  await personal.edit(() => {
    const { known, rival } = judgeCard(engine, card)
    if (rival !== undefined) throw new HoldfastError('KEY_CHANGED')
    const kept = known !== undefined && isOlder(card, known.card) ? known.card : card
    const next = { card: kept, verified: verified || known?.verified === true, blocked: known?.blocked === true }
    return known !== undefined && isSame(known, next) ? [] : [contactIntent(next)]
  })
  engine.mail.retryFull()
  return contactOf(personal.index, card.account)!
}

/** Throws UNKNOWN_CONTACT where there is none (any more). */
export async function blockContact(engine: Engine, account: AccountId, blocked: boolean): Promise<Contact> {
  const { personal } = engine
  await personal.edit(() => {
    const known = contactOf(personal.index, account)
    if (known === undefined) throw new HoldfastError('UNKNOWN_CONTACT')
    return known.blocked === blocked ? [] : [contactIntent({ ...known, blocked })]
  })
  engine.mail.retryFull()
  return contactOf(personal.index, account)!
}

export async function forgetContact(engine: Engine, account: AccountId): Promise<void> {
  const { personal } = engine
  await personal.edit(() => (contactOf(personal.index, account) === undefined ? [] : [removeContactIntent(account)]))
}

/** A revocation of any device on the chain ends what it certified, unless a vault still lists the signer. */
function isSignerRevoked(engine: Engine, { account, chain, device }: ContactCard): boolean {
  return engine.vaults().some(({ replica: { log } }) => {
    const revoked = chain.some(({ statement }) => log.isRevoked(statement.device))
    return revoked && log.membership().accounts.get(account)?.devices.has(device) !== true
  })
}

/** Its maker knew less of its own account, or of its relays, than that of the other: an old card must not bring back old relays. */
export function isOlder(card: Ordered, other: Ordered): boolean {
  const knew = new Set(other.floor)
  if (!card.floor.every((hash) => knew.has(hash))) return false
  return card.floor.length < other.floor.length || card.relaysHeight < other.relaysHeight
}

type Ordered = Pick<ContactCard, 'floor' | 'relaysHeight'>

function isSame(a: Contact, b: Omit<Contact, 'name'>): boolean {
  return a.verified === b.verified && a.blocked === b.blocked && equalBytes(a.card.bytes, b.card.bytes)
}
