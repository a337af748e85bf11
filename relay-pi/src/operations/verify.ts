import { HoldfastError } from '@holdfast/core/base/errors'
import { repair, Scrubber } from '@holdfast/core/sync/scrub'
import { systemWait } from '../home/platform.ts'
import { pinOf } from '../relay/pin-of.ts'
import type { Operation } from './operation.ts'

/** Re-hashes everything here at once, and has repaired what a connected member has. Throws PARTLY_DONE if damage stays. */
export const verify: Operation = async ({ relay, serving, emit, signal }) => {
  const { blobs, kv, exchange, replica } = relay
  const scrubber = new Scrubber({ blobs, kv, damaged: exchange.damaged, wait: systemWait, bytesPerSecond: Infinity })
  const { checked, bytes, damaged } = await scrubber.all({
    signal,
    onProgress: (done, doneBytes) =>
      void emit({ type: 'progress', checked: done, bytes: doneBytes }).catch(() => undefined)
  })
  await exchange.lost(damaged)
  if (serving !== undefined) await repair(exchange.damaged, (id) => pinOf(replica, id), exchange.fetcher, signal)
  const left = exchange.damaged.size
  await emit({ type: 'verified', checked, bytes, found: damaged.length, damaged: left })
  if (left > 0)
    throw new HoldfastError('PARTLY_DONE', 'Damaged blobs are repaired when a member that has them connects.')
}
