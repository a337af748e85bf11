import { signal } from '@preact/signals'

/** What is read out to those who listen. */
export const announced = signal('')

const APART_MS = 5000
let lastMs = -APART_MS
let waiting: ReturnType<typeof setTimeout> | undefined

/** Reads a message out, one in five seconds at most: of those in between only the last is said. */
export function announce(text: string): void {
  clearTimeout(waiting)
  const leftMs = lastMs + APART_MS - performance.now()
  waiting = setTimeout(
    () => {
      lastMs = performance.now()
      // The same words twice are only read again when they differ.
      announced.value = announced.value === text ? `${text}\u00a0` : text
    },
    Math.max(0, leftMs)
  )
}
