import { HoldfastError } from '../base/errors.ts'
import { Uint8ArrayList } from 'uint8arraylist'
import type { Pace } from '../net/pace.ts'
import type { Stream } from '@libp2p/interface'

/**
 * Writes frames to a stream in order, in pieces, waiting for the stream between them, so that at most one piece lies
 * in the stream's own buffer. Frames that wait are written together. Buffers are passed on, not copied: whoever sends
 * leaves them as they are.
 */
export class FrameWriter {
  private readonly stream: Stream
  private readonly onProgress: () => void
  private readonly pace: Pace | undefined
  private waiting: Waiting[] = []
  private running: Promise<void> | undefined
  private failed: HoldfastError | undefined

  constructor(stream: Stream, onProgress: () => void, pace?: Pace) {
    this.stream = stream
    this.onProgress = onProgress
    this.pace = pace
  }

  /** Resolves when the stream has taken the frame and has room again. Rejects DISCONNECTED. */
  write(parts: readonly Uint8Array[]): Promise<void> {
    if (this.failed !== undefined) return Promise.reject(this.failed)
    return new Promise((resolve, reject) => {
      this.waiting.push({ parts, resolve, reject })
      // A microtask later, so that frames sent in one go travel in one piece.
      this.running ??= Promise.resolve().then(() => this.run())
    })
  }

  /** Whether nothing is being written. */
  get idle(): boolean {
    return this.running === undefined
  }

  /** Resolves when everything written so far was taken or has failed. */
  async flush(): Promise<void> {
    while (this.running !== undefined) await this.running
  }

  /** Everything that waits, and everything from now on, rejects. */
  fail(error: HoldfastError): void {
    this.failed ??= error
    const waiting = this.waiting
    this.waiting = []
    for (const one of waiting) one.reject(this.failed)
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.takeBatch()
      try {
        await this.sendAll(batch)
        for (const one of batch) one.resolve()
      } catch (cause) {
        // Whatever libp2p threw (an Event, too) says no more than that the stream is gone.
        this.fail(new HoldfastError('DISCONNECTED', undefined, cause instanceof Error ? { cause } : undefined))
        for (const one of batch) one.reject(this.failed!)
      }
    }
    this.running = undefined
  }

  private takeBatch(): Waiting[] {
    let bytes = 0
    let count = 0
    while (count < this.waiting.length && bytes < PIECE_BYTES) {
      for (const part of this.waiting[count]!.parts) bytes += part.length
      count++
    }
    return this.waiting.splice(0, count)
  }

  private async sendAll(batch: Waiting[]): Promise<void> {
    const list = new Uint8ArrayList()
    for (const one of batch) list.append(...one.parts)
    const most = Math.min(PIECE_BYTES, Math.floor(this.pace?.pieceBytes ?? PIECE_BYTES))
    while (list.byteLength > 0) {
      const piece = list.sublist(0, Math.min(most, list.byteLength))
      list.consume(piece.byteLength)
      if (this.pace !== undefined) await this.pace.up(piece.byteLength)
      if (this.failed !== undefined) throw this.failed
      this.stream.send(piece)
      if (this.stream.writableNeedsDrain) await this.drained()
      this.onProgress()
    }
  }

  /**
   * Waits for room by the `drain` event: `stream.onDrain()` resolves at once for ever after its first use, and a
   * loop on it would hold the whole of a file in memory.
   */
  private async drained(): Promise<void> {
    while (this.stream.writableNeedsDrain && this.failed === undefined) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          this.stream.removeEventListener('drain', done)
          this.stream.removeEventListener('close', done)
          resolve()
        }
        this.stream.addEventListener('drain', done)
        this.stream.addEventListener('close', done)
        if (this.stream.writeStatus === 'closed') done()
      })
      if (this.stream.writeStatus === 'closed') throw new HoldfastError('DISCONNECTED')
    }
  }
}

interface Waiting {
  readonly parts: readonly Uint8Array[]
  readonly resolve: () => void
  readonly reject: (error: HoldfastError) => void
}

/** Four full Noise messages (65,519 bytes of plaintext each) less the yamux header: no short message trails behind. */
const PIECE_BYTES = 4 * 65_519 - 12
