import type { EpochId } from '../base/ids.ts'
import type { VaultReplica } from '../sync/replica/vault-replica.ts'
import { handedOut } from './handed-out.ts'
import { Keyring } from './keyring.ts'
import type { RecoveryKey } from './keyring.ts'

export interface Rehearsal {
  readonly epochs: number
  /** Epochs that the words would not open: what was written under them would stay closed. */
  readonly closed: readonly EpochId[]
}

/** Whether the words alone would open every epoch of a vault. Changes nothing, and uses no key of this device. */
export async function rehearse(
  { id, log, store }: Pick<VaultReplica, 'id' | 'log' | 'store'>,
  recovery: RecoveryKey
): Promise<Rehearsal> {
  const keyring = new Keyring(id, undefined, recovery)
  const epochs = log.epochs()
  for (let before = -1; before !== keyring.size; ) {
    before = keyring.size
    for (const { id: epoch } of epochs)
      for (const hash of log.epochEntries(epoch))
        await keyring.learn({ hash, writer: log.entry(hash)!.header.device }, await handedOut(store, hash))
  }
  return { epochs: epochs.length, closed: epochs.flatMap(({ id: epoch }) => (keyring.has(epoch) ? [] : [epoch])) }
}
