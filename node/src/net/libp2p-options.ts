import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { LIMITS } from '@holdfast/core/base/limits'
import { gatherWrites } from './gather-writes.ts'
import { leanNoise } from './lean-noise.ts'
import { peerKeyOf } from './peer-key.ts'
import type { MultiaddrConnection, PeerId, PrivateKey } from '@libp2p/interface'
import type { Libp2pOptions } from 'libp2p'
import type { PeerKey } from './peer-key.ts'

export interface HostLimits {
  readonly maxConnections: number
  /** Inbound connections of one address in a second: a household or a test lies behind one, a flood too. */
  readonly inboundPerSecond: number
}

const KiB = 1024
const MiB = 1024 * KiB
const DEFAULTS: HostLimits = { maxConnections: LIMITS.connections, inboundPerSecond: LIMITS.inboundPerSecond }

export interface HostSettings {
  readonly listen: readonly string[]
  readonly allowPeer?: (peerKey: PeerKey) => boolean
  readonly limits?: Partial<HostLimits>
}

/** TCP and WebSocket under Noise and yamux, every default that would hurt replaced, nothing else. */
export function libp2pOptions(privateKey: PrivateKey, settings: HostSettings): Libp2pOptions {
  const limits = { ...DEFAULTS, ...settings.limits }
  return {
    privateKey,
    addresses: { listen: [...settings.listen] },
    transports: [tcp(TCP), webSockets()],
    connectionEncrypters: [leanNoise()],
    streamMuxers: [yamux(YAMUX)],
    connectionManager: {
      maxConnections: limits.maxConnections,
      inboundConnectionThreshold: limits.inboundPerSecond,
      maxIncomingPendingConnections: LIMITS.pendingConnections,
      // Addresses come from peers: none of them may make this device ask a name server it does not know.
      resolvers: {}
    },
    connectionMonitor: MONITOR,
    connectionGater: gater(settings.allowPeer)
  }
}

/** Loopback and private addresses are where most peers are: only the key decides. */
function gater(allowPeer: HostSettings['allowPeer']): NonNullable<Libp2pOptions['connectionGater']> {
  const deny = (peer: PeerId): boolean => peer.type !== 'Ed25519' || allowPeer?.(peerKeyOf(peer)) === false
  return {
    denyDialMultiaddr: () => false,
    denyInboundEncryptedConnection: (peer, connection) => deny(peer) || allow(connection),
    denyOutboundEncryptedConnection: (peer, connection) => deny(peer) || allow(connection)
  }
}

/** Here, because the gater is where libp2p shows a connection before its first byte. */
function allow(connection: MultiaddrConnection): false {
  gatherWrites(connection)
  return false
}

/** Sockets take a whole piece of a frame at once instead of asking for a pause after every 16 KiB. */
const SOCKET = { noDelay: true, highWaterMark: 1 * MiB }
const TCP = { dialOpts: SOCKET, listenOpts: SOCKET }

/**
 * The window bounds what a paused reader can be sent (channel.ts): 2 MiB under a read buffer of 4 MiB. With the
 * default, 16 MiB, a slow reader's stream would be reset.
 * Idle streams live: a device may have nothing to say for days.
 */
const YAMUX = {
  streamOptions: {
    initialStreamWindowSize: 1 * MiB,
    maxStreamWindowSize: 2 * MiB,
    maxReadBufferLength: 4 * MiB,
    inactivityTimeout: 2 ** 31 - 1
  }
}

/** Finds peers that vanished without a word. Patient: on a slow line a ping waits behind megabytes. */
const MONITOR = { pingInterval: 60_000, pingTimeout: { minTimeout: 60_000, maxTimeout: 120_000 } }
