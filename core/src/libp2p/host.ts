import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import { concat } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import { ed25519PublicKey } from '../proof/ed25519.ts'
import { createLibp2p } from 'libp2p'
import { StreamChannel } from './stream-channel.ts'
import { systemTime } from './system-time.ts'
import { wrapConnection } from './connection.ts'
import { dial, dialError, DIAL_TIMEOUT_MS } from './dial.ts'
import { circuitLine } from './circuit-line.ts'
import { libp2pOptions } from './libp2p-options.ts'
import { peerKeyFromText, peerKeyOf } from './peer-id.ts'
import { frameLimits } from '../net/protocols.ts'
import type {
  Connection as Libp2pConnection,
  Libp2p,
  PeerDiscovery,
  PeerInfo,
  Startable,
  Stream,
  Upgrader
} from '@libp2p/interface'
import type { Channel } from '../net/channel.ts'
import type { Connection } from '../net/connection.ts'
import type { DialOptions, DialTarget, HandleOptions, Host, HostOptions, Line, ProtocolHandler } from '../net/host.ts'
import type { Transports } from './libp2p-options.ts'
import type { OnFound } from '../ports/discovery.ts'
import type { Pace } from '../net/pace.ts'
import type { PeerKey } from '../net/peer-key.ts'

/** Rejects with libp2p's error when an address cannot be listened on. `onStopped`: once it is down. */
export async function createLibp2pHost(
  options: HostOptions,
  transports: Transports,
  onStopped: () => void = () => undefined
): Promise<Host> {
  // Asked for the public half, libp2p would first make tables that cost more than starting the node.
  const privateKey = privateKeyFromRaw(concat(options.key, await ed25519PublicKey(options.key)))
  let upgrader!: Upgrader
  const services = { upgrader: (all: { upgrader: Upgrader }) => (upgrader = all.upgrader) }
  const node = await createLibp2p({ ...libp2pOptions(privateKey, options, transports), services })
  const finder = options.discover === true ? transports.discovery : undefined
  const near = finder?.({ addresses: () => node.getMultiaddrs(), logger: node.logger })
  await near?.start()
  return new Libp2pHost(
    node,
    { unsupported: transports.unsupported ?? [], pace: options.pace, near, upgrader },
    onStopped
  )
}

const STOP_TIMEOUT_MS = 3_000

interface HostParts {
  readonly unsupported: readonly string[]
  readonly pace: Pace | undefined
  readonly near: (PeerDiscovery & Startable) | undefined
  /** What makes a connection of a line: libp2p's transports have it, and so do circuits. */
  readonly upgrader: Upgrader
}

class Libp2pHost implements Host {
  readonly peerKey: PeerKey
  readonly time = systemTime
  readonly unsupported: readonly string[]
  private readonly node: Libp2p
  private readonly pace: Pace | undefined
  private readonly near: HostParts['near']
  private readonly upgrader: Upgrader
  private readonly known = new WeakMap<Libp2pConnection, Connection>()
  private readonly channels = new Set<Channel>()
  private readonly onStopped: () => void
  private stopping: Promise<void> | undefined

  constructor(node: Libp2p, { unsupported, pace, near, upgrader }: HostParts, onStopped: () => void) {
    this.node = node
    this.unsupported = unsupported
    this.pace = pace
    this.near = near
    this.upgrader = upgrader
    this.onStopped = onStopped
    this.peerKey = peerKeyOf(node.peerId)
    // The peer store would remember every stranger; nothing here needs it to.
    node.addEventListener('peer:disconnect', ({ detail }) => void node.peerStore.delete(detail).catch(() => undefined))
  }

  addresses(): string[] {
    return this.node.getMultiaddrs().map(String)
  }

  async handle(protocol: string, handler: ProtocolHandler, options: HandleOptions): Promise<void> {
    const { maxInboundStreams, ...channelOptions } = options
    const onStream = (stream: Stream, connection: Libp2pConnection): void => {
      const channel = new StreamChannel(stream, { ...frameLimits(protocol), pace: this.pace, ...channelOptions })
      this.track(channel)
      try {
        handler(channel, peerKeyOf(connection.remotePeer), connection.remoteAddr.toString())
      } catch {
        channel.abort(new HoldfastError('INTERNAL'))
      }
    }
    await this.node.handle(protocol, onStream, { maxInboundStreams })
  }

