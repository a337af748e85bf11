import type { DeviceId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { Random } from '../ports/random.ts'
import type { SignedStatement } from '../log/account-statement.ts'
import { accountStatementsIn } from '../log/account-statements.ts'
import type { CertificateChain } from '../log/certificate-chain.ts'
import { chainTo } from '../log/certificate-chain.ts'
import type { EntryBytes } from '../log/entry.ts'
import { accountIdOf, GENESIS_NONCE_BYTES } from '../log/genesis.ts'
import type { VaultKind } from '../log/genesis.ts'
import type { RelayInfo, Role, Statement } from '../log/statement.ts'
import type { VaultLog } from '../log/vault-log.ts'
import { signGenesis } from '../log/write.ts'
import type { AccountKeys } from './account.ts'
import { claimedTime } from './author.ts'
import type { Author } from './author.ts'

export interface FoundOptions extends AccountKeys {
  readonly author: Author
  /** Certificates from the root key to the author's device. */
  readonly chain: CertificateChain
  readonly kind: Exclude<VaultKind, 'account'>
  /** Index documents, 1 to 16: never changed. */
  readonly documents: number
  readonly random: Random
}

/** Somebody a vault lets in: their keys, and the statements that certify their devices, each after those it stands on. */
export interface NewMember {
  readonly root: Uint8Array
  readonly recovery: Uint8Array
  readonly role: Role
  readonly statements: readonly SignedStatement[]
}

/** The first entry of a vault of this account: any of its devices can make one. Throws NOT_A_MEMBER where the chain is of another device. */
export async function foundVault(options: FoundOptions): Promise<EntryBytes> {
  const { author, chain, kind, documents, random, root, recovery } = options
  const { secrets, clock } = author
  const { bytes } = await signGenesis(
    { kind, documents, root, recovery, chain, nonce: random.bytes(GENESIS_NONCE_BYTES) },
    {
      device: secrets.device,
      incarnation: author.incarnation(),
      timeMs: claimedTime(clock),
      seed: secrets.seed
    }
  )
  return bytes
}

/**
 * What the second entry says: all that the founder's account says of its devices, further members, and the relays. To be
 * written with `Vault.state`, then `Vault.ensureEpoch` for the third.
 */
export function foundingStatements(options: {
  readonly accountLog: VaultLog
  readonly members: readonly NewMember[]
  readonly relays: readonly RelayInfo[]
  readonly copies: number
  readonly repairAfterMs: number
}): Statement[] {
  const { accountLog, members, relays, copies, repairAfterMs } = options
  return [
    ...importsOf(ownStatements(accountLog)),
    ...members.flatMap(memberStatements),
    ...(relays.length === 0 ? [] : [{ kind: 'relays' as const, relays, copies, repairAfterMs }])
  ]
}

/** Lets somebody in, with their devices. The name of an account stands sealed in the index: relays need not know it. */
export function memberStatements({ root, recovery, role, statements }: NewMember): Statement[] {
  return [{ kind: 'add', root, recovery, role, name: '' }, ...importsOf(statements)]
}

/** The chain that certifies a device, out of its account's log. Throws NOT_A_MEMBER. */
export function ownChain(log: VaultLog, device: DeviceId): CertificateChain {
  return chainTo(device, log.genesis.root, ownStatements(log))
}

/** Statements in parts that each fit one entry. */
export function statementParts(statements: readonly Statement[]): Statement[][] {
  const parts: Statement[][] = []
  for (let at = 0; at < statements.length; at += LIMITS.statementsPerEntry)
    parts.push(statements.slice(at, at + LIMITS.statementsPerEntry))
  return parts
}

function ownStatements(accountLog: VaultLog): SignedStatement[] {
  return accountStatementsIn(accountLog, accountIdOf(accountLog.genesis.root))
}

function importsOf(statements: readonly SignedStatement[]): Statement[] {
  return statements.map((signed) => ({ kind: 'import', signed }))
}
