import type { BlobExchange } from '../sync/blobs/blob-exchange.ts'
import type { Home } from '../home/home.ts'
import { every } from './later.ts'

/** How often the small duties are done: counting days, freeing a stalled pull. */
const TICK_MS = 15_000
/** Leftovers of an add that was broken off: looked for every hour, deleted after a day of running. */
const COLLECT_EVERY_MS = 3600_000
const COLLECT_GRACE_MS = 24 * 3600_000

/** What an opened home does from time to time. Returns how to end it. */
export function startDuties(home: Home, exchange: BlobExchange): () => void {
  const { replica, wait } = home
  const duties = [
    every(wait, TICK_MS, () => void replica.tick().catch(() => undefined)),
    every(wait, COLLECT_EVERY_MS, () => void exchange.collect(COLLECT_GRACE_MS).catch(() => undefined))
  ]
  return () => {
    for (const end of duties) end()
  }
}