  async dial(target: DialTarget, options?: DialOptions): Promise<Connection> {
    if (this.stopping !== undefined) throw new HoldfastError('DISCONNECTED')
    return this.wrap(await dial(this.node, target, options))
  }

  dialOver(line: Line, options?: DialOptions): Promise<Connection> {
    return this.over(line, options, async (signal) => {
      const inner = circuitLine(line, 'outbound', this.node.logger.forComponent('holdfast:circuit'))
      return this.wrap(await this.upgrader.upgradeOutbound(inner, { signal }))
    })
  }

  answerOver(line: Line, options?: DialOptions): Promise<void> {
    return this.over(line, options, (signal) => {
      const inner = circuitLine(line, 'inbound', this.node.logger.forComponent('holdfast:circuit'))
      return this.upgrader.upgradeInbound(inner, { signal })
    })
  }

  connections(): Connection[] {
    return this.node
      .getConnections()
      .filter(({ status }) => status === 'open')
      .map((inner) => this.wrap(inner))
  }

  onConnection(listener: (connection: Connection) => void): () => void {
    return this.on('connection:open', listener)
  }

  onDisconnect(listener: (connection: Connection) => void): () => void {
    return this.on('connection:close', listener)
  }

  onFound(listener: OnFound): () => void {
    const { near } = this
    const onPeer = ({ detail }: CustomEvent<PeerInfo>): void => {
      const peer = peerKeyFromText(detail.id.toString())
      if (peer !== undefined && peer !== this.peerKey) listener(peer, detail.multiaddrs.map(String))
    }
    near?.addEventListener('peer', onPeer)
    return () => near?.removeEventListener('peer', onPeer)
  }

  stop(): Promise<void> {
    this.stopping ??= this.shutDown().finally(this.onStopped)
    return this.stopping
  }

  private async over<T>(
    { channel }: Line,
    { timeoutMs = DIAL_TIMEOUT_MS, signal }: DialOptions = {},
    upgrade: (signal: AbortSignal) => Promise<T>
  ): Promise<T> {
    this.track(channel)
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      return await upgrade(signal === undefined ? timeout : AbortSignal.any([signal, timeout]))
    } catch (error) {
      channel.abort()
      if (timeout.aborted && signal?.aborted !== true) throw new HoldfastError('TIMEOUT', undefined, { cause: error })
      throw dialError(error, signal)
    }
  }

  private on(event: 'connection:open' | 'connection:close', listener: (connection: Connection) => void): () => void {
    const onEvent = ({ detail }: CustomEvent<Libp2pConnection>): void => listener(this.wrap(detail))
    this.node.addEventListener(event, onEvent)
    return () => this.node.removeEventListener(event, onEvent)
  }

  private wrap(inner: Libp2pConnection): Connection {
    let connection = this.known.get(inner)
    if (connection === undefined)
      this.known.set(inner, (connection = wrapConnection(inner, (channel) => this.track(channel), this.pace)))
    return connection
  }

  private track(channel: Channel): void {
    this.channels.add(channel)
    void channel.closed.then(() => this.channels.delete(channel))
    if (this.stopping !== undefined) channel.abort()
  }

  /** Channels first, for libp2p would wait for what they still have to write; then connections, politely, then the rest. */
  private async shutDown(): Promise<void> {
    const open = this.node.getConnections()
    const silent = Promise.resolve(this.near?.stop()).catch(() => undefined)
    for (const channel of this.channels) channel.abort()
    const closed = Promise.all([silent, ...open.map((connection) => this.wrap(connection).close())])
    const stopped = closed.then(() => this.node.stop())
    await within(STOP_TIMEOUT_MS, stopped)
    for (const connection of open)
      if (connection.status !== 'closed') connection.abort(new HoldfastError('DISCONNECTED'))
  }
}

/** Settles when `work` has ended, in whatever way, or the time is over: a timer that keeps the process, for whoever stops waits for it. */
async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)))
  await Promise.race([work.catch(() => undefined), deadline])
  clearTimeout(timer)
}
