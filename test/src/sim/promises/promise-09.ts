import { LIMITS } from '@holdfast/core/base/limits'
import { decodeBlobRequest } from '@holdfast/core/sync/wire/blob-messages'
import type { Checker } from '../checker.ts'
import type { World } from '../world.ts'

/** What is on its way between two machines stands in memory at both. */
export function promise09(world: World): Checker {
  const open = new Map<string, { requests: number; bytes: number }>()
  const count = (
    from: string,
    to: string,
    header: Uint8Array,
    bytes: number,
    by: 1 | -1
  ): { requests: number; bytes: number } => {
    const key = `${from}>${to} ${decodeBlobRequest(header).kind}`
    const now = open.get(key) ?? { requests: 0, bytes: 0 }
    now.requests += by
    now.bytes += by * bytes
    open.set(key, now)
    return now
  }
  const sizes = new Map<Uint8Array, number>()
  const self: Checker = {
    promise: 9,
    says: 'memory stays bounded by limits',
    said(from, _to, _message, bytes) {
      if (bytes > LIMITS.syncFrameBytes) world.broken(self, `${from.name} sent a message of ${bytes} bytes`)
    },
    asked(from, to, header, { body, expectBytes }) {
      const bytes = (body?.length ?? 0) + (expectBytes ?? 0)
      sizes.set(header, bytes)
      const { requests, bytes: outstanding } = count(from.name, to.name, header, bytes, 1)
      // Two connections at once between the same two are the worst there is here.
      const links = Math.max(1, [...from.links].filter((link) => link.peer === to.id).length)
      if (requests > links * (2 * LIMITS.blobOutstandingRequests + LIMITS.blobIdsPerMessage))
        world.broken(self, `${from.name} has ${requests} questions open`)
      if (outstanding > links * (LIMITS.blobOutstandingBytes + 2 * LIMITS.blobBytes))
        world.broken(self, `${from.name} has ${outstanding} bytes under way to ${to.name}`)
      if (header.length > LIMITS.blobFrameHeaderBytes)
        world.broken(self, `${from.name} asked with ${header.length} bytes`)
    },
    closed(from, to, header) {
      count(from.name, to.name, header, sizes.get(header) ?? 0, -1)
      sizes.delete(header)
    }
  }
  return self
}
