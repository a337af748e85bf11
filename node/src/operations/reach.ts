import type { FileContent } from '@holdfast/core/index/records'
import type { OpEngine } from './engine-part.ts'

/**
 * Before something is read that is not here: one attempt at every peer, unless one is connected already. Without it a
 * command would say "not here" in the moment in which its connections are being made.
 */
export async function reachFor(engine: OpEngine, contents: readonly FileContent[]): Promise<void> {
  if (!engine.isOnline || engine.network.connected().length > 0) return
  if (contents.some((content) => engine.whereabouts(content).state !== 'here')) await engine.network.attemptAll()
}
