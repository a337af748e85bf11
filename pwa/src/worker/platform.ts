import { HoldfastError } from '@holdfast/core/base/errors'
import type { Platform } from '@holdfast/core/home/platform'
import type { Wait } from '@holdfast/core/ports/wait'

/** Bytes that `getRandomValues` gives at once. */
const RANDOM_STEP_BYTES = 65_536

export const webPlatform: Platform = {
  clock: { nowMs: () => Date.now(), monotonicMs: () => Math.round(performance.now()) },
  random: {
    bytes(length) {
      const bytes = new Uint8Array(length)
      for (let at = 0; at < length; at += RANDOM_STEP_BYTES)
        crypto.getRandomValues(bytes.subarray(at, at + RANDOM_STEP_BYTES))
      return bytes
    }
  },
  wait: waitFor,
  // libp2p takes longer to load than it takes to show what is here.
  createHost: (options) => import('../net/host.ts').then(({ createHost }) => createHost(options))
}

function waitFor(...[ms, signal]: Parameters<Wait>): Promise<void> {
  return new Promise((resolve, reject) => {
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
}
