import type { Clock } from '@holdfast/core/ports/clock'
import type { Wait } from '@holdfast/core/ports/wait'
import type { Scheduler } from './scheduler.ts'

/** One run of one process, from its start to its end or its death. What belongs to a dead one does nothing any more. */
export class Life implements Clock {
  isDead = false
  readonly wait: Wait
  readonly #scheduler: Scheduler
  readonly #wallMs: () => number
  readonly #bornMs: number

  constructor(scheduler: Scheduler, wallMs: () => number) {
    this.#scheduler = scheduler
    this.#wallMs = wallMs
    this.#bornMs = scheduler.nowMs
    this.wait = (ms, signal) => scheduler.sleep(ms, signal, () => this.isDead)
  }

  /** What this process believes: the machine's clock may jump. */
  nowMs(): number {
    return Math.floor(this.#wallMs())
  }

  /** From this process's start, as on a real machine. */
  monotonicMs(): number {
    return this.#scheduler.nowMs - this.#bornMs
  }

  /** Again and again until the end. Failures are the work's own business. */
  every(ms: number, work: () => Promise<void>): void {
    void (async () => {
      for (;;) {
        await this.wait(ms)
        await work()
      }
    })()
  }
}
