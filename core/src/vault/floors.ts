import type { VaultLog } from '../log/vault-log.ts'
import type { Floor } from './pairing-messages.ts'

/** Whether everything that was known when this vault was joined has arrived: no relay can hide it any more. */
export function floorReached(log: VaultLog, floor: Floor): boolean {
  const epochs = new Set(log.epochs().map(({ id }) => id))
  return floor.heads.every(({ hash }) => log.has(hash)) && floor.epochs.every((epoch) => epochs.has(epoch))
}

/** What a device that joins now must have reached. */
export function floorOf(log: VaultLog): Floor {
  return { vault: log.vault, heads: log.heads(), epochs: log.epochs().map(({ id }) => id) }
}
