import { HoldfastError } from '../../base/errors.ts'
import type { DeviceId } from '../../base/ids.ts'
import type { BlobReply, BlobRequestOptions, PeerLink } from '../../ports/peer-link.ts'

/**
 * Two ends of a connection in memory, after the contract of PeerLink: ordered, with back-pressure, nothing lost unless
 * the link closes. Deterministic: what is delivered when follows from the order of sends alone.
 */
export interface LinkKnobs {
  /** Messages one side may have under way before its `send` waits. Default 4. */
  readonly window?: number
  /** The link closes instead of delivering this message (counted over both directions from 1). */
  readonly closeAt?: number
  /** Sees every message before it is delivered; what it returns is delivered instead (`null`: nothing). */
  readonly tamper?: (from: DeviceId, message: Uint8Array) => Uint8Array | null
}

export function memoryLinkPair(a: DeviceId, b: DeviceId, knobs: LinkKnobs = {}): [MemoryLink, MemoryLink] {
  const wire = new Wire(knobs)
  const left = new MemoryLink(wire, b, a)
  const right = new MemoryLink(wire, a, b)
  wire.ends = [left, right]
  return [left, right]
}

export class MemoryLink implements PeerLink {
  readonly peer: DeviceId
  /** Messages this end has sent. */
  readonly sent: Uint8Array[] = []
  /** Questions this end has asked. */
  asked = 0
  readonly #own: DeviceId
  readonly #wire: Wire
  readonly #inbox: Uint8Array[] = []
  readonly #room: (() => void)[] = []
  readonly #closers: (() => void)[] = []
  #handler: ((message: Uint8Array) => Promise<void>) | undefined
  #answer: ((header: Uint8Array, body: Uint8Array) => Promise<BlobReply>) | undefined
  #pumping = false

  constructor(wire: Wire, peer: DeviceId, own: DeviceId) {
    this.#wire = wire
    this.peer = peer
    this.#own = own
  }

  async send(message: Uint8Array): Promise<void> {
    if (this.#wire.closed) throw new HoldfastError('DISCONNECTED')
    this.sent.push(message)
    const delivered = this.#wire.pass(this.#own, message)
    const other = this.#wire.other(this)
    if (delivered !== null && !this.#wire.closed) other.#inbox.push(delivered)
    void other.#pump()
    while (other.#inbox.length >= this.#wire.window && !this.#wire.closed)
      await new Promise<void>((resolve) => other.#room.push(resolve))
    if (this.#wire.closed) throw new HoldfastError('DISCONNECTED')
  }

  onMessage(handler: (message: Uint8Array) => Promise<void>): void {
    this.#handler = handler
    void this.#pump()
  }

  async request(header: Uint8Array, options?: BlobRequestOptions): Promise<BlobReply> {
    const answer = this.#wire.other(this).#answer
    if (this.#wire.closed) throw new HoldfastError('DISCONNECTED')
    if (answer === undefined) throw new HoldfastError('REFUSED')
    this.asked++
    const reply = await answer(header, options?.body ?? new Uint8Array())
    if (this.#wire.closed) throw new HoldfastError('DISCONNECTED')
    return reply
  }

  onRequest(handler: (header: Uint8Array, body: Uint8Array) => Promise<BlobReply>): void {
    this.#answer = handler
  }

  onClose(handler: () => void): void {
    if (this.#wire.closed) handler()
    else this.#closers.push(handler)
  }

  close(): void {
    this.#wire.close()
  }

  get isClosed(): boolean {
    return this.#wire.closed
  }

  /** Called by the wire. */
  closedByWire(): void {
    this.#inbox.length = 0
    for (const room of this.#room.splice(0)) room()
    for (const closer of this.#closers.splice(0)) closer()
  }

  async #pump(): Promise<void> {
    if (this.#pumping || this.#handler === undefined) return
    this.#pumping = true
    // Delivery never happens inside `send`, as on a real network.
    await Promise.resolve()
    while (this.#inbox.length > 0) {
      const message = this.#inbox.shift()!
      for (const room of this.#room.splice(0)) room()
      await this.#handler(message)
    }
    this.#pumping = false
  }
}

class Wire {
  readonly window: number
  ends: readonly MemoryLink[] = []
  closed = false
  readonly #knobs: LinkKnobs
  #passed = 0

  constructor(knobs: LinkKnobs) {
    this.#knobs = knobs
    this.window = knobs.window ?? 4
  }

  other(end: MemoryLink): MemoryLink {
    return this.ends[0] === end ? this.ends[1]! : this.ends[0]!
  }

  pass(from: DeviceId, message: Uint8Array): Uint8Array | null {
    this.#passed++
    if (this.#passed === this.#knobs.closeAt) this.close()
    return this.#knobs.tamper === undefined ? message : this.#knobs.tamper(from, message)
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    for (const end of this.ends) end.closedByWire()
  }
}
