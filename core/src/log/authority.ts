import { HoldfastError } from '../base/errors.ts'
import type { AccountId, DeviceId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { AccountStatement, SignedStatement } from './account-statement.ts'
import type { Recipient } from './epoch-body.ts'
import { recipientKey } from './epoch-body.ts'
import { accountIdOf } from './genesis.ts'
import type { VaultKind } from './genesis.ts'
import type { Header } from './header.ts'
import { outranks, recipientsOf } from './membership.ts'
import type { Membership } from './membership.ts'
import type { Removal } from './removals.ts'
import type { Standing } from './standing.ts'
import type { Statement } from './statement.ts'

/**
 * Who may say what, judged by the standing in the entry's own causal past (FORMAT.md 5.1, 5.5, 5.6). All functions
 * throw NOT_A_MEMBER for what this writer may not do and MALFORMED for what nobody may.
 */
export function assertMayWrite(header: Header, membership: Membership, vaultKind: VaultKind): void {
  const role = membership.roleOf(header.device)
  if (role === null) throw new HoldfastError('NOT_A_MEMBER')
  // Readers never need a new epoch, and everybody else writes under it.
  if (header.kind === 'epoch' && role === 'reader') throw new HoldfastError('NOT_A_MEMBER')
  if (header.kind !== 'change' && header.kind !== 'checkpoint') return
  if (vaultKind === 'account') throw new HoldfastError('MALFORMED', 'an account vault has no index')
  if (role === 'reader') throw new HoldfastError('NOT_A_MEMBER')
}

/** Throws unless the writer may say this at a point with this standing. */
export function assertMaySay(statement: Statement, device: DeviceId, standing: Standing, vaultKind: VaultKind): void {
  const { membership } = standing
  if (statement.kind === 'import') {
    assertMayImport(statement.signed, device, standing)
    return
  }
  const account = membership.accountOf(device)
  if (account === undefined) throw new HoldfastError('NOT_A_MEMBER')
  if (vaultKind === 'account' && statement.kind !== 'relays')
    throw new HoldfastError('MALFORMED', 'an account vault has one member')
  const leaving = statement.kind === 'remove' && statement.account === account
  if (!leaving && membership.roleOf(device) !== 'owner') throw new HoldfastError('NOT_A_MEMBER')
  switch (statement.kind) {
    case 'add':
      assertMayAdd(accountIdOf(statement.root), membership)
      break
    case 'role':
    case 'remove':
      assertMayTouch(account, statement.account, membership)
      break
    case 'relays':
      break
  }
}

/** Throws unless the recipients are exactly the members at this point. */
export function assertRecipientsAre(wraps: readonly Recipient[], membership: Membership): void {
  const expected = recipientsOf(membership)
  const same =
    wraps.length === expected.length && wraps.every((wrap, i) => recipientKey(wrap) === recipientKey(expected[i]!))
  if (!same) throw new HoldfastError('MALFORMED', 'an epoch for others than the members')
}

/** Throws unless each recipient is a member at this point whom the writer may hand an epoch. */
export function assertMayWrap(wraps: readonly Recipient[], device: DeviceId, membership: Membership): void {
  const own = membership.accountOf(device)
  const isOwner = membership.roleOf(device) === 'owner'
  for (const { kind, id } of wraps) {
    const account = kind === 'device' ? membership.accountOf(id) : membership.accounts.has(id) ? id : undefined
    if (account === undefined || (account !== own && !isOwner)) throw new HoldfastError('NOT_A_MEMBER')
  }
}

function assertMayAdd(account: AccountId, membership: Membership): void {
  if (membership.accounts.has(account)) throw new HoldfastError('MALFORMED', 'already a member')
  if (membership.accounts.size >= LIMITS.members) throw new HoldfastError('TOO_LARGE', 'no more members fit')
}

/** Nobody touches a higher rank, and nobody the founder. */
function assertMayTouch(actor: AccountId, target: AccountId, membership: Membership): void {
  if (!membership.accounts.has(target)) throw new HoldfastError('MALFORMED', 'not a member')
  if (target === membership.founder || outranks(membership, target, actor)) throw new HoldfastError('NOT_A_MEMBER')
}

/** Imports speak for themselves, so a device may introduce itself by a certificate that is good at this point. */
function assertMayImport(signed: SignedStatement, device: DeviceId, standing: Standing): void {
  const { statement } = signed
  const { membership } = standing
  const member = membership.accounts.get(statement.account)
  if (member === undefined) throw new HoldfastError('NOT_A_MEMBER')
  const importer = membership.accountOf(device)
  const introducesItself = importer === undefined && statement.kind === 'certify' && statement.device === device
  if (!introducesItself && importer !== statement.account && membership.roleOf(device) !== 'owner')
    throw new HoldfastError('NOT_A_MEMBER')
  assertIssuerGood(signed, importer, standing)
  if (statement.kind === 'certify') assertMayCertify(statement, standing)
  else if (!isKnownDevice(statement.device, statement.account, standing))
    throw new HoldfastError('MALFORMED', 'not a device of the account')
}

function assertIssuerGood(
  { statement, byRoot, hash }: SignedStatement,
  importer: AccountId | undefined,
  standing: Standing
): void {
  const { account, issuer } = statement
  if (byRoot || standing.membership.accountOf(issuer) === account) return
  // Where two devices revoked each other, a third one of the account repeats both: it could revoke either itself.
  if (statement.kind === 'revoke' && importer === account && isKnownDevice(issuer, account, standing)) return
  const revocations = standing.removals.filter((removal) => removal.device === issuer)
  const keptBy = (removal: Removal): boolean => statement.kind === 'certify' && removal.kept.has(statement.device)
  if (revocations.length > 0 && revocations.every(keptBy) && isKnownDevice(issuer, account, standing)) return
  // What is already known here may be said again: members import one another's statements without asking.
  const repeated = standing.events.some(
    (event) => event.statement.kind === 'import' && event.statement.signed.hash === hash
  )
  if (!repeated || statement.kind === 'certify') throw new HoldfastError('NOT_A_MEMBER')
}

function assertMayCertify(statement: AccountStatement, standing: Standing): void {
  const { device, account } = statement
  const { membership, removals } = standing
  const other = membership.accountOf(device)
  if (other !== undefined && other !== account) throw new HoldfastError('MALFORMED', 'a device of another account')
  if (removals.some((removal) => removal.device === device)) throw new HoldfastError('NOT_A_MEMBER', 'a revoked device')
  const devices = membership.accounts.get(account)!.devices
  if (!devices.has(device) && devices.size >= LIMITS.devicesPerAccount)
    throw new HoldfastError('TOO_LARGE', 'no more devices fit')
}

function isKnownDevice(device: DeviceId, account: AccountId, standing: Standing): boolean {
  return standing.events.some(({ statement }) => {
    if (statement.kind !== 'import') return false
    const said = statement.signed.statement
    return said.kind === 'certify' && said.device === device && said.account === account
  })
}
