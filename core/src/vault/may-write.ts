import { HoldfastError } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import type { VaultReplica } from '../sync/replica/vault-replica.ts'

/** Said before anything is read, sealed or signed for nothing: the log and every replica would refuse it. Throws MAY_ONLY_READ. */
export function assertMayWrite({ log }: Pick<VaultReplica, 'log'>, device: DeviceId): void {
  if (log.membership().roleOf(device) === 'reader') throw new HoldfastError('MAY_ONLY_READ')
}
