import type { DeviceId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { Contact } from '../vault/pairing-messages.ts'
import type { Target } from './connector.ts'
import type { Engine } from './engine.ts'

/**
 * Whom to keep connections to: the relays of the personal vault (before it names any, whoever the pairing introduced), then
 * those of every vault mounted in it (before that names any, those the mount names). Members of a shared vault choose its
 * relays, so they add to the addresses of one's own and never take their place, and their number is bounded.
 */
export function targetsOf(engine: Engine, alsoAt: readonly Contact[] = []): readonly Target[] {
  const { home } = engine
  const found = new Map<DeviceId, string[]>()
  const add = (contacts: readonly Contact[]): void => {
    for (const { peer, addresses } of contacts) {
      const known = found.get(peer)
      if (known === undefined && found.size >= LIMITS.relaysKept) continue
      found.set(peer, [...new Set([...(known ?? []), ...addresses])].slice(0, LIMITS.addresses))
    }
  }
  add(alsoAt)
  add(engine.relays().length > 0 ? engine.relays() : home.state.introduced)
  for (const mount of engine.mounts()) {
    const relays = home.replica.vault(mount.vault)?.log.membership().relays ?? []
    add(relays.length > 0 ? relays : mount.relays)
  }
  return [...found].map(([peer, addresses]) => ({ peer, addresses }))
}
