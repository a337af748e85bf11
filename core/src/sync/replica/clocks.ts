import { LIMITS } from '../../base/limits.ts'
import type { Clock } from '../../ports/clock.ts'

/** Whether this home's clock agrees with that of a peer it has spoken to: what ends in a deletion waits for it. */
export class Clocks {
  readonly #clock: Clock
  #agreed: { readonly wallMs: number; readonly runMs: number } | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A peer that a vault here knows has said what its clock shows. */
  told(peerMs: number): void {
    const wallMs = this.#clock.nowMs()
    if (Math.abs(peerMs - wallMs) <= LIMITS.clockAgreesMs) this.#agreed = { wallMs, runMs: this.#clock.monotonicMs() }
  }

  /** A peer has agreed since this home was opened, and the clock has gone on evenly since. */
  get agree(): boolean {
    if (this.#agreed === undefined) return false
    const ranMs = this.#clock.monotonicMs() - this.#agreed.runMs
    const wentMs = this.#clock.nowMs() - this.#agreed.wallMs
    return Math.abs(wentMs - ranMs) <= LIMITS.clockAgreesMs
  }
}
