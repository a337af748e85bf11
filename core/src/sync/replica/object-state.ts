import type { EntryHash, ObjectId, RecordHash, VaultId } from '../../base/ids.ts'
import { blobsOf } from '../../log/blob-index.ts'
import type { PinState } from '../../log/pins.ts'
import type { ObjectRecord } from '../../log/record.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import { MISSING_PER_STATE } from '../wire/messages.ts'
import type { ObjectState } from '../wire/messages.ts'

/**
 * Which objects of an entry are not complete in this store, and which are for others to hold; undefined when the entry brings
 * none. An object whose record is not here is incomplete with no blob named: nobody knows yet which, nor whose it is. What is for
 * others is said to be so also while it is still here: it may go without another word. So is what was given up: somebody who has
 * not heard of that must not take this store for a holder of it.
 */
export async function objectStateOf(
  vault: VaultId,
  entry: EntryHash,
  pins: PinState,
  blobs: BlobStore,
  isMine: (object: ObjectId) => boolean = () => true
): Promise<ObjectState | undefined> {
  const brought = pins.recordsOf(entry)
  if (brought.length === 0) return undefined
  const live = brought.filter((hash) => pins.isLive(hash))
  const givenUp = brought.filter((hash) => !pins.isLive(hash) && pins.shownRecord(hash) !== undefined)
  const incomplete: { record: RecordHash; missing: ReturnType<typeof missingOf> }[] = []
  const known: ObjectRecord[] = []
  const elsewhere: RecordHash[] = [...givenUp]
  for (const hash of live) {
    const record = pins.record(hash)
    if (record === undefined) incomplete.push({ record: hash, missing: [] })
    else if (isMine(record.object)) known.push(record)
    else elsewhere.push(hash)
  }
  const ids = known.flatMap((record) => [...blobsOf(record)])
  const here = await blobs.has(ids)
  const absent = new Set(ids.filter((_, i) => here[i] !== true))
  if (absent.size > 0) {
    for (const record of known) {
      const missing = missingOf(record, absent)
      if (missing.length > 0) incomplete.push({ record: record.hash, missing })
    }
  }
  return { kind: 'state', vault, entry, incomplete, elsewhere }
}

/** In the order of the object, so that it can be brought in the order in which it is read. */
function missingOf(record: ObjectRecord, absent: ReadonlySet<string>) {
  const missing = [...blobsOf(record)].filter((blob) => absent.has(blob))
  return missing.slice(0, MISSING_PER_STATE)
}
