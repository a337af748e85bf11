import { HoldfastError } from '@holdfast/core/base/errors'
import type { DeviceId } from '@holdfast/core/base/ids'
import type { BlobReply, BlobRequestOptions, PeerLink } from '@holdfast/core/ports/peer-link'
import type { Rng } from './rng.ts'
import type { Scheduler } from './scheduler.ts'

/** Sees everything that crosses a wire, at the moment it is sent. */
export interface WireWatch {
  said(from: DeviceId, to: DeviceId, message: Uint8Array): void
  asked(from: DeviceId, to: DeviceId, header: Uint8Array, options: BlobRequestOptions): void
  answered(by: DeviceId, to: DeviceId, header: Uint8Array, reply: BlobReply): void
  /** A question is no longer open. */
  ended(from: DeviceId, to: DeviceId, header: Uint8Array): void
}

/** How a hostile end changes what it sends. Null: it says nothing at all. */
export interface Liar {
  message(message: Uint8Array): Uint8Array | null
  reply(header: Uint8Array, reply: BlobReply): BlobReply
}

export interface WireOptions {
  readonly scheduler: Scheduler
  readonly rng: Rng
  readonly watch: WireWatch
  readonly latencyMs: number
  readonly bytesPerMs: number
}

type Handler = (message: Uint8Array) => Promise<void>
type Answerer = (header: Uint8Array, body: Uint8Array) => Promise<BlobReply>

/** What one end may have sent that the other has not dealt with before its `send` waits. */
const WINDOW_MESSAGES = 16
const REQUEST_TIMEOUT_MS = 15_000

/**
 * A connection: ordered and whole in each direction as a libp2p stream is, until it breaks. Then what is under way is
 * lost, and the two ends notice at different times.
 */
export class Wire {
  readonly options: WireOptions
  readonly ends: readonly [SimLink, SimLink]
  /** Nothing arrives while it is true: the cable is out and nobody has noticed. */
  stalled = false
  #held: (() => void)[] = []

  constructor(a: DeviceId, b: DeviceId, options: WireOptions) {
    this.options = options
    this.ends = [new SimLink(this, a, b), new SimLink(this, b, a)]
  }

  other(end: SimLink): SimLink {
    return this.ends[0] === end ? this.ends[1] : this.ends[0]
  }

  /** Runs `arrive` at the other end after what was sent before it. */
  carry(lane: Lane, bytes: number, name: string, arrive: () => void): void {
    const { scheduler, rng, latencyMs, bytesPerMs } = this.options
    const atMs = Math.max(lane.freeAtMs, scheduler.nowMs + latencyMs + rng.below(latencyMs + 1)) + bytes / bytesPerMs
    lane.freeAtMs = atMs
    scheduler.at(atMs - scheduler.nowMs, name, () => {
      if (this.stalled) this.#held.push(arrive)
      else arrive()
    })
  }

  stall(): void {
    this.stalled = true
  }

  resume(): void {
    this.stalled = false
    for (const arrive of this.#held.splice(0)) arrive()
  }

  /** Both ends notice, each in its time. */
  cut(): void {
    const { scheduler, rng } = this.options
    for (const end of this.ends) scheduler.at(rng.below(3000), 'cut', () => end.ended())
  }
}

interface Lane {
  freeAtMs: number
}

export class SimLink implements PeerLink {
  readonly own: DeviceId
  readonly peer: DeviceId
  readonly wire: Wire
  liar: Liar | undefined
  isClosed = false
  /** The process at this end was killed: it neither hears nor says anything any more. */
  isDead = false
  readonly #messages: Lane = { freeAtMs: 0 }
  readonly #blobs: Lane = { freeAtMs: 0 }
  readonly #inbox: Uint8Array[] = []
  readonly #closers: (() => void)[] = []
  readonly #room: (() => void)[] = []
  readonly #open = new Set<(error: HoldfastError) => void>()
  #unread = 0
  #reading = false
  #handler: Handler | undefined
  #answerer: Answerer | undefined

  constructor(wire: Wire, own: DeviceId, peer: DeviceId) {
    this.wire = wire
    this.own = own
    this.peer = peer
  }

