import { asUint, decode, encode } from '../../base/codec.ts'
import { idFromHex } from '../../base/ids.ts'
import type { BlobId } from '../../base/ids.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { KvChange, KvStore } from '../../ports/kv-store.ts'

export interface CollectOptions {
  /** An OrderedBlobStore: a blob that is named again while it is deleted is brought anew. */
  readonly blobs: BlobStore
  readonly kv: KvStore
  /** Whether a live pin of any vault here or an open intent names the blob. Asked again right before each deletion. */
  readonly isNeeded: (blob: BlobId) => boolean
  /** How long a blob must have been seen unneeded, in running time of this home. 0: at once. */
  readonly graceMs: number
  /** Running time of this home (SeenTime.ranMs): no clock that jumps may delete anything. */
  readonly ranMs: number
}

export interface Collected {
  readonly kept: number
  /** Unneeded, but not for long enough. */
  readonly waiting: number
  readonly deleted: number
  readonly deletedBytes: number
}

/** Deletes what nothing needs: marks it, waits, looks again in the very step that deletes. Can be broken off anywhere. */
export async function collectGarbage(o: CollectOptions): Promise<Collected> {
  const marks = await loadMarks(o.kv)
  const seen = new Set<BlobId>()
  const counts = { kept: 0, waiting: 0, deleted: 0, deletedBytes: 0 }
  const changes: KvChange[] = []
  let due: { id: BlobId; sizeBytes: number }[] = []
  const sweep = async (): Promise<void> => {
    const lot = due
    due = []
    await deleteLot(o, lot, counts)
  }
  for await (const { id, sizeBytes } of o.blobs.list()) {
    const markedMs = marks.get(id)
    if (o.isNeeded(id)) counts.kept += 1
    else if (o.graceMs <= 0 || (markedMs !== undefined && o.ranMs - markedMs >= o.graceMs)) due.push({ id, sizeBytes })
    else {
      counts.waiting += 1
      seen.add(id)
      if (markedMs === undefined) changes.push({ put: MARK + id, value: encode(o.ranMs) })
    }
    if (changes.length >= LOT) await o.kv.write(changes.splice(0))
    if (due.length >= LOT) await sweep()
  }
  await sweep()
  // Needed again, or deleted: the next time it is unneeded the waiting begins anew.
  for (const id of marks.keys()) if (!seen.has(id)) changes.push({ del: MARK + id })
  for (let at = 0; at < changes.length; at += LOT) await o.kv.write(changes.slice(at, at + LOT))
  return counts
}

const MARK = 'collect/'
const AFTER = 'collect0'
const LOT = 256

async function deleteLot(
  o: CollectOptions,
  lot: readonly { id: BlobId; sizeBytes: number }[],
  counts: { kept: number; deleted: number; deletedBytes: number }
): Promise<void> {
  const unneeded = lot.filter(({ id }) => !o.isNeeded(id))
  counts.kept += lot.length - unneeded.length
  if (unneeded.length === 0) return
  // Nothing runs between the look above and this call.
  await o.blobs.delete(unneeded.map(({ id }) => id))
  counts.deleted += unneeded.length
  for (const { sizeBytes } of unneeded) counts.deletedBytes += sizeBytes
}

async function loadMarks(kv: KvStore): Promise<Map<BlobId, number>> {
  const marks = new Map<BlobId, number>()
  for await (const [key, value] of kv.range({ gte: MARK, lt: AFTER }))
    marks.set(idFromHex(key.slice(MARK.length)), asUint(decode(value, 16)))
  return marks
}
