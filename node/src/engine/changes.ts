import type { Engine } from './engine.ts'

/** Tells that something of a home may have changed since it was last asked, so that no change between two looks is missed. */
export class Changes {
  private seen = 0
  private count = 0
  private wake: () => void = () => undefined
  private readonly stopListening: () => void

  constructor(engine: Pick<Engine, 'onChange'>) {
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
      const timer = setTimeout(this.wake, ms)
      signal.addEventListener('abort', this.wake)
      await woken
      clearTimeout(timer)
      signal.removeEventListener('abort', this.wake)
    }
    this.seen = this.count
  }

  stop(): void {
    this.stopListening()
  }
}
