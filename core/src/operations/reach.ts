import type { OpEngine } from './engine-part.ts'
import { contentOf } from './look.ts'
import type { Found } from './places.ts'

/**
 * Before something is read that is not here: one attempt at every peer, unless one is connected already. Without it a
 * command would say "not here" in the moment in which its connections are being made.
 */
export async function reachFor(engine: OpEngine, wanted: readonly Found[]): Promise<void> {
  if (!engine.isOnline || engine.network.connected().length > 0) return
  const isHere = ({ node, vault }: Found): boolean => {
    const content = contentOf(node)
    return content === undefined || (vault !== undefined && engine.whereabouts(content, vault).state === 'here')
  }
  if (!wanted.every(isHere)) await engine.network.attemptAll()
}
