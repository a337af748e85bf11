import { asArray } from '../base/codec.ts'
import type { Value } from '../base/codec.ts'
import { idBytes } from '../base/ids.ts'
import type { AccountId, DeviceId } from '../base/ids.ts'
import { assertSigned, decodeSigned } from './account-statement.ts'
import type { SignedStatement } from './account-statement.ts'
import { accountStatementsIn } from './account-statements.ts'
import { assertChain, chainTo, chainValue, decodeChain } from './certificate-chain.ts'
import type { CertificateChain } from './certificate-chain.ts'
import { isHoldfastError } from '../base/errors.ts'
import { equalBytes } from '../base/bytes.ts'
import type { VaultLog } from './vault-log.ts'

/**
 * Why a device is none of its account any more: somebody who was revoked is told nothing of any vault, but this (FORMAT.md
 * 7.3). The chain leads to the device that signed the revocation; it is null where the root key did.
 */
export interface RevocationProof {
  readonly chain: CertificateChain | null
  readonly revocation: SignedStatement
}

export function revocationProofValue({ chain, revocation }: RevocationProof): Value {
  return [chain === null ? null : chainValue(chain), [revocation.bytes, revocation.signature]]
}

/** Throws MALFORMED. */
export function readRevocationProof(value: Value | undefined): RevocationProof {
  const [chain, signed] = asArray(value, 2)
  const [bytes, signature] = asArray(signed, 2)
  return { chain: chain === null ? null : decodeChain(chain), revocation: decodeSigned(bytes, signature) }
}

/** Out of an account's own log: the proof that a device fell, itself or with who certified it. Undefined while it stands or was never one. */
export function revocationOf(log: VaultLog, account: AccountId, device: DeviceId): RevocationProof | undefined {
  const { root } = log.genesis
  if (log.membership().accounts.get(account)?.devices.has(device) === true) return undefined
  const statements = accountStatementsIn(log, account)
  const chain = chainOrNone(device, root, statements)
  const revocation = statements.find((signed) => cuts(signed, chain) && log.isRevoked(signed.statement.device))
  if (revocation === undefined) return undefined
  return { chain: revocation.byRoot ? null : chainOrNone(revocation.statement.issuer, root, statements), revocation }
}

/**
 * Whether a proof holds for a device, by what the device itself knows of its account: signed by the root key or by a
 * device of the account that it does not know to be revoked.
 */
export async function provesRevoked(
  { chain, revocation }: RevocationProof,
  log: VaultLog,
  account: AccountId,
  device: DeviceId
): Promise<boolean> {
  const { root } = log.genesis
  const { statement, byRoot } = revocation
  const own = chainOrNone(device, root, accountStatementsIn(log, account))
  if (statement.account !== account || !cuts(revocation, own) || (chain === null) !== byRoot) return false
  try {
    await assertSigned(revocation)
    if (chain === null) return equalBytes(idBytes(statement.issuer), root)
    return (await assertChain(chain, root)) === statement.issuer && !log.isRevoked(statement.issuer)
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return false
  }
}

/** Whether a revocation ends a chain: of a device on it, without keeping the one after it. */
function cuts({ statement }: SignedStatement, chain: CertificateChain): boolean {
  if (statement.kind !== 'revoke') return false
  const at = chain.findIndex((one) => one.statement.device === statement.device)
  const next = chain[at + 1]?.statement.device
  return at >= 0 && (next === undefined || !statement.kept.includes(next))
}

function chainOrNone(device: DeviceId, root: Uint8Array, statements: readonly SignedStatement[]): CertificateChain {
  try {
    return chainTo(device, root, statements)
  } catch (error) {
    if (!isHoldfastError(error, 'NOT_A_MEMBER')) throw error
    return []
  }
}
