import type { Channel, ChannelOptions } from './channel.ts'
import type { PeerKey } from './peer-key.ts'

/** A live connection to a peer whose key Noise has proved. */
export interface Connection {
  readonly peerKey: PeerKey
  /** Multiaddr of the other end, with its `/p2p/` part. */
  readonly remoteAddress: string
  /** The relay whose circuit it goes through; undefined: it is direct. */
  readonly through?: PeerKey
  readonly direction: 'inbound' | 'outbound'
  /** Opens a stream. Rejects REFUSED (the peer does not speak it), TIMEOUT, ABORTED or DISCONNECTED. */
  open(protocol: string, options?: OpenOptions): Promise<Channel>
  /** Ends the connection and all its channels. Never rejects. */
  close(): Promise<void>
}

export interface OpenOptions extends Partial<ChannelOptions> {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
}
