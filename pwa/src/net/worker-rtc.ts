import { WorkerChannel } from './worker-channel.ts'
import type { Description, PeerMethod, ToPage, ToWorker } from './rtc-messages.ts'

/**
 * Gives this worker an `RTCPeerConnection`, which browsers have only in pages: each is made by the page at the other end of `port`
 * (`servePeerConnections`). Where a browser has its own, it is left alone. Before libp2p dials for the first time.
 */
export function installPeerConnection(port: MessagePort): void {
  if ('RTCPeerConnection' in globalThis) return
  const peers = new Map<number, WorkerPeer>()
  const say = (message: ToPage, transfer: Transferable[] = []): void => port.postMessage(message, transfer)
  let lastPeer = 0
  port.onmessage = ({ data }: MessageEvent<ToWorker>) => peers.get(data.peer)?.heard(data)
  class RTCPeerConnection extends WorkerPeer {
    constructor() {
      lastPeer++
      const peer = lastPeer
      super(peer, say, () => peers.delete(peer))
      peers.set(peer, this)
    }
  }
  Object.defineProperty(globalThis, 'RTCPeerConnection', {
    value: RTCPeerConnection,
    writable: true,
    configurable: true
  })
}

/** The page is told of what arrived in steps of this. */
const TAKEN_STEP_BYTES = 1024 * 1024

/** Stands for one RTCPeerConnection of the page: as much of it as libp2p uses to dial. */
class WorkerPeer extends EventTarget {
  onconnectionstatechange: ((event: Event) => void) | null = null
  ondatachannel: ((event: Event) => void) | null = null
  connectionState: RTCPeerConnectionState = 'new'
  localDescription: Description | null = null

  private readonly peer: number
  private readonly say: (message: ToPage, transfer?: Transferable[]) => void
  private readonly forget: () => void
  private readonly channels = new Map<number, WorkerChannel>()
  private readonly calls = new Map<number, Waiting>()
  private nextChannel = 1
  private nextCall = 1
  private takenBytes = 0

  constructor(peer: number, say: WorkerPeer['say'], forget: () => void) {
    super()
    this.peer = peer
    this.say = say
    this.forget = forget
    say({ type: 'open', peer })
  }

  /** Each connection of the page has a certificate of its own anyway. */
  static async generateCertificate(): Promise<object> {
    return {}
  }

  createDataChannel(label: string, init: RTCDataChannelInit = {}): WorkerChannel {
    const { peer } = this
    const channel = this.nextChannel
    this.nextChannel += 2
    this.say({ type: 'channel', peer, channel, label, init })
    return this.watch({ peer, channel, label, protocol: init.protocol ?? '', id: init.id ?? null, isOpen: false })
  }

  async createOffer(): Promise<Description | null> {
    return this.call('createOffer')
  }

  async setLocalDescription(description: Description): Promise<void> {
    this.localDescription = await this.call('setLocalDescription', description)
  }

  async setRemoteDescription(description: Description): Promise<void> {
    this.localDescription = await this.call('setRemoteDescription', description)
  }

  close(): void {
    if (this.connectionState === 'closed') return
    this.connectionState = 'closed'
    this.say({ type: 'close', peer: this.peer })
    this.end()
  }

  heard(message: ToWorker): void {
    if (message.type === 'result') this.result(message)
    else if (message.type === 'state') this.state(message.state)
    else if (message.type === 'incoming') this.incoming(message)
    else {
      if (message.type === 'message') this.taken(message.data.byteLength)
      this.channels.get(message.channel)?.heard(message)
      if (message.type === 'closed') this.channels.delete(message.channel)
    }
  }

  private call(method: PeerMethod, description?: Description): Promise<Description | null> {
    if (this.connectionState === 'closed') return Promise.reject(new DOMException('closed', 'InvalidStateError'))
    const call = this.nextCall++
    this.say({ type: 'call', peer: this.peer, call, method, ...(description && { description: plain(description) }) })
    return new Promise((resolve, reject) => this.calls.set(call, { resolve, reject }))
  }

  private result({ call, description, error }: Extract<ToWorker, { type: 'result' }>): void {
    const waiting = this.calls.get(call)
    this.calls.delete(call)
    if (error === undefined) waiting?.resolve(description)
    else waiting?.reject(new DOMException('The page could not do this.', error))
  }

  private state(state: RTCPeerConnectionState): void {
    if (this.connectionState === 'closed') return
    if (state === 'closed') this.close()
    this.connectionState = state
    this.raise(new Event('connectionstatechange'))
  }

  private incoming(message: Extract<ToWorker, { type: 'incoming' }>): void {
    const channel = this.watch(message)
    this.raise(Object.assign(new Event('datachannel'), { channel }))
  }

  private watch(init: ConstructorParameters<typeof WorkerChannel>[0]): WorkerChannel {
    const channel = new WorkerChannel(init, this.say)
    this.channels.set(init.channel, channel)
    return channel
  }

  private taken(bytes: number): void {
    this.takenBytes += bytes
    if (this.takenBytes < TAKEN_STEP_BYTES) return
    this.say({ type: 'taken', peer: this.peer, bytes: this.takenBytes })
    this.takenBytes = 0
  }

  private end(): void {
    this.forget()
    for (const waiting of this.calls.values()) waiting.reject(new DOMException('closed', 'AbortError'))
    this.calls.clear()
    for (const channel of this.channels.values()) channel.end()
    this.channels.clear()
  }

  private raise(event: Event): void {
    const handler = this[`on${event.type}` as 'onconnectionstatechange']
    handler?.call(this, event)
    this.dispatchEvent(event)
  }
}

interface Waiting {
  readonly resolve: (description: Description | null) => void
  readonly reject: (error: DOMException) => void
}

/** libp2p hands descriptions on that it has changed; only the two fields can be sent. */
function plain({ type, sdp }: Description): Description {
  return { type, sdp }
}
