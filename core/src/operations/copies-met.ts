import type { DeviceId } from '../base/ids.ts'
import { isRefused } from '../engine/vault-status.ts'
import type { OpEngine } from './engine-part.ts'
import { contentOf } from './look.ts'

/** Files that fewer relays are known to hold than their vault asks for. A relay that cannot be met now does not count. */
export interface FewerCopies {
  readonly files: number
  /** The most that any of those vaults asks for. */
  readonly wanted: number
  /** Relays of those vaults that are named and not met: nothing is known of them while this device is offline. */
  readonly unmet: readonly DeviceId[]
}

/** Reads no content and asks nobody. Messages of conversations are files, too. */
export function fewerCopies(engine: OpEngine): FewerCopies {
  const connected = engine.isOnline ? new Set(engine.network.connected()) : undefined
  const unmet = new Set<DeviceId>()
  let [files, wanted] = [0, 0]
  for (const { replica, index } of engine.vaults()) {
    const { relays, copies } = replica.log.membership()
    // Of what this account was taken out of nobody asks for copies here any more.
    if (relays.length === 0 || isRefused(engine, replica)) continue
    const met = relays.map(({ peer }) => peer).filter((peer) => connected?.has(peer) ?? true)
    const pins = replica.log.pins()
    let fewer = 0
    for (const { node } of index.tree.walk(null)) {
      const content = contentOf(node)
      const record = content === undefined ? undefined : pins.recordOf(content.object)
      if (record === undefined) continue
      const { complete } = engine.home.replica.peers.objectState(replica.id, record.hash)
      if (complete.filter((peer) => met.includes(peer)).length < copies) fewer++
    }
    if (fewer === 0) continue
    files += fewer
    wanted = Math.max(wanted, copies)
    for (const { peer } of relays) if (!met.includes(peer)) unmet.add(peer)
  }
  return { files, wanted, unmet: [...unmet] }
}

/** The same as it is told: names beside ids. Nothing where every file has its copies. */
export function fewerCopiesText(
  engine: OpEngine,
  nameOf: (peer: DeviceId) => string
): { fewerCopies?: { files: number; wanted: number; unmet: { id: DeviceId; name: string }[] } } {
  const { files, wanted, unmet } = fewerCopies(engine)
  return files === 0 ? {} : { fewerCopies: { files, wanted, unmet: unmet.map((id) => ({ id, name: nameOf(id) })) } }
}
