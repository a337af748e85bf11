import type { Wait } from '../ports/wait.ts'
import type { Engine } from './engine.ts'
import { later } from './later.ts'

/** Tells that something of a home may have changed since it was last asked, so that no change between two looks is missed. */
export class Changes {
  private seen = 0
  private count = 0
  private wake: () => void = () => undefined
  private readonly wait: Wait
  private readonly stopListening: () => void

  constructor(engine: Pick<Engine, 'onChange' | 'home'>) {
    this.wait = engine.home.wait
    this.stopListening = engine.onChange(() => {
      this.count++
      this.wake()
    })
  }

  /** Resolves when something changed since the last call resolved, after `ms` at the latest, or when it is over. */
  async next(ms: number, signal: AbortSignal): Promise<void> {
    if (this.count === this.seen && !signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        this.wake = resolve
      })
      const cancel = later(this.wait, ms, this.wake)
      signal.addEventListener('abort', this.wake)
      await woken
      cancel()
      signal.removeEventListener('abort', this.wake)
    }
    this.seen = this.count
  }

  stop(): void {
    this.stopListening()
  }
}
