import { yamux } from '@libp2p/yamux'
import { LIMITS } from '../base/limits.ts'
import { leanNoise } from './lean-noise.ts'
import { peerKeyOf } from './peer-id.ts'
import type {
  ComponentLogger,
  MultiaddrConnection,
  PeerDiscovery,
  PeerId,
  PrivateKey,
  Startable
} from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Libp2pOptions } from 'libp2p'
import type { HostLimits } from '../net/host.ts'
import type { PeerKey } from '../net/peer-key.ts'

const KiB = 1024
const MiB = 1024 * KiB
const DEFAULTS: HostLimits = { maxConnections: LIMITS.connections, inboundPerSecond: LIMITS.inboundPerSecond }

export interface HostSettings {
  readonly listen: readonly string[]
  readonly allowPeer?: (peerKey: PeerKey) => boolean
  readonly limits?: Partial<HostLimits>
}

/** What a platform puts in. */
export interface Transports {
  readonly transports: NonNullable<Libp2pOptions['transports']>
  /** Shown each connection whose other end has proved its key, before the first byte. */
  readonly onConnection?: (connection: MultiaddrConnection) => void
  /** Addresses that were asked for, and left out because nothing here can listen on them. */
  readonly unsupported?: readonly string[]
  /** Says that this peer is near and hears of others. Not libp2p's own list of these: that would remember every stranger. */
  readonly discovery?: (own: Announced) => PeerDiscovery & Startable
}

/** What of this peer is announced. */
export interface Announced {
  addresses(): Multiaddr[]
  readonly logger: ComponentLogger
}

/** The platform's transports under Noise and yamux, every default that would hurt replaced, nothing else. */
export function libp2pOptions(
  privateKey: PrivateKey,
  settings: HostSettings,
  { transports, onConnection }: Transports
): Libp2pOptions {
  const limits = { ...DEFAULTS, ...settings.limits }
  return {
    privateKey,
    addresses: { listen: [...settings.listen] },
    transports,
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
    connectionGater: gater(settings.allowPeer, onConnection)
  }
}

/** Loopback and private addresses are where most peers are: only the key decides. */
function gater(
  allowPeer: HostSettings['allowPeer'],
  onConnection: Transports['onConnection']
): NonNullable<Libp2pOptions['connectionGater']> {
  const denies = (peer: PeerId, connection: MultiaddrConnection): boolean => {
    if (peer.type !== 'Ed25519' || allowPeer?.(peerKeyOf(peer)) === false) return true
    // Here, because the gater is where libp2p shows a connection before its first byte.
    onConnection?.(connection)
    return false
  }
  return {
    denyDialMultiaddr: () => false,
    denyInboundEncryptedConnection: denies,
    denyOutboundEncryptedConnection: denies
  }
}

/**
 * The window bounds what a paused reader can be sent (stream-channel.ts): 2 MiB under a read buffer of 4 MiB. With the
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
