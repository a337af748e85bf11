import { HoldfastError } from '../base/errors.ts'
import type { Wait } from '../ports/wait.ts'

/** Takes back what has not been done yet. Idempotent. */
export type Cancel = () => void

export const nothingToCancel: Cancel = () => undefined

/** Does `work` in `ms`, unless it is taken back. */
export function later(wait: Wait, ms: number, work: () => void): Cancel {
  const over = new AbortController()
  void wait(ms, over.signal).then(work, () => undefined)
  return () => over.abort()
}

/** Does `work` every `ms`, until it is taken back. */
export function every(wait: Wait, ms: number, work: () => void): Cancel {
  let cancel: Cancel = nothingToCancel
  const again = (): void => {
    cancel = later(wait, ms, () => {
      again()
      work()
    })
  }
  again()
  return () => cancel()
}

/** Work under a signal that fires with TIMEOUT after `ms`. */
export async function within<T>(wait: Wait, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController()
  const cancel = later(wait, ms, () => over.abort(new HoldfastError('TIMEOUT')))
  try {
    return await work(over.signal)
  } finally {
    cancel()
  }
}
