import { setTimeout } from 'node:timers/promises'

/** Looking all the time would take a core from the processes that are waited for. */
const LOOK_EVERY_MS = 20

/** Waits for a condition, which is looked at again and again. The test's own limit of time ends it. */
export async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await setTimeout(LOOK_EVERY_MS)
  }
}
