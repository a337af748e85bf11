import type { BlobId, RecordHash } from '../../base/ids.ts'
import { blobsOf } from '../../log/blob-index.ts'
import type { LogStore } from '../../log/log-store.ts'
import type { VaultLog } from '../../log/vault-log.ts'
import type { BlobStore } from '../../ports/blob-store.ts'

/** Where a shred is carried out. `isNeeded`: whether a live pin of any vault here, or an open intent, names the blob. */
export interface ShredPlace {
  readonly log: VaultLog
  readonly store: LogStore
  readonly blobs: BlobStore
  readonly isNeeded: (blob: BlobId) => boolean
}

/**
 * Destroys what counted shreds name: the blobs nothing else needs, the object records with their key slots, and what the
 * medium still holds of them. A record goes only after its blobs, and a mark stays until the medium was rewritten: cut
 * short anywhere, the next open begins again where it was.
 */
export async function carryOutShreds({ log, store, blobs, isNeeded }: ShredPlace): Promise<RecordHash[]> {
  const pins = log.pins()
  const doomed = pins.deadRecords().flatMap((hash) => {
    const record = pins.record(hash)
    return record !== undefined && pins.isShredded(record.object) ? [record] : []
  })
  if (doomed.length === 0 && !(await isUnfinished(store))) return []
  await store.putMeta(MARK, UNFINISHED)
  const unneeded = new Set(doomed.flatMap((record) => [...blobsOf(record)]).filter((blob) => !isNeeded(blob)))
  await blobs.delete([...unneeded])
  await store.dropRecords(doomed.map(({ hash }) => hash))
  for (const { hash, object } of doomed) pins.addDropped(hash, object)
  await store.compactRecords()
  await store.putMeta(MARK, FINISHED)
  return doomed.map(({ hash }) => hash)
}

async function isUnfinished(store: LogStore): Promise<boolean> {
  return (await store.getMeta(MARK))?.[0] === 1
}

const MARK = 'shredding'
const UNFINISHED = new Uint8Array([1])
const FINISHED = new Uint8Array([0])