  async send(message: Uint8Array): Promise<void> {
    if (this.isDead) return never()
    if (this.isClosed) throw new HoldfastError('DISCONNECTED')
    const said = this.liar === undefined ? message : this.liar.message(message)
    if (said === null) return
    this.wire.options.watch.said(this.own, this.peer, said)
    const other = this.wire.other(this)
    const copy = said.slice()
    this.#unread++
    this.wire.carry(
      this.#messages,
      copy.length,
      `message ${this.own.slice(0, 4)}>${this.peer.slice(0, 4)} ${copy.length}`,
      () => other.#arrived(copy)
    )
    while (this.#unread >= WINDOW_MESSAGES && !this.isClosed)
      await new Promise<void>((resolve) => this.#room.push(resolve))
    if (this.isClosed) throw new HoldfastError('DISCONNECTED')
  }

  onMessage(handler: Handler): void {
    this.#handler = handler
    void this.#read()
  }

  request(header: Uint8Array, options: BlobRequestOptions = {}): Promise<BlobReply> {
    if (this.isDead) return never()
    if (this.isClosed) return Promise.reject(new HoldfastError('DISCONNECTED'))
    const { watch, scheduler } = this.wire.options
    watch.asked(this.own, this.peer, header, options)
    return new Promise<BlobReply>((resolve, reject) => {
      const end = (): void => {
        if (!this.#open.delete(fail)) return
        options.signal?.removeEventListener('abort', onAbort)
        watch.ended(this.own, this.peer, header)
      }
      const fail = (error: HoldfastError): void => {
        end()
        if (!this.isDead) reject(error)
      }
      const onAbort = (): void => fail(new HoldfastError('ABORTED'))
      this.#open.add(fail)
      options.signal?.addEventListener('abort', onAbort, { once: true })
      scheduler.at(REQUEST_TIMEOUT_MS, 'time-out', () => this.#open.has(fail) && fail(new HoldfastError('TIMEOUT')))
      const body = options.body?.slice() ?? new Uint8Array(0)
      const other = this.wire.other(this)
      const answered = (reply: BlobReply | HoldfastError): void => {
        if (!this.#open.has(fail) || this.isDead) return
        if (reply instanceof HoldfastError) return fail(reply)
        end()
        resolve(reply)
      }
      this.wire.carry(
        this.#blobs,
        header.length + body.length,
        `ask ${this.own.slice(0, 4)}>${this.peer.slice(0, 4)} ${body.length}`,
        () => other.#questioned(header.slice(), body, answered)
      )
    })
  }

  onRequest(handler: Answerer): void {
    this.#answerer = handler
  }

  onClose(handler: () => void): void {
    if (this.isClosed) handler()
    else this.#closers.push(handler)
  }

  close(): void {
    if (this.isClosed) return
    const { scheduler, latencyMs } = this.wire.options
    const other = this.wire.other(this)
    this.ended()
    scheduler.at(latencyMs, 'hung up', () => other.ended())
  }

  /** The connection is gone, as far as this end knows. */
  ended(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#inbox.length = 0
    for (const room of this.#room.splice(0)) room()
    for (const fail of [...this.#open]) fail(new HoldfastError('DISCONNECTED'))
    if (this.isDead) return
    for (const closer of this.#closers.splice(0)) closer()
  }

  /** The process at this end dies: it says nothing, and the other end finds out. */
  kill(noticedAfterMs: number): void {
    if (this.isDead) return
    this.isDead = true
    const other = this.wire.other(this)
    this.ended()
    this.wire.options.scheduler.at(noticedAfterMs, 'reset', () => other.ended())
  }

  #arrived(message: Uint8Array): void {
    if (this.isClosed) return
    this.#inbox.push(message)
    void this.#read()
  }

  async #read(): Promise<void> {
    if (this.#reading || this.#handler === undefined) return
    this.#reading = true
    for (let message = this.#inbox.shift(); message !== undefined; message = this.#inbox.shift()) {
      await this.#handler(message)
      this.wire.other(this).#taken()
    }
    this.#reading = false
  }

  #taken(): void {
    this.#unread--
    for (const room of this.#room.splice(0)) room()
  }

  #questioned(header: Uint8Array, body: Uint8Array, answered: (reply: BlobReply | HoldfastError) => void): void {
    if (this.isClosed || this.isDead) return
    const back = (reply: BlobReply | HoldfastError): void => {
      if (this.isClosed || this.isDead) return
      const bytes = reply instanceof HoldfastError ? 16 : reply.header.length + (reply.body?.length ?? 0)
      this.wire.carry(this.#blobs, bytes, `answer ${this.own.slice(0, 4)}>${this.peer.slice(0, 4)} ${bytes}`, () =>
        answered(reply)
      )
    }
    if (this.#answerer === undefined) return back(new HoldfastError('REFUSED'))
    void this.#answerer(header, body).then(
      (honest) => {
        const said = this.liar === undefined ? honest : this.liar.reply(header, honest)
        if (!this.isDead) this.wire.options.watch.answered(this.own, this.peer, header, said)
        back({ header: said.header.slice(), ...(said.body === undefined ? {} : { body: said.body.slice() }) })
      },
      (error: unknown) => back(refusal(error))
    )
  }
}

/** As the transport sends it: the code and the wait, nothing else. */
function refusal(error: unknown): HoldfastError {
  if (!(error instanceof HoldfastError)) throw error
  return new HoldfastError(error.code, undefined, error.waitMs === undefined ? {} : { waitMs: error.waitMs })
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}
