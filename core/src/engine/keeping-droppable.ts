import type { BlobId, ObjectId, RecordHash, VaultId } from '../base/ids.ts'
import type { ObjectRecord } from '../log/record.ts'
import { blobsOf } from '../sync/blobs/blob-view.ts'
import type { Replica } from '../sync/replica/replica.ts'
import type { VaultReplica } from '../sync/replica/vault-replica.ts'

export interface Droppable {
  readonly vault: VaultId
  readonly object: ObjectId
  /** Of it, what is here and what nothing else needs here. */
  readonly blobs: readonly BlobId[]
  readonly bytes: number
}

export interface DroppableOptions {
  readonly replica: Replica
  /** Everything that lies here, with its size. */
  readonly here: ReadonlyMap<BlobId, number>
  readonly isKept: (record: RecordHash) => boolean
}

/**
 * What may leave this device: objects of which as many relays as the vault wants copies have said that they hold them whole, and of
 * those the blobs that no other object needs here. A relay says so only after it has checked every blob, and takes it back when that is
 * no more so (FORMAT.md). What other devices say they hold counts for nothing here, and what this one says for nothing there.
 */
export function droppableOf({ replica, here, isKept }: DroppableOptions): Droppable[] {
  const needed = new Set<BlobId>()
  const free: { vault: VaultId; record: ObjectRecord }[] = []
  for (const vault of replica.vaults()) {
    for (const record of recordsOf(vault)) {
      if (!isKept(record.hash) && vault.log.pins().isWanted(record.hash) && isElsewhere(replica, vault, record.hash))
        free.push({ vault: vault.id, record })
      else for (const { id } of blobsOf(record)) needed.add(id)
    }
  }
  return free.flatMap(({ vault, record }) => {
    const blobs = [...new Set(blobsOf(record).map(({ id }) => id))].filter(
      (id) => here.has(id) && !needed.has(id) && !replica.isHeld(id)
    )
    if (blobs.length === 0) return []
    return [{ vault, object: record.object, blobs, bytes: blobs.reduce((sum, id) => sum + here.get(id)!, 0) }]
  })
}

function* recordsOf({ log }: VaultReplica): Iterable<ObjectRecord> {
  const pins = log.pins()
  for (const hash of pins.liveRecords()) {
    const record = pins.record(hash)
    if (record !== undefined) yield record
  }
}

/** Of relays that the vault names still: what others once said counts for nothing. */
export function isElsewhere(replica: Replica, { id, log }: VaultReplica, record: RecordHash): boolean {
  const { relays, copies } = log.membership()
  const complete = relays.filter(({ peer }) => replica.peers.holdsObject(peer, id, record))
  return complete.length >= Math.max(1, Math.min(copies, relays.length))
}
