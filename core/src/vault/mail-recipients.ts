import { HoldfastError } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import { assertSigned } from '../log/account-statement.ts'
import type { Revocation, SignedStatement } from '../log/account-statement.ts'
import { assertMailKeySigned } from '../sync/wire/key-bundle.ts'
import type { SignedMailKey } from '../sync/wire/key-bundle.ts'
import type { ContactCard } from './contact-card.ts'
import type { RecipientKey } from './envelope.ts'

/** What a relay answered when it was asked for an account. */
export interface LookUp {
  readonly statements: readonly SignedStatement[]
  readonly keys: readonly SignedMailKey[]
}

/**
 * To which keys an envelope for the account of this card may be sealed: of the answer of `relay`, those that living devices
 * of the account signed for it. One key of anybody else makes the whole answer worthless. Throws PEER_LIES, BAD_SIGNATURE,
 * ROLLED_BACK (the relay shows less than the maker of the card knew), NO_KEYS.
 */
export async function recipientsFrom(card: ContactCard, relay: DeviceId, answer: LookUp): Promise<RecipientKey[]> {
  const statements = [...card.chain, ...answer.statements]
  const known = new Set(statements.map(({ hash }) => hash))
  if (!card.floor.every((hash) => known.has(hash))) throw new HoldfastError('ROLLED_BACK')
  for (const signed of answer.statements) {
    if (signed.statement.account !== card.account) throw new HoldfastError('PEER_LIES')
    await assertSigned(signed)
  }
  const living = livingDevicesIn(statements)
  const keys = new Map<DeviceId, RecipientKey>()
  for (const signed of answer.keys) {
    const { account, device, id, xPublic } = signed.key
    if (account !== card.account || signed.key.relay !== relay || keys.has(device)) throw new HoldfastError('PEER_LIES')
    await assertMailKeySigned(signed)
    // Another device may have revoked it, and this relay not heard of it.
    if (living.has(device)) keys.set(device, { device, id, xPublic })
    else if (!everCertified(statements).has(device)) throw new HoldfastError('PEER_LIES')
  }
  if (keys.size === 0) throw new HoldfastError('NO_KEYS')
  return [...keys.values()]
}

/**
 * Devices that these signed statements of one account leave standing. A revocation by any device that was ever certified
 * holds: of two that revoked each other nobody is written to, which the account's own log may see otherwise.
 */
export function livingDevicesIn(statements: readonly SignedStatement[]): Set<DeviceId> {
  const certified = everCertified(statements)
  const revocations = new Map<DeviceId, Revocation[]>()
  for (const { statement, byRoot } of statements) {
    if (statement.kind !== 'revoke' || (!byRoot && !certified.has(statement.issuer))) continue
    revocations.set(statement.device, [...(revocations.get(statement.device) ?? []), statement])
  }
  const keeps = (issuer: DeviceId, device: DeviceId): boolean =>
    certified.has(issuer) && revocations.get(issuer)?.every(({ kept }) => kept.includes(device)) === true
  return reached(statements, (issuer, device, alive) => {
    if (revocations.has(device)) return false
    return alive.has(issuer) || keeps(issuer, device)
  })
}

function everCertified(statements: readonly SignedStatement[]): Set<DeviceId> {
  return reached(statements, (issuer, _device, before) => before.has(issuer))
}

/** Devices that certificates lead to from the root key, as far as `leads` lets them; those by the root key need only not be barred. */
function reached(
  statements: readonly SignedStatement[],
  leads: (issuer: DeviceId, device: DeviceId, before: ReadonlySet<DeviceId>) => boolean
): Set<DeviceId> {
  const found = new Set<DeviceId>()
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const { statement, byRoot } of statements) {
      if (statement.kind !== 'certify' || found.has(statement.device)) continue
      const from = byRoot ? new Set([statement.issuer]) : found
      if (leads(statement.issuer, statement.device, from)) found.add(statement.device)
    }
  }
  return found
}
