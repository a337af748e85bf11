import type { BlobId, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { PeerLink } from '../../ports/peer-link.ts'
import { blake3Id } from '../../proof/blake3.ts'
import { encodeBlobRequest } from '../wire/blob-messages.ts'
import { decodeHaveReply, splitGetReply } from '../wire/blob-replies.ts'

/** Which of these the peer says it has. Throws what the link throws, and MALFORMED. */
export async function haveAll(link: PeerLink, vault: VaultId, ids: readonly BlobId[]): Promise<Set<BlobId>> {
  const here = new Set<BlobId>()
  for (let at = 0; at < ids.length; at += LIMITS.blobIdsPerMessage) {
    const some = ids.slice(at, at + LIMITS.blobIdsPerMessage)
    const { header } = await link.request(encodeBlobRequest({ kind: 'have', vault, object: null, blobs: some }))
    const bits = decodeHaveReply(header, some.length)
    some.forEach((id, i) => bits[i] && here.add(id))
  }
  return here
}

/**
 * Whether the peer gives this blob, whole. A peer that says it holds what it has thrown away is found by the first draw with
 * the chance of the part it lacks, and by repeated ones soon.
 */
export async function auditOne(link: PeerLink, vault: VaultId, id: BlobId): Promise<boolean> {
  const header = encodeBlobRequest({ kind: 'get', vault, blobs: [id] })
  const reply = await link.request(header, { expectBytes: LIMITS.blobBytes })
  const [bytes] = splitGetReply(reply.header, reply.body ?? new Uint8Array(0), 1)
  return bytes !== undefined && bytes !== null && blake3Id<BlobId>(bytes) === id
}
