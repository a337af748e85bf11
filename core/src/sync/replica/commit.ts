import type { EntryHash } from '../../base/ids.ts'
import type { LogStore } from '../../log/log-store.ts'
import type { VaultLog } from '../../log/vault-log.ts'
import type { Admission } from '../../log/vault-log.ts'
import type { Intake } from './intake.ts'
import { sketchOf } from './vault-load.ts'
import type { LoadedLog } from './vault-load.ts'

/**
 * Makes what was verified durable in one batch and only then takes it in. Null when there was nothing to do. When the
 * store fails, everything staged is as never seen, and the error goes on.
 */
export async function commit(
  { batch, records, late }: Pick<Intake, 'batch' | 'records' | 'late'>,
  store: LogStore,
  loaded: LoadedLog
): Promise<(Admission & { readonly mayShred: boolean }) | null> {
  if (batch.length === 0 && late.length === 0) return null
  const { log, index } = loaded
  try {
    if (batch.length > 0) await store.append(batch, [...records.values()])
    if (late.length > 0) await store.putRecords(late)
  } catch (error) {
    for (const { hash } of batch.toReversed()) log.forget(hash)
    throw error
  }
  const touched = new Set<EntryHash>()
  let membershipChanged = false
  for (const entry of batch) {
    const admission = log.admit(entry)
    index.add(sketchOf(entry))
    membershipChanged ||= admission.membershipChanged
    for (const hash of [...admission.newlyCounted, ...admission.uncounted]) touched.add(hash)
  }
  const newlyCounted = [...touched].filter((hash) => log.isCounted(hash))
  const uncounted = [...touched].filter((hash) => !log.isCounted(hash) && !batch.some((entry) => entry.hash === hash))
  for (const record of late) log.pins().addRecord(record)
  const lacks = await feedRecords(newlyCounted, { records }, store, log)
  loaded.lacksRecords = lacks || (late.length > 0 ? log.pins().missingRecords().length > 0 : loaded.lacksRecords)
  const mayShred =
    newlyCounted.some((hash) => bringsDeath(hash, log)) || late.some(({ hash }) => !log.pins().isLive(hash))
  return { newlyCounted, uncounted, membershipChanged, mayShred }
}

/** Contents of the records that have begun to count: those that came along, and those stored before. True: some are not here. */
async function feedRecords(
  counted: readonly EntryHash[],
  { records }: Pick<Intake, 'records'>,
  store: LogStore,
  log: VaultLog
): Promise<boolean> {
  const pins = log.pins()
  let lacks = false
  for (const entry of counted) {
    for (const hash of pins.recordsOf(entry)) {
      const record = records.get(hash) ?? (pins.record(hash) === undefined ? await store.record(hash) : undefined)
      if (record !== undefined) pins.addRecord(record)
      lacks ||= pins.isLive(hash) && pins.record(hash) === undefined
    }
  }
  return lacks
}

/** The entry shreds something, or brings what has been shredded. */
function bringsDeath(hash: EntryHash, log: VaultLog): boolean {
  const pinList = log.entry(hash)?.pinList
  if (pinList === undefined || pinList === null) return false
  return pinList.shreds.length > 0 || pinList.records.some((record) => !log.pins().isLive(record))
}
