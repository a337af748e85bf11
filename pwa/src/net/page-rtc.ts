import type { Description, ToPage, ToWorker } from './rtc-messages.ts'

/**
 * Makes the RTCPeerConnections that the worker asks for, because browsers have them only in pages. Calls and bytes are passed on as
 * they are, nothing is looked into: everything here is ciphertext of the worker's peers. Returns what ends all of them.
 */
export function servePeerConnections(port: MessagePort): () => void {
  const peers = new Map<number, PagePeer>()
  port.onmessage = ({ data }: MessageEvent<ToPage>) => {
    if (data.type === 'open') {
      peers.set(data.peer, new PagePeer(data.peer, (message, transfer) => port.postMessage(message, transfer)))
      return
    }
    const peer = peers.get(data.peer)
    if (peer === undefined) return
    peer.take(data)
    if (data.type === 'close') peers.delete(data.peer)
  }
  return () => {
    for (const peer of peers.values()) peer.close()
    peers.clear()
    port.close()
  }
}

/** A data channel cannot be told to wait. Whoever sends so much more than the worker takes loses the connection. */
const MAX_UNTAKEN_BYTES = 16 * 1024 * 1024

type Post = (message: ToWorker, transfer: Transferable[]) => void

class PagePeer {
  private readonly peer: number
  private readonly post: Post
  private readonly inner: RTCPeerConnection
  private readonly channels = new Map<number, PageChannel>()
  private nextIncoming = 2
  private untakenBytes = 0

  constructor(peer: number, post: Post) {
    this.peer = peer
    this.post = post
    // No servers: nobody outside is asked for anything. The certificate is one of this connection alone.
    this.inner = new RTCPeerConnection({ iceServers: [] })
    this.inner.onconnectionstatechange = () => this.tell({ type: 'state', peer, state: this.inner.connectionState })
    this.inner.ondatachannel = ({ channel }) => this.incoming(channel)
  }

  take(message: Exclude<ToPage, { type: 'open' }>): void {
    if (message.type === 'call') void this.call(message)
    else if (message.type === 'channel') this.create(message)
    else if (message.type === 'taken') this.untakenBytes -= message.bytes
    else if (message.type === 'close') this.close()
    else this.channels.get(message.channel)?.take(message)
  }

  close(): void {
    this.inner.close()
    this.channels.clear()
  }

  private async call({ call, method, description }: Extract<ToPage, { type: 'call' }>): Promise<void> {
    const { peer, inner } = this
    try {
      const made =
        method === 'createOffer'
          ? await inner.createOffer()
          : await inner[method](description as RTCSessionDescriptionInit)
      this.tell({ type: 'result', peer, call, description: plain(made ?? inner.localDescription) })
    } catch (error) {
      this.tell({ type: 'result', peer, call, description: null, error: error instanceof Error ? error.name : 'Error' })
    }
  }

  private create({ channel, label, init }: Extract<ToPage, { type: 'channel' }>): void {
    try {
      this.watch(channel, this.inner.createDataChannel(label, init))
    } catch {
      this.tell({ type: 'closed', peer: this.peer, channel })
    }
  }

  private incoming(inner: RTCDataChannel): void {
    const { label, protocol, id } = inner
    const channel = this.nextIncoming
    this.nextIncoming += 2
    this.tell({ type: 'incoming', peer: this.peer, channel, label, protocol, id, isOpen: inner.readyState === 'open' })
    this.watch(channel, inner)
  }

  private watch(channel: number, inner: RTCDataChannel): void {
    const { peer } = this
    this.channels.set(channel, new PageChannel(inner, (bytes) => this.tell({ type: 'flushed', peer, channel, bytes })))
    inner.binaryType = 'arraybuffer'
    inner.onopen = () => this.tell({ type: 'opened', peer, channel, id: inner.id })
    inner.onmessage = ({ data }: MessageEvent<unknown>) => this.pass(channel, data)
    inner.onerror = () => this.tell({ type: 'failed', peer, channel })
    inner.onclose = () => {
      this.channels.delete(channel)
      this.tell({ type: 'closed', peer, channel })
    }
  }

  private pass(channel: number, data: unknown): void {
    // Peers of ours send no text.
    if (!(data instanceof ArrayBuffer)) return
    this.untakenBytes += data.byteLength
    if (this.untakenBytes <= MAX_UNTAKEN_BYTES) this.tell({ type: 'message', peer: this.peer, channel, data }, [data])
    else this.giveUp()
  }

  /** close() by itself raises no event. */
  private giveUp(): void {
    this.close()
    this.tell({ type: 'state', peer: this.peer, state: 'closed' })
  }

  private tell(message: ToWorker, transfer: Transferable[] = []): void {
    this.post(message, transfer)
  }
}

/** Sends, and tells how much of it has left the browser's buffer. */
class PageChannel {
  private readonly inner: RTCDataChannel
  private readonly tellFlushed: (bytes: number) => void
  private sentBytes = 0
  private flushedBytes = 0

  constructor(inner: RTCDataChannel, tellFlushed: (bytes: number) => void) {
    this.inner = inner
    this.tellFlushed = tellFlushed
    inner.onbufferedamountlow = () => this.count()
  }

  take(message: Extract<ToPage, { type: 'send' | 'threshold' | 'closeChannel' }>): void {
    if (message.type === 'send') this.send(message.data)
    else if (message.type === 'threshold') this.inner.bufferedAmountLowThreshold = message.bytes
    else this.inner.close()
  }

  private send(data: ArrayBuffer): void {
    try {
      this.inner.send(data)
      this.sentBytes += data.byteLength
      this.count()
    } catch {
      // Closing, or full beyond anything the worker would send: a stream with a hole is none.
      this.inner.close()
    }
  }

  private count(): void {
    const flushedBytes = this.sentBytes - this.inner.bufferedAmount
    if (flushedBytes === this.flushedBytes) return
    this.flushedBytes = flushedBytes
    this.tellFlushed(flushedBytes)
  }
}

function plain(description: RTCSessionDescriptionInit | RTCSessionDescription | null): Description | null {
  return description === null ? null : { type: description.type, sdp: description.sdp ?? '' }
}
