import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { ErrorCode } from '../../base/errors.ts'
import type { DeviceId, RecordHash } from '../../base/ids.ts'
import { decodeEntry } from '../../log/entry.ts'
import type { UnverifiedEntry, VerifiedEntry } from '../../log/entry.ts'
import { decodeRecord } from '../../log/record.ts'
import type { ObjectRecord } from '../../log/record.ts'
import type { VaultLog } from '../../log/vault-log.ts'
import { wireBytes } from '../session/delivery.ts'
import type { LogPosition, ReceiveReport } from '../session/effects.ts'
import type { EntryIndex } from './entry-index.ts'
import type { WireEntry } from '../wire/messages.ts'
import type { Arrival, WaitingRoom } from './waiting-room.ts'

/** What of one frame is verified and staged, to be made durable in one batch, and what became of the rest. */
export interface Intake {
  readonly batch: VerifiedEntry[]
  readonly records: Map<RecordHash, ObjectRecord>
  /** Records of entries held before, which were missing. */
  readonly late: ObjectRecord[]
  readonly forked: UnverifiedEntry[]
  readonly parted: UnverifiedEntry[]
  /** Entries that waited and were taken out of the waiting room. */
  readonly released: Arrival[]
  readonly report: { readonly [K in keyof Omit<ReceiveReport, 'admitted' | 'withdrawn'>]: ReceiveReport[K][number][] }
}

interface Place {
  readonly log: VaultLog
  readonly index: EntryIndex
  readonly waiting: WaitingRoom
}

/** Decodes what is well formed; `refused` gets the codes of the rest. */
export function readArrivals(
  wires: readonly WireEntry[],
  from: DeviceId
): { arrivals: Arrival[]; refused: { code: ErrorCode }[] } {
  const arrivals: Arrival[] = []
  const refused: { code: ErrorCode }[] = []
  for (const wire of wires) {
    try {
      arrivals.push(readArrival(wire, from))
    } catch (error) {
      refused.push({ code: codeOf(error) })
    }
  }
  return { arrivals, refused }
}

/**
 * Verifies what arrived, and with it what was waiting for it. Nothing becomes visible: entries are only staged. A bad
 * entry ends nothing but itself.
 */
export async function takeIn(arrivals: readonly Arrival[], at: Place): Promise<Intake> {
  const report = { waiting: [], known: [], refused: [], touched: [], dropped: [], parted: [] }
  const intake: Intake = { batch: [], records: new Map(), late: [], forked: [], parted: [], released: [], report }
  for (const arrival of arrivals) {
    const queue = [arrival]
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (!(await takeOne(next, at, intake))) continue
      const free = at.waiting.arrived(next.entry.hash)
      intake.released.push(...free)
      queue.push(...free)
    }
  }
  return intake
}

/** True when the entry is staged: what waited for it can go on. */
async function takeOne(arrival: Arrival, at: Place, intake: Intake): Promise<boolean> {
  const { entry } = arrival
  const { report } = intake
  const position: LogPosition = { log: entry.log, seq: entry.header.seq }
  try {
    const verdict = await at.log.verify(entry, { wanted: at.waiting.isAwaited(entry.hash) })
    switch (verdict.kind) {
      case 'known':
        report.known.push(entry.hash)
        report.touched.push(position)
        intake.late.push(...arrival.records.filter(({ hash }) => isMissing(at.log, hash)))
        return false
      case 'waiting':
        if (hasParted(entry, at)) part(intake, entry)
        if (!at.waiting.add(arrival, verdict.missing)) {
          report.dropped.push(position)
          return false
        }
        report.waiting.push(entry.hash)
        report.touched.push(position)
        return false
      case 'forked':
      case 'verified':
        if (verdict.kind === 'forked') intake.forked.push(entry)
        intake.batch.push(verdict.entry)
        for (const record of arrival.records) intake.records.set(record.hash, record)
        report.touched.push(position)
        return true
    }
  } catch (error) {
    const code = codeOf(error)
    if (code === 'CHAIN_BROKEN') part(intake, entry)
    report.refused.push({ hash: entry.hash, code })
    report.touched.push(position)
    return false
  }
}

function readArrival(wire: WireEntry, from: DeviceId): Arrival {
  const entry = decodeEntry(wire.entry)
  const named = new Set(entry.pinList?.records)
  const records = wire.records.map((bytes) => decodeRecord(bytes))
  if (records.some(({ hash }) => !named.has(hash)))
    throw new HoldfastError('MALFORMED', 'a record that the entry does not bring')
  return { entry, records, from, sizeBytes: wireBytes(wire) }
}

function part(intake: Intake, entry: UnverifiedEntry): void {
  intake.parted.push(entry)
  intake.report.parted.push({ log: entry.log, seq: entry.header.seq })
}

/** The number before it is taken by another entry than the one it follows. */
function hasParted({ log, header }: UnverifiedEntry, { index }: { index: EntryIndex }): boolean {
  return header.seq - 1 <= index.heldSeq(log) && header.prev !== null && index.get(header.prev) === undefined
}

function isMissing(log: VaultLog, record: RecordHash): boolean {
  return log.pins().isLive(record) && log.pins().record(record) === undefined
}

function codeOf(error: unknown): ErrorCode {
  if (isHoldfastError(error)) return error.code
  throw error
}
