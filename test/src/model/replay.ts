import type { EntryHash } from '@holdfast/core/base/ids'
import { VaultLog } from '@holdfast/core/log/vault-log'
import type { Admission } from '@holdfast/core/log/vault-log'
import type { Cast } from './cast.ts'
import { RECORD } from './fact.ts'
import type { Fact } from './fact.ts'
import type { Outcome } from './told.ts'

/** Gives a fresh log these entries in this order, through `verify` if they are signed, and adds up what it tells of each. */
export async function replay(start: readonly Fact[], order: readonly Fact[], signed: boolean): Promise<VaultLog> {
  const log = VaultLog.fromStored(start[0]!.entry.bytes)
  const counted = new Set<EntryHash>(log.counted())
  for (const { entry } of start.slice(1)) tally(counted, log.admit(log.trust(entry.bytes)))
  for (const { entry, key } of order) {
    if (!signed) tally(counted, log.admit(log.trust(entry.bytes)))
    else {
      const verdict = await log.verify(entry, { wanted: true })
      if (verdict.kind !== 'verified' && verdict.kind !== 'forked') throw new Error(`${key} is ${verdict.kind}`)
      tally(counted, log.admit(verdict.entry))
    }
  }
  if (!same([...counted], log.counted())) throw new Error('what admit told does not add up to what counts')
  return log
}

/** What the product makes of the entries it holds, in the oracle's words. */
export function outcomeOfLog(log: VaultLog, cast: Cast): Outcome {
  log.pins().addRecord(RECORD)
  const { accounts, relays } = log.membership()
  const names = (ids: Iterable<string>): string[] => [...ids].map((id) => cast.nameOf(id)).sort()
  const members = [...accounts].map(
    ([account, { role, rank, devices }]) =>
      [cast.nameOf(account), role, Number.isFinite(rank) ? rank : null, names(devices.keys())] as const
  )
  return {
    counted: [...log.counted()].sort(),
    accounts: members.sort(([a], [b]) => (a < b ? -1 : 1)),
    relays: relays.map(({ name }) => name),
    frozen: log
      .frozenLogs()
      .map((frozen) => cast.logName(frozen.log))
      .sort(),
    epochs: log
      .epochs()
      .map(({ id, recipientsFit }) => [id, recipientsFit] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    writable: log.writableEpoch(),
    live: log.pins().isLive(RECORD.hash)
  }
}

function tally(counted: Set<EntryHash>, { newlyCounted, uncounted }: Admission): void {
  for (const hash of uncounted) if (!counted.delete(hash)) throw new Error('uncounted what did not count')
  for (const hash of newlyCounted) {
    if (counted.has(hash)) throw new Error('counted what counted already')
    counted.add(hash)
  }
}

const same = (a: readonly string[], b: readonly string[]): boolean => [...a].sort().join() === [...b].sort().join()
