import type { Scheduler } from './scheduler.ts'

/**
 * WebCrypto answers from threads of the machine, in an order that is its own. While a world runs, each answer goes through
 * the world's scheduler instead, so that the seed decides when it comes.
 */
let current: Scheduler | undefined

export async function withThreadsOf<T>(scheduler: Scheduler, work: () => Promise<T>): Promise<T> {
  if (current !== undefined) throw new Error('one world at a time')
  patch()
  current = scheduler
  try {
    return await work()
  } finally {
    current = undefined
  }
}

let patched = false

function patch(): void {
  if (patched) return
  patched = true
  const prototype = Object.getPrototypeOf(globalThis.crypto.subtle) as Record<string, unknown>
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const real = prototype[name]
    if (name === 'constructor' || typeof real !== 'function') continue
    prototype[name] = function (this: unknown, ...given: unknown[]): Promise<unknown> {
      const answer = Reflect.apply(real, this, given) as Promise<unknown>
      return current === undefined ? answer : current.external(answer)
    }
  }
}
