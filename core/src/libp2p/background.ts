/** A timer that keeps no process alive; browsers have no such thing and need none. */
export function inBackground(work: () => void, ms: number): ReturnType<typeof setTimeout> {
  const timer: { unref?: () => void } & ReturnType<typeof setTimeout> = setTimeout(work, ms)
  timer.unref?.()
  return timer
}
