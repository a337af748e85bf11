import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { Clock } from '@holdfast/core/ports/clock'
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

/** Never keeps the process alive by itself. */
export const systemWait: Wait = async (ms, signal) => {
  try {
    await sleep(ms, undefined, { ref: false, ...(signal && { signal }) })
  } catch (cause) {
    throw new HoldfastError('ABORTED', undefined, { cause })
  }
}
