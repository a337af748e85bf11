import type { Time } from '../ports/time.ts'

/** What libp2p itself runs on: the clock and the timers that every platform has. */
export const systemTime: Time = {
  nowMs: () => performance.now(),
  later(ms, work) {
    const timer: { unref?: () => void } & ReturnType<typeof setTimeout> = setTimeout(work, ms)
    timer.unref?.() // browsers have no such thing and need none
    return () => clearTimeout(timer)
  }
}
