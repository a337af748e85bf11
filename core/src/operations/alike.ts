import type { DeviceId } from '../base/ids.ts'
import { nameKey } from '../index/names.ts'

/** Those of several peers whose name another one has, too: people need the beginning of the id to tell them apart. */
export function alikeIn(peers: Iterable<{ readonly peer: DeviceId; readonly name: string }>): ReadonlySet<DeviceId> {
  const byName = new Map<string, Set<DeviceId>>()
  for (const { peer, name } of peers) {
    const key = nameKey(name)
    byName.set(key, (byName.get(key) ?? new Set()).add(peer))
  }
  return new Set([...byName.values()].filter(({ size }) => size > 1).flatMap((ids) => [...ids]))
}
