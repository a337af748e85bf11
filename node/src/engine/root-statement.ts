import { HoldfastError } from '@holdfast/core/base/errors'
import type { SignedStatement } from '@holdfast/core/log/account-statement'
import type { VaultReplica } from '@holdfast/core/sync/vault-replica'

/** The certificate that the root key itself signed: that of the account's first device, which anybody can check without a log. */
export function rootStatement(accountVault: VaultReplica): SignedStatement {
  const { statement } = accountVault.log.genesis
  if (!statement.byRoot) throw new HoldfastError('HOME_DAMAGED')
  return statement
}
