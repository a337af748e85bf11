import { setTimeout as sleep } from 'node:timers/promises'

const EVERY_MS = 50
const PATIENCE_MS = 60_000

/** Looks again and again until there is something. Throws what it waited for, in words, when there is nothing for a minute. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const giveUpMs = performance.now() + PATIENCE_MS
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > giveUpMs) throw new Error(`Waited a minute in vain for: ${what}.`)
    await sleep(EVERY_MS)
  }
}
