import { HoldfastError } from '@holdfast/core/base/errors'
import type { DeviceId } from '@holdfast/core/base/ids'
import type { SignedStatement } from '@holdfast/core/log/account-statement'
import type { VaultReplica } from '@holdfast/core/sync/vault-replica'

/**
 * The certificate that the root key itself signed: that of the account's first device. A relay that knows nothing of the
 * account yet can check no other, so only that device adds a relay. Throws REFUSED on every other one.
 */
export function rootStatement(accountVault: VaultReplica, device: DeviceId): SignedStatement {
  const statement = accountVault.log.genesis.chain[0]!
  if (statement.statement.device !== device)
    throw new HoldfastError('REFUSED', 'Only the device that made the account can add a relay.')
  return statement
}
