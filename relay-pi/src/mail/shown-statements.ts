import type { DeviceId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import type { SignedStatement } from '@holdfast/core/log/account-statement'

/**
 * What a stranger is shown of an account's statements, at most `most` of them, in their order (oldest first). Where there are more:
 * first the certificates of living devices, without which no key of theirs counts, then revocations, the newest first, each with what
 * leads to its issuer, without which it does not hold; certificates of devices that are gone are left out before these.
 */
export function shownStatements(
  statements: readonly SignedStatement[],
  living: Iterable<DeviceId>,
  most: number = LIMITS.statementsPerAccount
): readonly SignedStatement[] {
  if (statements.length <= most) return statements
  const certificates = new Map<DeviceId, SignedStatement[]>()
  for (const signed of statements) {
    const { kind, device } = signed.statement
    if (kind === 'certify') certificates.set(device, [...(certificates.get(device) ?? []), signed])
  }
  const shown = new Set<SignedStatement>()
  const show = (signed: SignedStatement): void => {
    if (shown.has(signed) || shown.size === most) return
    shown.add(signed)
    for (const one of certificates.get(signed.statement.issuer) ?? []) show(one)
  }
  const newestFirst = [...statements].reverse()
  for (const device of living) certificates.get(device)?.forEach(show)
  for (const signed of newestFirst) if (signed.statement.kind === 'revoke') show(signed)
  for (const signed of newestFirst) show(signed)
  return statements.filter((signed) => shown.has(signed))
}
