import { HoldfastError } from '../base/errors.ts'
import type { EntryBytes } from '../log/entry.ts'
import type { VaultReplica } from '../sync/replica/vault-replica.ts'
import type { GenesisBytes } from './genesis-bytes.ts'

type Kept = Pick<VaultReplica, 'log' | 'store'>

/** The genesis of a vault as the store has it: undefined where that has lost it. */
export function firstEntry({ log, store }: Kept): Promise<EntryBytes | undefined> {
  return store.entryBytes(log.order()[0]!)
}

/** The same as invitations, pairings, mounts and account records hand it on. Throws HOME_DAMAGED. */
export async function genesisBytes(replica: Kept): Promise<GenesisBytes> {
  const bytes = await firstEntry(replica)
  if (bytes === undefined) throw new HoldfastError('HOME_DAMAGED')
  return { header: bytes.header, signature: bytes.signature }
}
