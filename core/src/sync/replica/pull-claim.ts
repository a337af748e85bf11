import { LIMITS } from '../../base/limits.ts'
import type { Clock } from '../../ports/clock.ts'

/**
 * Who pulls the backlog of one vault: one link at a time, so that nothing is fetched twice and entries arrive in causal
 * order. A holder that makes no progress for a while loses the claim as soon as another link asks for it.
 */
export class PullClaim {
  readonly #clock: Clock
  readonly #onReleased: () => void
  #owner: object | null = null
  #sinceMs = 0
  readonly #waiting = new Set<object>()

  constructor(clock: Clock, onReleased: () => void) {
    this.#clock = clock
    this.#onReleased = onReleased
  }

  /** Taken or kept (which counts as progress); false while another link pulls. */
  claim(owner: object): boolean {
    const nowMs = this.#clock.monotonicMs()
    const stalled = nowMs - this.#sinceMs >= LIMITS.pullStallMs
    if (this.#owner !== null && this.#owner !== owner && !stalled) {
      this.#waiting.add(owner)
      return false
    }
    this.#owner = owner
    this.#sinceMs = nowMs
    this.#waiting.delete(owner)
    return true
  }

  release(owner: object): void {
    this.#waiting.delete(owner)
    if (this.#owner !== owner) return
    this.#owner = null
    if (this.#waiting.size > 0) this.#onReleased()
  }

  /** Lets those who wait try again when the holder has stalled. */
  tick(): void {
    if (this.#waiting.size > 0 && this.#clock.monotonicMs() - this.#sinceMs >= LIMITS.pullStallMs) this.#onReleased()
  }
}
