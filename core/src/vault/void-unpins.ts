import { splitLogId } from '../base/ids.ts'
import type { DeviceId, Incarnation, LogId } from '../base/ids.ts'
import type { VaultLog } from '../log/vault-log.ts'

/** From which number on the unpins of a log are to be void. */
export interface VoidFrom {
  readonly device: DeviceId
  readonly incarnation: Incarnation
  readonly seq: number
}

/**
 * What a removal of these devices is to make void: whatever they gave up in any of these vaults and has not taken effect here,
 * with all that they give up later. A device writes under one incarnation in all vaults, and a revocation names one number for
 * each: the lowest, which keeps more than is needed and never less.
 */
export function waitingUnpins(logs: readonly VaultLog[], devices: ReadonlySet<DeviceId>): VoidFrom[] {
  const from = new Map<LogId, number>()
  for (const log of logs)
    for (const { entry, state } of log.pins().unpins()) {
      const summary = state === 'waiting' ? log.entry(entry) : undefined
      if (summary === undefined || !devices.has(splitLogId(summary.log).device)) continue
      from.set(summary.log, Math.min(summary.header.seq, from.get(summary.log) ?? summary.header.seq))
    }
  const sorted = [...from].sort(([a], [b]) => (a < b ? -1 : 1)).slice(-MOST_LOGS)
  return sorted.map(([log, seq]) => ({ ...splitLogId(log), seq }))
}

/** Far fewer than a statement has room for, and more lives than a device has. */
const MOST_LOGS = 16
