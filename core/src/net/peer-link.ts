import { HoldfastError } from '../base/errors.ts'
import type { BlobReply, BlobRequestOptions, PeerLink } from '../ports/peer-link.ts'
import type { Channel } from './channel.ts'
import type { Connection } from './connection.ts'
import { FRAME } from './frame.ts'
import type { Host } from './host.ts'
import type { PeerKey } from './peer-key.ts'
import { BLOB_PROTOCOL, SYNC_PROTOCOL } from './protocols.ts'
import { createRpcClient, serveRpc } from './rpc.ts'
import type { RpcClient } from './rpc.ts'

type RequestHandler = Parameters<PeerLink['onRequest']>[0]

/**
 * PeerLinks over one host: the sync protocol on one stream a connection, opened by the side that dialled; the blob
 * protocol on a stream of its own for each side that asks.
 */
export class PeerLinks {
  private readonly host: Host
  private readonly links = new Map<PeerKey, Set<StreamLink>>()
  private readonly onLink: (link: PeerLink) => void

  /** `onLink` is told of links that others opened. */
  static async listen(host: Host, onLink: (link: PeerLink) => void): Promise<PeerLinks> {
    const links = new PeerLinks(host, onLink)
    await host.handle(SYNC_PROTOCOL, (channel, peer, at) => links.accept(channel, peer, at), { maxInboundStreams: 2 })
    await host.handle(BLOB_PROTOCOL, (channel, peer) => links.serve(channel, peer), { maxInboundStreams: 4 })
    return links
  }

  private constructor(host: Host, onLink: (link: PeerLink) => void) {
    this.host = host
    this.onLink = onLink
  }

  /** Opens the sync stream on a connection this side dialled. Rejects REFUSED, TIMEOUT or DISCONNECTED. */
  async open(connection: Connection): Promise<PeerLink> {
    const channel = await connection.open(SYNC_PROTOCOL)
    return this.track(new StreamLink(connection, channel, () => connection.open(BLOB_PROTOCOL)))
  }

  private accept(channel: Channel, peer: PeerKey, remoteAddress: string): void {
    const from = this.connectionTo(peer, remoteAddress)
    const openBlobs = async (): Promise<Channel> => {
      const connection = this.connectionTo(peer, remoteAddress)
      if (connection === undefined) throw new HoldfastError('DISCONNECTED')
      return connection.open(BLOB_PROTOCOL)
    }
    this.onLink(this.track(new StreamLink({ ...from, peerKey: peer }, channel, openBlobs)))
  }

  /** That on which it came, not another one by another way. */
  private connectionTo(peer: PeerKey, remoteAddress: string): Connection | undefined {
    return this.host.connections().find((one) => one.peerKey === peer && one.remoteAddress === remoteAddress)
  }

  /** A question is answered by whichever link to that peer answers questions: it may have come before the link. */
  private serve(channel: Channel, peer: PeerKey): void {
    const answer: RequestHandler = async (header, body) => {
      for (const link of this.links.get(peer) ?? []) {
        if (link.requestHandler !== undefined) return link.requestHandler(header, body)
      }
      throw new HoldfastError('REFUSED')
    }
    void serveRpc(channel, answer, { reuseBodies: true })
  }

  private track(link: StreamLink): StreamLink {
    const ofPeer = this.links.get(link.peer) ?? new Set()
    this.links.set(link.peer, ofPeer.add(link))
    link.onClose(() => {
      ofPeer.delete(link)
      if (ofPeer.size === 0) this.links.delete(link.peer)
    })
    return link
  }
}

class StreamLink implements PeerLink {
  readonly peer: PeerKey
  readonly through?: PeerKey
  requestHandler: RequestHandler | undefined
  private readonly channel: Channel
  private readonly openBlobs: () => Promise<Channel>
  private readonly closeHandlers: (() => void)[] = []
  private blobs: Promise<{ client: RpcClient; channel: Channel }> | undefined
  private closed = false

  constructor(
    { peerKey, through }: Pick<Connection, 'peerKey' | 'through'>,
    channel: Channel,
    openBlobs: () => Promise<Channel>
  ) {
    this.peer = peerKey
    if (through !== undefined) this.through = through
    this.channel = channel
    this.openBlobs = openBlobs
    void channel.closed.then(() => this.finish())
  }

  send(message: Uint8Array): Promise<void> {
    return this.channel.send({ kind: FRAME.message, id: 0, header: message, body: NOTHING })
  }

  onMessage(handler: (message: Uint8Array) => Promise<void>): void {
    void this.read(handler)
  }

  async request(header: Uint8Array, options: BlobRequestOptions = {}): Promise<BlobReply> {
    this.blobs ??= this.openClient()
    const { client } = await this.blobs
    return client.request(header, options.body, options)
  }

  onRequest(handler: RequestHandler): void {
    this.requestHandler = handler
  }

  onClose(handler: () => void): void {
    if (this.closed) handler()
    else this.closeHandlers.push(handler)
  }

  close(): void {
    this.channel.abort()
    this.finish()
  }

  private async read(handler: (message: Uint8Array) => Promise<void>): Promise<void> {
    try {
      for (let frame = await this.channel.next(); frame !== null; frame = await this.channel.next()) {
        if (frame.kind !== FRAME.message) throw new HoldfastError('MALFORMED', 'not a message')
        await handler(frame.header)
      }
    } catch {
      // Whatever it was, the link is over; the session above sees that and the next one begins anew.
    }
    this.close()
  }

  /** A stream that broke is opened anew with the next question. */
  private async openClient(): Promise<{ client: RpcClient; channel: Channel }> {
    try {
      const channel = await this.openBlobs()
      if (this.closed) channel.abort()
      void channel.closed.then(() => {
        this.blobs = undefined
      })
      return { client: createRpcClient(channel), channel }
    } catch (error) {
      this.blobs = undefined
      throw error
    }
  }

  private finish(): void {
    if (this.closed) return
    this.closed = true
    void this.blobs?.then(
      ({ channel }) => channel.abort(),
      () => undefined
    )
    for (const handler of this.closeHandlers) handler()
  }
}

const NOTHING = new Uint8Array(0)
