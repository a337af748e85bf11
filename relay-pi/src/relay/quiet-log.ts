import { isHoldfastError } from '@holdfast/core/base/errors'
import type { Clock } from '@holdfast/core/ports/clock'
import { RateLimit } from '../accounts/rate-limit.ts'

/** The log, protected from peers that would fill it: beyond so many lines of one kind a second, they are left out. */
export function quietLog(write: (text: string) => void, clock: Clock): (text: string) => void {
  const limit = new RateLimit({ clock, burst: 10, perSecond: 0.1, names: 64 })
  return (text) => {
    try {
      limit.take(text)
    } catch (error) {
      if (isHoldfastError(error, 'RATE_LIMITED')) return
      throw error
    }
    write(text)
  }
}
