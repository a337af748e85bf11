import type { AccountId, DeviceId, Incarnation } from '../base/ids.ts'
import { HoldfastError } from '../base/errors.ts'
import { signAccountStatement } from '../log/account-statement.ts'
import type { SignedStatement } from '../log/account-statement.ts'
import { accountStatementsIn } from '../log/account-statements.ts'
import type { VaultLog } from '../log/vault-log.ts'
import type { DeviceSecrets } from './secrets.ts'

/**
 * What an account's own log says of its devices and another vault does not hold yet, in an order in which it may be said
 * there. Nothing where the account is no member. A certificate counts as held only while it has an effect: one that came
 * in an entry that does not count is said again.
 */
export function missingStatements(accountLog: VaultLog, account: AccountId, vaultLog: VaultLog): SignedStatement[] {
  const member = vaultLog.membership().accounts.get(account)
  if (member === undefined) return []
  const living = accountLog.membership().accounts.get(account)?.devices ?? new Map()
  const held = new Set(accountStatementsIn(vaultLog, account).map(({ hash }) => hash))
  return accountStatementsIn(accountLog, account).filter(({ hash, statement: { kind, device } }) => {
    if (kind === 'revoke') return !held.has(hash)
    if (vaultLog.isRevoked(device) || member.devices.has(device)) return false
    return !held.has(hash) || living.has(device)
  })
}

/**
 * Revocations in effect that no entry which counts carries: two devices that revoked each other. A device that is left says
 * them again, once, so that others can build on it.
 */
export function revocationsToRepeat(log: VaultLog, device: DeviceId): SignedStatement[] {
  const loose = log.removalsToRepeat(device)
  if (loose.length === 0) return []
  const counted = new Set(
    log.counted().flatMap((hash) => {
      const body = log.entry(hash)?.body
      return body?.kind === 'statement'
        ? body.statements.flatMap((one) => (one.kind === 'import' ? one.signed.hash : []))
        : []
    })
  )
  return loose.flatMap((one) => (one.kind === 'import' && !counted.has(one.signed.hash) ? one.signed : []))
}

/** What goes with a device when it is revoked, and what has to be kept so that the others stay. */
export interface RevocationPlan {
  readonly kept: readonly DeviceId[]
  /** Devices that fall, the one that is meant first. */
  readonly falling: readonly DeviceId[]
}

/**
 * A device takes with it whatever it certified, since it may have been a thief who did so; this device and those that are
 * named stay, and so does whoever certified them. Throws LAST_DEVICE for this device itself.
 */
export function planRevocation(options: {
  readonly accountLog: VaultLog
  readonly account: AccountId
  readonly device: DeviceId
  readonly own: DeviceId
  readonly keep?: readonly DeviceId[]
}): RevocationPlan {
  const { accountLog, account, device, own, keep = [] } = options
  const living = [...(accountLog.membership().accounts.get(account)?.devices.keys() ?? [])]
  if (device === own || living.length < 2) throw new HoldfastError('LAST_DEVICE')
  const issuers = issuersIn(accountLog, account)
  const kept = new Set<DeviceId>()
  let falling = fallingWith(device, living, issuers, kept)
  for (const staying of [own, ...keep]) {
    for (let at: DeviceId | undefined = staying; at !== undefined && at !== device && falling.has(at); ) {
      const above: readonly DeviceId[] = issuers.get(at) ?? []
      if (above.includes(device)) kept.add(at)
      at = above.find((one) => one !== device && falling.has(one))
      falling = fallingWith(device, living, issuers, kept)
    }
  }
  return { kept: [...kept].sort(), falling: [...falling] }
}

/** This device says that another one of its account is none any more, and from where on what it gave up is void. */
export function revokeDevice(
  account: AccountId,
  device: DeviceId,
  kept: readonly DeviceId[],
  issuer: Pick<DeviceSecrets, 'device' | 'seed'>,
  voidUnpinsFrom: readonly { readonly incarnation: Incarnation; readonly seq: number }[] = []
): Promise<SignedStatement> {
  const revocation = { kind: 'revoke', account, issuer: issuer.device, device, kept, voidUnpinsFrom } as const
  return signAccountStatement(revocation, issuer.seed)
}

/** Who certified each device: several where it was paired more than once. */
function issuersIn(accountLog: VaultLog, account: AccountId): Map<DeviceId, DeviceId[]> {
  const found = new Map<DeviceId, DeviceId[]>()
  for (const { statement } of accountStatementsIn(accountLog, account)) {
    if (statement.kind !== 'certify') continue
    found.set(statement.device, [...(found.get(statement.device) ?? []), statement.issuer])
  }
  return found
}

/** The device and those that only it and others that fall have certified. A root key never falls. */
function fallingWith(
  device: DeviceId,
  living: readonly DeviceId[],
  issuers: ReadonlyMap<DeviceId, readonly DeviceId[]>,
  kept: ReadonlySet<DeviceId>
): Set<DeviceId> {
  const falling = new Set([device])
  for (let before = 0; before !== falling.size; ) {
    before = falling.size
    for (const one of living)
      if (!kept.has(one) && (issuers.get(one) ?? []).every((issuer) => falling.has(issuer))) falling.add(one)
  }
  return falling
}
