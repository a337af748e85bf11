import type { DeviceId } from '@holdfast/core/base/ids'
import type { ReplicaEvent } from '@holdfast/core/sync/replica/replica'

/** Peers that were found to be nobody's are remembered so long at most, should something change without an event. */
const REMEMBERED_MS = 5_000
const MOST_REMEMBERED = 4_096

/**
 * Whether somebody who connects is known to any vault here. That is asked again and again of the same strangers, with each one that
 * arrives: so who was found to be unknown is remembered until something is said that could change it.
 */
export class KnownPeers {
  private readonly look: (peer: DeviceId) => boolean
  private readonly nowMs: () => number
  private readonly strangers = new Map<DeviceId, number>()

  /** `look` walks all vaults. */
  constructor(look: (peer: DeviceId) => boolean, nowMs: () => number) {
    this.look = look
    this.nowMs = nowMs
  }

  isKnown(peer: DeviceId): boolean {
    const seenMs = this.strangers.get(peer)
    if (seenMs !== undefined && this.nowMs() - seenMs < REMEMBERED_MS) return false
    this.strangers.delete(peer)
    if (this.look(peer)) return true
    const oldest = this.strangers.size < MOST_REMEMBERED ? undefined : this.strangers.keys().next().value
    if (oldest !== undefined) this.strangers.delete(oldest)
    this.strangers.set(peer, this.nowMs())
    return false
  }

  follow(event: ReplicaEvent): void {
    if (event.kind === 'states' || event.kind === 'records' || event.kind === 'problem') return
    if (event.kind === 'admitted' && !event.admission.membershipChanged) return
    this.strangers.clear()
  }
}
