import { randomBytes, randomFillSync } from 'node:crypto'
import type { Clock } from '@holdfast/core/ports/clock'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { Platform } from '@holdfast/core/home/platform'
import type { Random } from '@holdfast/core/ports/random'
import type { Wait } from '@holdfast/core/ports/wait'

/** The ports that have one implementation on this platform. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => Math.round(performance.now())
}

/** Short ones out of a pool that is filled now and then: asking the system costs more than sealing a small file. */
export const systemRandom: Random = {
  bytes(length) {
    if (length > LARGEST_FROM_POOL) return new Uint8Array(randomBytes(length))
    if (poolAt + length > POOL.length) {
      randomFillSync(POOL)
      poolAt = 0
    }
    const bytes = POOL.slice(poolAt, poolAt + length)
    POOL.fill(0, poolAt, poolAt + length) // what was handed out stays nowhere else
    poolAt += length
    return bytes
  }
}

const LARGEST_FROM_POOL = 64
const POOL = new Uint8Array(8192)
let poolAt = POOL.length

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

export const nodePlatform: Platform = {
  clock: systemClock,
  random: systemRandom,
  wait: systemWait,
  process: process.pid,
  // libp2p takes longer to load than most commands to run.
  createHost: (options) => import('../net/host.ts').then(({ createHost }) => createHost(options))
}
