import type { FileContent } from '@holdfast/core/index/records'
import type { DeviceId } from '@holdfast/core/base/ids'
import type { Engine } from './engine.ts'

/** Where the bytes of a content are, as far as this device knows. */
export interface Whereabouts {
  readonly state: 'here' | 'arriving' | 'relay' | 'nowhere'
  /** Names of the devices and relays that are known to have all of it, this one among them. */
  readonly copies: readonly string[]
}

export function whereaboutsOf(engine: Engine, content: FileContent): Whereabouts {
  const { replica } = engine.vault
  const record = replica.log.pins().recordOf(content.object)
  if (record === undefined) return { state: 'nowhere', copies: [] }
  const { complete } = engine.home.replica.peers.objectState(replica.id, record.hash)
  const others = complete.map((peer) => peerName(engine, peer))
  if (engine.exchange.wanted.isComplete(record.hash))
    return { state: 'here', copies: [engine.home.settings.name, ...others] }
  if (complete.length === 0) return { state: 'nowhere', copies: [] }
  const connected = engine.isOnline ? engine.network.connected() : []
  return { state: complete.some((peer) => connected.includes(peer)) ? 'arriving' : 'relay', copies: others }
}

/** What people call a peer; what it says is hostile. */
export function peerName(engine: Engine, peer: DeviceId): string {
  const membership = engine.vault.replica.log.membership()
  const relay = membership.relays.find((one) => one.peer === peer)
  return relay?.name ?? engine.vault.deviceName(peer) ?? peer.slice(0, 8)
}
