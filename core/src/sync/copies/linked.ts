import type { DeviceId, VaultId } from '../../base/ids.ts'
import type { ObjectRecord } from '../../log/record.ts'
import type { Replica } from '../replica/replica.ts'

/**
 * Whether a relay has said that it holds this very object for another vault, from which it was linked into this one: then its blobs
 * are there, and the entry that pins them anew makes it complete without a byte of it being sent. Should they be gone, the relay says
 * that the object is incomplete and is brought it like any other.
 */
export function isLinkedAt(
  replica: Replica,
  relay: DeviceId,
  vault: VaultId,
  { object, manifest }: ObjectRecord
): boolean {
  return replica.vaults().some(
    (other) =>
      other.id !== vault &&
      other.log
        .pins()
        .recordsFor(object)
        .some((record) => record.manifest.id === manifest.id && replica.peers.holdsObject(relay, other.id, record.hash))
  )
}
