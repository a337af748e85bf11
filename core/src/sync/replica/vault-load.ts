import { isHoldfastError } from '../../base/errors.ts'
import type { EntryHash } from '../../base/ids.ts'
import { entryHash } from '../../log/entry.ts'
import type { Entry, EntryBytes, VerifiedEntry } from '../../log/entry.ts'
import type { LogStore } from '../../log/log-store.ts'
import { decodeHeader } from '../../log/header.ts'
import { VaultLog } from '../../log/vault-log.ts'
import { EntryIndex } from './entry-index.ts'
import type { EntrySketch } from '../session/sync-view.ts'

export interface LoadedLog {
  readonly log: VaultLog
  readonly index: EntryIndex
  /** Some record that is needed is not here. May stay true a while after the last one came. */
  lacksRecords: boolean
  /** Stored entries that stand on what is not here any more, in the order they had. */
  readonly leftOut: readonly EntryHash[]
}

/** Everything of one vault that was verified and stored before; undefined where its genesis is not. */
export async function loadLog(store: LogStore): Promise<LoadedLog | undefined> {
  const index = new EntryIndex()
  const leftOut: EntryHash[] = []
  let log: VaultLog | undefined
  for await (const bytes of store.load()) {
    if (log === undefined) {
      if (decodeHeader(bytes.header).genesis === null) return undefined
      log = VaultLog.fromStored(bytes)
      index.add(sketchOf(log.trust(bytes)))
      continue
    }
    const entry = trusted(log, bytes)
    if (entry === undefined) {
      leftOut.push(entryHash(bytes))
      continue
    }
    log.admit(entry)
    index.add(sketchOf(entry))
  }
  if (log === undefined) return undefined
  for await (const record of store.records()) log.pins().addRecord(record)
  for await (const { record, object } of store.dropped()) log.pins().addDropped(record, object)
  return { log, index, lacksRecords: log.pins().missingRecords().length > 0, leftOut }
}

function trusted(log: VaultLog, bytes: EntryBytes): VerifiedEntry | undefined {
  try {
    return log.trust(bytes)
  } catch (error) {
    if (isHoldfastError(error, 'HOME_DAMAGED')) return undefined
    throw error
  }
}

export function sketchOf({ hash, log, header, pinList }: Entry): EntrySketch {
  return { hash, log, seq: header.seq, hasRecords: (pinList?.records.length ?? 0) > 0 }
}
