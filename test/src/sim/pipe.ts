import { HoldfastError } from '@holdfast/core/base/errors'
import type { FramePipe } from '@holdfast/core/vault/pairing'
import type { Life } from './life.ts'
import type { Scheduler } from './scheduler.ts'

/** Two ends through which a pairing's frames go. When one side stops, the other waits for a minute and gives up. */
export function pipePair(scheduler: Scheduler, delayMs: number, lives: readonly [Life, Life]): [FramePipe, FramePipe] {
  const [left, right] = [new End(), new End()]
  return [pipe(left, right, lives[0]), pipe(right, left, lives[1])]

  function pipe(own: End, other: End, life: Life): FramePipe {
    return {
      async send(frame) {
        const copy = frame.slice()
        scheduler.at(delayMs, 'pairing frame', () => other.arrived(copy))
        await Promise.resolve()
      },
      next: () =>
        new Promise((resolve, reject) => {
          own.wait((frame) => !life.isDead && resolve(frame))
          scheduler.at(60_000, 'pairing time-out', () => !life.isDead && reject(new HoldfastError('PAIRING_EXPIRED')))
        })
    }
  }
}

class End {
  readonly #frames: Uint8Array[] = []
  #waiting: ((frame: Uint8Array) => void) | undefined

  arrived(frame: Uint8Array): void {
    this.#frames.push(frame)
    this.#give()
  }

  wait(take: (frame: Uint8Array) => void): void {
    this.#waiting = take
    this.#give()
  }

  #give(): void {
    const take = this.#waiting
    if (take === undefined || this.#frames.length === 0) return
    this.#waiting = undefined
    take(this.#frames.shift()!)
  }
}
