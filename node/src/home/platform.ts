import { randomBytes } from 'node:crypto'
import type { Clock } from '@holdfast/core/ports/clock'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { Random } from '@holdfast/core/ports/random'
import type { Wait } from '@holdfast/core/ports/wait'

/** The ports that have one implementation on this platform. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => Math.round(performance.now())
}

export const systemRandom: Random = {
  bytes: (length) => new Uint8Array(randomBytes(length))
}

export const systemWait: Wait = (ms, signal) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(new HoldfastError('ABORTED'))
    const abort = (): void => {
      clearTimeout(timer)
      reject(new HoldfastError('ABORTED'))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', abort, { once: true })
  })
