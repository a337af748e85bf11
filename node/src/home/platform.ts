import { randomBytes } from 'node:crypto'
import type { Clock } from '@holdfast/core/ports/clock'
import type { Random } from '@holdfast/core/ports/random'

/** The ports that have one implementation on this platform. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => Math.round(performance.now())
}

export const systemRandom: Random = {
  bytes: (length) => new Uint8Array(randomBytes(length))
}
