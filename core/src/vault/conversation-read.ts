import { asArray, asId, asIds, asUint, asVersion, decode, encode, idValue } from '../base/codec.ts'
import { FILE_ID_BYTES, INCARNATION_BYTES, logIdOf, splitLogId } from '../base/ids.ts'
import type { DeviceId, FileId, Incarnation, LogId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { lastOp } from '../index/change-table.ts'
import type { ChangeRecord } from '../index/change-table.ts'
import type { Index } from '../index/index.ts'
import { messagesWhere } from './conversation-messages.ts'
import type { Message } from './conversation-messages.ts'

/**
 * How far somebody has read: of each log the number of the last entry whose messages were shown. Names would not do: what comes
 * late from somebody who was offline bears an earlier time. A log is applied in its order, so nothing below that number can come.
 */
export interface ReadMarker {
  readonly upTo: ReadonlyMap<LogId, number>
  /** Messages below it that could not be shown, because their bytes had not come. */
  readonly owed: readonly FileId[]
}

export const NOTHING_READ: ReadMarker = { upTo: new Map(), owed: [] }

/** Messages that were not shown yet, in order. */
export function unreadMessages(index: Index, marker: ReadMarker): Message[] {
  const limits = countersOf(index, marker)
  const owed = new Set(marker.owed)
  return messagesWhere(index, ({ id, log, counter }) => counter > (limits.get(log) ?? 0) || owed.has(id))
}

/** Everything that is in the index now was shown, but for these. */
export function markRead(index: Index, owed: readonly FileId[]): ReadMarker {
  const upTo = new Map<LogId, number>()
  for (const { log, seq } of changesOf(index)) upTo.set(log, Math.max(seq, upTo.get(log) ?? 0))
  return { upTo, owed: owed.slice(-LIMITS.unreadMarked) }
}

export function encodeReadMarker({ upTo, owed }: ReadMarker): Uint8Array {
  const logs = [...upTo].sort(([a], [b]) => (a < b ? -1 : 1))
  return encode([
    1,
    logs.map(([log, seq]) => {
      const { device, incarnation } = splitLogId(log)
      return [idValue(device), idValue(incarnation), seq]
    }),
    owed.map((file) => idValue(file))
  ])
}

/** Throws TOO_LARGE, UNSUPPORTED_VERSION or MALFORMED. */
export function decodeReadMarker(bytes: Uint8Array): ReadMarker {
  const [version, logs, owed] = asArray(decode(bytes, MARKER_BYTES), 3)
  asVersion(version, 1)
  const upTo = asArray(logs, { max: LIMITS.logsPerVault }).map((item): [LogId, number] => {
    const [device, incarnation, seq] = asArray(item, 3)
    return [logIdOf(asId<DeviceId>(device), asId<Incarnation>(incarnation, INCARNATION_BYTES)), asUint(seq)]
  })
  return { upTo: new Map(upTo), owed: asIds<FileId>(owed, LIMITS.unreadMarked, FILE_ID_BYTES) }
}

/** Up to which operation of each log a marker goes. */
function countersOf(index: Index, { upTo }: ReadMarker): Map<LogId, number> {
  const counters = new Map<LogId, number>()
  for (const record of changesOf(index)) {
    const { log, seq } = record
    if (seq <= (upTo.get(log) ?? 0)) counters.set(log, Math.max(lastOp(record), counters.get(log) ?? 0))
  }
  return counters
}

function* changesOf(index: Index): Iterable<ChangeRecord> {
  for (let doc = 0; doc < index.options.documents; doc++) {
    const chains = index.document(doc)?.changes.chains ?? []
    for (const [, chain] of chains) yield* chain
  }
}

const MARKER_BYTES = 64 + LIMITS.logsPerVault * 56 + LIMITS.unreadMarked * (FILE_ID_BYTES + 1)
