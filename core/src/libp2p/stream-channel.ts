import { HoldfastError } from '../base/errors.ts'
import { FRAME, FrameReader, frameParts } from '../net/frame.ts'
import { FrameWriter } from './frame-writer.ts'
import { systemTime } from './system-time.ts'
import { leanWindow } from './lean-window.ts'
import type { Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import type { Channel, ChannelOptions } from '../net/channel.ts'
import type { Frame } from '../net/frame.ts'

const KEEP_ALIVE: Frame = { kind: FRAME.keepAlive, id: 0, header: new Uint8Array(0), body: new Uint8Array(0) }
const DEFAULTS = { queueBytes: 512 * 1024, lingerMs: 15_000, keepAliveMs: 5_000, time: systemTime }
/** What a queued frame costs beside its bytes: many empty ones must fill the queue, too. */
const FRAME_OVERHEAD_BYTES = 256

/** A channel over a stream of libp2p. */
export class StreamChannel implements Channel {
  readonly closed: Promise<void>
  lastProgressMs: number

  private readonly stream: Stream
  private readonly options: Required<Omit<ChannelOptions, 'pace'>> & Pick<ChannelOptions, 'pace'>
  private readonly reader: FrameReader
  private readonly writer: FrameWriter
  private readonly readers: Reader[] = []
  private queue: Frame[] = []
  private queuedBytes = 0
  private resuming = false
  /** More has come than may: nothing is taken for a while. */
  private slowed = false
  private lastSentMs: number
  private remoteFinished = false
  private ended = false
  private failure: HoldfastError | undefined
  private closing: Promise<void> | undefined
  private settleClosed!: () => void

  constructor(stream: Stream, options: ChannelOptions) {
    this.stream = stream
    this.options = { ...DEFAULTS, ...options }
    this.lastProgressMs = this.nowMs()
    this.lastSentMs = this.lastProgressMs
    this.reader = new FrameReader(options, (frame) => this.enqueue(frame))
    this.writer = new FrameWriter(stream, () => this.sent(), options.pace)
    this.closed = new Promise((resolve) => (this.settleClosed = resolve))
    leanWindow(stream)
    // No listener may throw: libp2p would turn that into an uncaught exception.
    stream.addEventListener('close', (event) => this.onClose(event))
    stream.addEventListener('end', () => this.onEnd())
    stream.addEventListener('remoteCloseWrite', () => (this.remoteFinished = true))
    stream.addEventListener('message', (event) => this.onMessage(event))
    // What happened while the stream was being negotiated raised its event too early to be heard here.
    this.remoteFinished =
      stream.remoteWriteStatus === 'closed' && stream.status !== 'reset' && stream.status !== 'aborted'
    if (stream.readableEnded) this.onEnd()
    if (stream.status !== 'open' && stream.status !== 'closing') this.onClose()
  }

  nowMs(): number {
    return this.options.time.nowMs()
  }

  later(ms: number, work: () => void): () => void {
    return this.options.time.later(ms, work)
  }

  async send(frame: Frame): Promise<void> {
    if (this.failure !== undefined) throw this.failure
    if (this.closing !== undefined) throw new HoldfastError('DISCONNECTED')
    await this.writer.write(frameParts(frame, this.options))
  }

  async next(): Promise<Frame | null> {
    const frame = this.queue.shift()
    if (frame !== undefined) {
      this.queuedBytes -= cost(frame)
      if (this.stream.readStatus === 'paused' && this.mayRead) this.resume()
      return frame
    }
    if (this.ended) return this.end()
    return new Promise((resolve, reject) => this.readers.push({ resolve, reject }))
  }

  close(): Promise<void> {
    this.closing ??= this.finish()
    return this.closing
  }

  abort(reason?: HoldfastError): void {
    this.failure ??= reason ?? new HoldfastError('DISCONNECTED')
    this.queue = []
    this.queuedBytes = 0
    // libp2p tells the other side only that the stream was reset, whatever error it is given.
    this.stream.abort(this.failure)
    this.onClose()
  }

  private onMessage(event: StreamMessageEvent): void {
    if (this.failure !== undefined) return
    const now = this.nowMs()
    this.lastProgressMs = now
    try {
      if (event.data instanceof Uint8Array) this.reader.push(event.data)
      else for (const piece of event.data) this.reader.push(piece)
    } catch (error) {
      this.abort(error instanceof HoldfastError ? error : new HoldfastError('MALFORMED'))
      return
    }
    this.slowDown(event.data.byteLength)
    this.pauseWhenFull()
    if (this.reader.midFrame && now - this.lastSentMs > this.options.keepAliveMs) this.keepAlive(now)
  }

  private enqueue(frame: Frame): void {
    if (frame.kind === FRAME.keepAlive) return
    const reader = this.readers.shift()
    if (reader !== undefined) {
      reader.resolve(frame)
      return
    }
    this.queue.push(frame)
    this.queuedBytes += cost(frame)
  }

  /**
   * The real brake: paused, yamux opens the window no further, and what still arrives (at most the window, 2 MiB)
   * fits into the stream's own buffer (4 MiB), so that a slow consumer never costs the stream.
   * Never while resuming: `resume()` dispatches first and reopens the window afterwards, undoing a pause in between.
   */
  private pauseWhenFull(): void {
    if (this.resuming || this.mayRead || this.stream.readStatus !== 'readable') return
    this.stream.pause()
  }

  private get mayRead(): boolean {
    return !this.slowed && this.queuedBytes < this.options.queueBytes
  }

  private slowDown(bytes: number): void {
    const ms = this.options.pace?.down(bytes) ?? 0
    if (ms === 0 || this.slowed) return
    this.slowed = true
    void this.readAgainAfter(ms)
  }

  /** Meanwhile both sides are told that it goes on, so that nobody takes a slow line for a dead one. */
  private async readAgainAfter(ms: number): Promise<void> {
    const { pace, keepAliveMs } = this.options
    for (let left = ms; left > 0 && this.failure === undefined; left -= keepAliveMs) {
      await pace?.wait(Math.min(left, keepAliveMs))
      this.lastProgressMs = this.nowMs()
      if (left > keepAliveMs) this.keepAlive(this.lastProgressMs)
    }
    this.slowed = false
    if (this.stream.readStatus === 'paused' && this.mayRead && this.failure === undefined) this.resume()
  }

  private resume(): void {
    this.resuming = true
    try {
      this.stream.resume()
    } catch {
      // Closed in the meantime; the close event says the rest.
    } finally {
      this.resuming = false
    }
    this.pauseWhenFull()
  }

  private sent(): void {
    this.lastProgressMs = this.nowMs()
    this.lastSentMs = this.lastProgressMs
  }

  private keepAlive(now: number): void {
    this.lastSentMs = now
    if (this.writer.idle && this.closing === undefined) this.send(KEEP_ALIVE).catch(() => undefined)
  }

  private onEnd(): void {
    if (this.ended) return
    this.ended = true
    for (const reader of this.readers.splice(0)) this.end().then(reader.resolve, reader.reject)
  }

  /** What a reader gets after the last frame. */
  private async end(): Promise<null> {
    if (this.failure !== undefined) throw this.failure
    if (!this.remoteFinished || this.reader.midFrame) throw new HoldfastError('DISCONNECTED')
    return null
  }

  private onClose(event?: StreamCloseEvent): void {
    if (event?.error !== undefined && event.error !== null) this.remoteFinished = false
    // What arrived before the end is still delivered.
    if (this.stream.readStatus === 'paused' && this.failure === undefined) this.resume()
    this.writer.fail(this.failure ?? new HoldfastError('DISCONNECTED'))
    this.onEnd()
    this.settleClosed()
  }

  private async finish(): Promise<void> {
    await this.writer.flush()
    try {
      await this.stream.close({ signal: AbortSignal.timeout(this.options.lingerMs) })
    } catch {
      // It can reject with an Event; either way this half did not end in order.
      this.abort()
    }
    this.linger()
  }

  private linger(): void {
    const check = (): void => {
      const idleMs = this.nowMs() - this.lastProgressMs
      if (idleMs >= this.options.lingerMs) this.abort()
      else cancel = this.later(this.options.lingerMs - idleMs, check)
    }
    let cancel = this.later(this.options.lingerMs, check)
    void this.closed.then(() => cancel())
  }
}

interface Reader {
  readonly resolve: (frame: Frame | null) => void
  readonly reject: (error: unknown) => void
}

function cost(frame: Frame): number {
  return frame.header.length + frame.body.length + FRAME_OVERHEAD_BYTES
}
