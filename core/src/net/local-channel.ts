import { HoldfastError } from '../base/errors.ts'
import type { Time } from '../ports/time.ts'
import type { Channel } from './channel.ts'
import type { Frame } from './frame.ts'

/** Two ends of one channel inside this process: what is sent at one is received at the other. For a handful of frames. */
export function localChannels(time: Time): [Channel, Channel] {
  const a = new LocalChannel(time)
  const b = new LocalChannel(time)
  a.other = b
  b.other = a
  return [a, b]
}

class LocalChannel implements Channel {
  other!: LocalChannel
  readonly closed: Promise<void>
  lastProgressMs: number
  private readonly time: Time
  private readonly queue: (Frame | null)[] = []
  private wake: () => void = () => undefined
  private ended: 'no' | 'closed' | 'aborted' = 'no'
  private settle!: () => void

  constructor(time: Time) {
    this.time = time
    this.lastProgressMs = time.nowMs()
    this.closed = new Promise((resolve) => (this.settle = resolve))
  }

  nowMs(): number {
    return this.time.nowMs()
  }

  later(ms: number, work: () => void): () => void {
    return this.time.later(ms, work)
  }

  async send(frame: Frame): Promise<void> {
    if (this.ended !== 'no' || this.other.ended === 'aborted') throw new HoldfastError('DISCONNECTED')
    this.other.receive(frame)
  }

  async next(): Promise<Frame | null> {
    while (this.queue.length === 0) {
      if (this.ended === 'aborted') throw new HoldfastError('DISCONNECTED')
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
    const frame = this.queue[0]!
    if (frame !== null) this.queue.shift()
    return frame
  }

  async close(): Promise<void> {
    if (this.ended !== 'no') return
    this.ended = 'closed'
    this.other.receive(null)
    if (this.other.ended !== 'no') this.finish()
  }

  abort(): void {
    if (this.ended === 'aborted') return
    this.ended = 'aborted'
    this.finish()
    this.other.abort()
  }

  private receive(frame: Frame | null): void {
    this.queue.push(frame)
    this.lastProgressMs = this.nowMs()
    this.wake()
  }

  private finish(): void {
    this.settle()
    this.other.settle()
    this.wake()
  }
}
