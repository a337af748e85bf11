import type { ToPage, ToWorker } from './rtc-messages.ts'

export interface ChannelInit {
  readonly peer: number
  readonly channel: number
  readonly label: string
  readonly protocol: string
  readonly id: number | null
  readonly isOpen: boolean
}

type Say = (message: ToPage, transfer?: Transferable[]) => void

/**
 * As long as libp2p lets one message be. Pieces that are sent in one go travel as one: libp2p sends each length by itself, and its other
 * side reads a stream of bytes, whatever the messages are.
 */
const MAX_MESSAGE_BYTES = 16 * 1024

/** Stands in the worker for an RTCDataChannel of the page: as much of it as libp2p uses. */
export class WorkerChannel extends EventTarget {
  binaryType = 'arraybuffer'
  onopen: ((event: Event) => void) | null = null
  onmessage: ((event: MessageEvent<ArrayBuffer>) => void) | null = null
  onbufferedamountlow: ((event: Event) => void) | null = null
  onerror: ((event: Event) => void) | null = null
  onclose: ((event: Event) => void) | null = null
  readonly label: string
  readonly protocol: string
  id: number | null
  readyState: RTCDataChannelState

  private readonly init: ChannelInit
  private readonly say: Say
  private threshold = 0
  private sentBytes = 0
  private flushedBytes = 0
  private pieces: Uint8Array[] = []
  private pieceBytes = 0

  constructor(init: ChannelInit, say: Say) {
    super()
    this.init = init
    this.say = say
    this.label = init.label
    this.protocol = init.protocol
    this.id = init.id
    this.readyState = init.isOpen ? 'open' : 'connecting'
  }

  /** What the browser still holds, and what has not reached it yet. */
  get bufferedAmount(): number {
    return this.sentBytes - this.flushedBytes
  }

  get bufferedAmountLowThreshold(): number {
    return this.threshold
  }

  set bufferedAmountLowThreshold(bytes: number) {
    if (bytes === this.threshold) return
    this.threshold = bytes
    this.say({ type: 'threshold', ...this.name(), bytes })
  }

  send(data: ArrayBuffer | Uint8Array): void {
    if (this.readyState !== 'open') throw new DOMException('The channel is not open.', 'InvalidStateError')
    const piece = data instanceof Uint8Array ? data : new Uint8Array(data)
    this.sentBytes += piece.length
    if (this.pieceBytes + piece.length > MAX_MESSAGE_BYTES) this.flush()
    this.pieces.push(piece)
    this.pieceBytes += piece.length
    if (this.pieces.length === 1) queueMicrotask(() => this.flush())
  }

  close(): void {
    if (this.readyState === 'closing' || this.readyState === 'closed') return
    this.flush()
    this.readyState = 'closing'
    this.say({ type: 'closeChannel', ...this.name() })
  }

  /** Something the page tells of this channel. */
  heard(message: ToWorker): void {
    if (this.readyState === 'closed') return
    if (message.type === 'message') this.raise(new MessageEvent('message', { data: message.data }))
    else if (message.type === 'flushed') this.flushed(message.bytes)
    else if (message.type === 'opened') this.opened(message.id)
    else if (message.type === 'failed') this.raise(new Event('error'))
    else if (message.type === 'closed') this.end()
  }

  /** The channel, or the connection below it, is no more. */
  end(): void {
    if (this.readyState === 'closed') return
    this.readyState = 'closed'
    this.pieces = []
    this.raise(new Event('close'))
  }

  private opened(id: number | null): void {
    this.id = id
    if (this.readyState !== 'connecting') return
    this.readyState = 'open'
    this.raise(new Event('open'))
  }

  private flushed(bytes: number): void {
    const wasHigh = this.bufferedAmount > this.threshold
    this.flushedBytes = bytes
    if (wasHigh && this.bufferedAmount <= this.threshold) this.raise(new Event('bufferedamountlow'))
  }

  private flush(): void {
    if (this.pieceBytes === 0 || this.readyState !== 'open') return
    const data = new Uint8Array(this.pieceBytes)
    let offset = 0
    for (const piece of this.pieces) {
      data.set(piece, offset)
      offset += piece.length
    }
    this.pieces = []
    this.pieceBytes = 0
    this.say({ type: 'send', ...this.name(), data: data.buffer }, [data.buffer])
  }

  private name(): { peer: number; channel: number } {
    return { peer: this.init.peer, channel: this.init.channel }
  }

  private raise(event: Event): void {
    const handler = this[`on${event.type}` as 'onopen']
    handler?.call(this, event)
    this.dispatchEvent(event)
  }
}
