import type { Channel, ChannelOptions } from './channel.ts'
import type { Connection } from './connection.ts'
import type { Time } from '../ports/time.ts'
import type { PeerKey } from './peer-key.ts'
import type { Pace } from './pace.ts'
import type { Discovery } from '../ports/discovery.ts'
import type { KvStore } from '../ports/kv-store.ts'

export interface HostOptions {
  /** The Ed25519 seed of the device or relay, 32 bytes: the peer is named by its public key. */
  readonly key: Uint8Array
  /** Multiaddrs; none for a host that only dials. */
  readonly listen: readonly string[]
  /** Where it keeps what its addresses depend on, so that they stay across restarts. */
  readonly kv?: KvStore
  /** Asked for whoever connects or is dialled, once Noise has proved the key; everybody is allowed without it. */
  readonly allowPeer?: (peerKey: PeerKey) => boolean
  readonly limits?: Partial<HostLimits>
  /** Whether it says on the network that it is there, and hears who else is; where the platform cannot, nobody is found. */
  readonly discover?: boolean
  /** How fast bytes leave and come, over all that is opened here. */
  readonly pace?: Pace | undefined
}

export interface HandleOptions extends Partial<ChannelOptions> {
  /** Streams of this protocol that one connection may have open at once; more are reset. */
  readonly maxInboundStreams: number
}

/** One libp2p node. What it hears and opens ends with it. */
export interface Host extends Discovery {
  readonly peerKey: PeerKey
  /** What its channels run on. */
  readonly time: Time
  /** Where it listens, each with its `/p2p/` part. */
  addresses(): string[]
  /** Of those it was told to listen on: what nothing on this computer can. */
  readonly unsupported: readonly string[]
  /** Answers a protocol. The channel belongs to the handler, which must close or abort it. */
  handle(protocol: string, handler: ProtocolHandler, options: HandleOptions): Promise<void>
  /**
   * Connects directly. A peer that does not want this one ends the connection up to a moment after this resolved:
   * the first answer on a protocol is the proof, not the connection.
   */
  dial(target: DialTarget, options?: DialOptions): Promise<Connection>
  /**
   * Makes a connection over a line that leads to `line.peer` through a relay: encrypted end to end, and the key proved like any other. Rejects
   * PEER_MISMATCH when somebody else is at the other end, TIMEOUT, ABORTED or NO_PEER; then the line is ended.
   */
  dialOver(line: Line, options?: DialOptions): Promise<Connection>
  /** The other end of that: resolves when the connection has come (`onConnection`). Rejects and ends the line likewise. */
  answerOver(line: Line, options?: DialOptions): Promise<void>
  connections(): Connection[]
  /** Each returns what takes the listener away again. */
  onConnection(listener: (connection: Connection) => void): () => void
  onDisconnect(listener: (connection: Connection) => void): () => void
  /** Down within about three seconds, whatever the peers do. Idempotent. Never rejects. */
  stop(): Promise<void>
}

export type ProtocolHandler = (channel: Channel, peerKey: PeerKey, remoteAddress: string) => void

export interface HostLimits {
  readonly maxConnections: number
  /** Inbound connections of one address in a second: a household or a test lies behind one, a flood too. */
  readonly inboundPerSecond: number
}

export interface DialTarget {
  /** Who must answer. Without it, whoever answers is taken. */
  readonly peerKey?: PeerKey
  readonly addresses: readonly string[]
}

/** A channel through a relay, once its circuit is open: it belongs to the host from now on. */
export interface Line {
  readonly channel: Channel
  readonly relay: PeerKey
  readonly peer: PeerKey
}

export interface DialOptions {
  readonly signal?: AbortSignal
  /** For all the addresses together; each gets its share, and what the ones before it left. */
  readonly timeoutMs?: number
}
