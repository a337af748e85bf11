import type { AccountId } from '../base/ids.ts'
import type { SignedStatement } from './account-statement.ts'
import type { VaultLog } from './vault-log.ts'

/**
 * All that accounts say of their own devices in a vault, each once, in an order in which it may be said again. Whether the
 * entry that carries it counts does not matter: an account speaks for itself (FORMAT.md 5.8).
 */
export function accountStatementsOf(log: VaultLog): SignedStatement[] {
  const found = new Map(log.genesis.chain.map((signed) => [signed.hash, signed]))
  for (const hash of log.order()) {
    const body = log.entry(hash)?.body
    for (const statement of body?.kind === 'statement' ? body.statements : [])
      if (statement.kind === 'import' && !found.has(statement.signed.hash))
        found.set(statement.signed.hash, statement.signed)
  }
  return [...found.values()]
}

/** Those of one account. */
export function accountStatementsIn(log: VaultLog, account: AccountId): SignedStatement[] {
  return accountStatementsOf(log).filter(({ statement }) => statement.account === account)
}
