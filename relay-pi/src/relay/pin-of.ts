import type { BlobId, VaultId } from '@holdfast/core/base/ids'
import type { Replica } from '@holdfast/core/sync/replica/replica'

/** What this relay's own verified pins say of a blob; undefined when none names it. */
export function pinOf(replica: Replica, id: BlobId): { vault: VaultId; sizeBytes: number } | undefined {
  for (const { id: vault, log } of replica.vaults()) {
    const pins = log.pins()
    for (const object of pins.blobOwners(id)) {
      const record = pins.recordOf(object)
      const blob = record === undefined ? undefined : [record.manifest, ...record.blobs].find((one) => one.id === id)
      if (blob !== undefined) return { vault, sizeBytes: blob.sizeBytes }
    }
  }
  return undefined
}
