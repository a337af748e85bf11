import type { BlobId } from '../../base/ids.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { BlobExchange } from '../blobs/blob-exchange.ts'
import type { Replica } from '../replica/replica.ts'

/** These blobs leave this home, which needs them and can have them again: from then on they are answered as not here. */
export async function dropBlobs(
  ids: readonly BlobId[],
  {
    replica,
    blobs,
    exchange
  }: { replica: Replica; blobs: BlobStore; exchange: Pick<BlobExchange, 'wanted' | 'fetcher'> }
): Promise<void> {
  for (const { id: vault, log } of replica.vaults()) {
    const pins = log.pins()
    for (const id of ids) {
      const records = pins.blobOwners(id).flatMap((object) => pins.recordOf(object) ?? [])
      exchange.wanted.lost(vault, id, records)
    }
  }
  await blobs.delete(ids)
  exchange.fetcher.resume() // there may be room now for what could not be stored
}
