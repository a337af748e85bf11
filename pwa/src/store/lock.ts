import { HoldfastError } from '@holdfast/core/base/errors'

/**
 * Holds the Web Lock of this name, which the browser takes back when the worker ends, however it ends. One that was just ended may
 * keep it for a moment: so it is waited for. Throws IN_USE after `waitMs`. Returns how to give it back.
 */
export async function holdLock(name: string, waitMs: number): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const held = navigator.locks.request(
      name,
      { signal: AbortSignal.timeout(waitMs) },
      () => new Promise<void>((release) => resolve(release))
    )
    held.catch((cause: unknown) => reject(new HoldfastError('IN_USE', undefined, { cause })))
  })
}
