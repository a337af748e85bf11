import type { LogId } from '@holdfast/core/base/ids'
import type { Write } from './truth.ts'
import type { World } from './world.ts'

/**
 * Whether a write lies on a log that really forked (both branches were told to others before anybody saw both): the branch
 * that does not stand is kept as quarantined entries and is in no index.
 */
export function forkedLogs(world: World): (write: Write) => boolean {
  const from = new Map<LogId, number>()
  if (world.truth.noted('FORKED')) {
    for (const hashes of world.truth.numbers.values()) {
      if (hashes.size < 2) continue
      const { log, seq } = world.truth.entries.get([...hashes][0]!)!
      from.set(log, Math.min(seq, from.get(log) ?? seq))
    }
  }
  return (write) =>
    [...world.truth.entries.values()].some(
      ({ log, seq, records }) =>
        seq >= (from.get(log) ?? Infinity) && records.some(({ object }) => object === write.object)
    )
}
