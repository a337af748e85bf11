import type { AccountId } from '../base/ids.ts'
import type { SignedStatement } from './account-statement.ts'
import type { VaultLog } from './vault-log.ts'

/**
 * All that a vault holds of what an account says of its own devices, in the order of the log, whether the entry counts or
 * not: it speaks for itself.
 */
export function accountStatementsIn(log: VaultLog, account: AccountId): SignedStatement[] {
  const found = new Map(log.genesis.chain.map((signed) => [signed.hash, signed]))
  for (const hash of log.order()) {
    const body = log.entry(hash)?.body
    for (const statement of body?.kind === 'statement' ? body.statements : [])
      if (statement.kind === 'import') found.set(statement.signed.hash, statement.signed)
  }
  return [...found.values()].filter(({ statement }) => statement.account === account)
}
