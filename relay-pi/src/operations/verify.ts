import { HoldfastError } from '@holdfast/core/base/errors'
import { repair, Scrubber } from '@holdfast/core/sync/store/scrub'
import { systemWait } from '../home/platform.ts'
import { pinOf } from '../relay/pin-of.ts'
import type { Relay } from '../relay/relay.ts'
import type { Operation } from './operation.ts'

/** A member whose link was ended by what was found is back within that time, or is not there. */
const BACK_WITHIN_MS = 10_000
const LOOK_MS = 100

/** Checks everything here at once, and has repaired what a connected member has. Throws HASH_MISMATCH if damage stays. */
export const verify: Operation = async ({ relay, serving, emit, signal }) => {
  const { blobs, kv, exchange, replica } = relay
  await replica.mend()
  for (const { id, asideEntries } of replica.vaults()) {
    if (asideEntries > 0) await emit({ type: 'lost', vault: id, entries: asideEntries })
  }
  const foundEntries = asideIn(relay)
  const scrubber = new Scrubber({ blobs, kv, damaged: exchange.damaged, wait: systemWait, bytesPerSecond: Infinity })
  const { checked, bytes, damaged } = await scrubber.all({
    signal,
    onProgress: (done, doneBytes) =>
      void emit({ type: 'progress', checked: done, bytes: doneBytes }).catch(() => undefined)
  })
  await exchange.lost(damaged)
  if (serving !== undefined) {
    for (let ms = 0; asideIn(relay) > 0 && ms < BACK_WITHIN_MS; ms += LOOK_MS) await systemWait(LOOK_MS, signal)
    await repair(exchange.damaged, (id) => pinOf(replica, id), exchange.fetcher, signal)
  }
  const left = exchange.damaged.size
  const damagedEntries = asideIn(relay)
  await emit({ type: 'verified', checked, bytes, found: damaged.length, damaged: left, foundEntries, damagedEntries })
  if (left + damagedEntries > 0)
    throw new HoldfastError('HASH_MISMATCH', 'What is damaged is repaired when a member that has it connects.')
}

function asideIn({ replica }: Relay): number {
  return replica.vaults().reduce((sum, { asideEntries }) => sum + asideEntries, 0)
}
