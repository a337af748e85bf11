import { randomBytes } from 'node:crypto'
import { mdns } from '@libp2p/mdns'
import type { Transports } from '@holdfast/core/libp2p/libp2p-options'

/**
 * Multicast DNS under a name of our own. Who listens on the network sees that Holdfast runs here, the device's peer id and its private
 * addresses; the name is drawn anew at each start. Where there is no multicast it is silent: nothing fails.
 */
export const nearby: NonNullable<Transports['discovery']> = ({ addresses, logger }) => {
  const found = mdns({ serviceTag: '_holdfast._udp.local', peerName: randomBytes(16).toString('hex') })
  // It asks its address manager for nothing but this.
  return found({ addressManager: { getAddresses: addresses }, logger } as never) as ReturnType<typeof nearby>
}
