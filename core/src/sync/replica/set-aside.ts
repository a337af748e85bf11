import { isHoldfastError } from '../../base/errors.ts'
import type { EntryHash } from '../../base/ids.ts'
import { entryOf } from '../../log/entry.ts'
import type { LogStore } from '../../log/log-store.ts'
import type { KvChange } from '../../ports/kv-store.ts'
import type { OwnLog, Withdrawn } from './own-log.ts'

/** Entries in one batch. */
const LOT = 64

/**
 * Takes out of the store what stands on entries that are not here any more, last first, so that it can be broken off anywhere.
 * It is kept aside; what no peer has heard of is kept to be written again instead, since what it stood on may be gone for good.
 */
export async function setAside(leftOut: readonly EntryHash[], store: LogStore, own: OwnLog): Promise<void> {
  for (let end = leftOut.length; end > 0; end -= LOT) {
    const lot = leftOut.slice(Math.max(0, end - LOT), end)
    const unheard: Withdrawn[] = []
    for (const hash of lot) {
      const withdrawn = await readUnheard(hash, store, own)
      if (withdrawn !== undefined) unheard.push(withdrawn)
    }
    const again: readonly KvChange[] = own.kept(unheard)
    const names = new Set(unheard.map(({ entry }) => entry.hash))
    await store.setAside(
      lot.filter((hash) => !names.has(hash)),
      again,
      [...names]
    )
  }
}

async function readUnheard(hash: EntryHash, store: LogStore, own: OwnLog): Promise<Withdrawn | undefined> {
  const bytes = await store.entryBytes(hash)
  if (bytes === undefined) return undefined
  const entry = entryOf(bytes)
  if (entry.log !== own.log || entry.header.seq <= own.announcedSeq) return undefined
  const records = await Promise.all(
    (entry.pinList?.records ?? []).map((record) => store.record(record).catch(unreadable))
  )
  return { entry, records: records.filter((record) => record !== undefined) }
}

function unreadable(error: unknown): undefined {
  if (!isHoldfastError(error)) throw error
  return undefined
}
