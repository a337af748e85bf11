import type { Cancel } from '@holdfast/core/engine/later'
import { every, nothingToCancel } from '@holdfast/core/engine/later'
import type { Wait } from '@holdfast/core/ports/wait'

/** The part of an engine that is asked. */
interface Asked {
  readonly isOnline: boolean
  readonly home: { readonly wait: Wait }
  readonly network: { attemptAll(): Promise<unknown> }
}

/**
 * Tries those who are away every so many seconds, whatever pause they are in, but whoever asked to be left alone; 0: never. Returns
 * how to end it.
 */
export function pollAway(engine: Asked, seconds: number): Cancel {
  if (seconds === 0) return nothingToCancel
  return every(engine.home.wait, seconds * 1000, () => {
    if (engine.isOnline) engine.network.attemptAll().catch(() => undefined)
  })
}
