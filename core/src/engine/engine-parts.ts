import type { BlobExchange } from '../sync/blobs/blob-exchange.ts'
import type { VaultReplica } from '../sync/replica/vault-replica.ts'
import type { OwnStanding } from './account/standing.ts'
import type { Traffic } from './exchange.ts'
import type { Naming } from './naming.ts'
import type { RefusedVaults } from './sharing/refused-vaults.ts'
import type { Vaults } from './vaults.ts'

/** What an engine is put together from: loaded before it. */
export interface EngineParts {
  readonly exchange: BlobExchange
  readonly vaults: Vaults
  readonly accountVault: VaultReplica
  readonly standing: OwnStanding
  readonly refused: RefusedVaults
  readonly traffic: Traffic
  readonly naming: Naming
}
