import type { DeviceId } from '@holdfast/core/base/ids'
import type { PeerLink } from '@holdfast/core/ports/peer-link'
import { SyncSession } from '@holdfast/core/sync/session/session'
import { systemClock } from '../home/platform.ts'
import type { Relay } from './relay.ts'
import { admitLink } from './strangers.ts'

/** One sync session for each link that a peer opens. */
export class Sessions {
  private readonly relay: Relay
  private readonly isKnown: (peer: DeviceId) => boolean
  private readonly onMemberSettled: () => void
  private readonly open = new Map<PeerLink, SyncSession>()

  constructor(relay: Relay, options: { isKnown: (peer: DeviceId) => boolean; onMemberSettled: () => void }) {
    this.relay = relay
    this.isKnown = options.isKnown
    this.onMemberSettled = options.onMemberSettled
  }

  /** Devices that share a vault with this relay and are connected now. */
  connected(): number {
    const members = [...this.open.values()].filter(({ state }) => state.role === 'device' && state.shared.length > 0)
    return new Set(members.map(({ peer }) => peer)).size
  }

  isOpen(peer: DeviceId): boolean {
    for (const session of this.open.values()) if (session.peer === peer) return true
    return false
  }

  begin(link: PeerLink): void {
    if (!admitLink(link, this.open.keys(), this.isKnown)) return
    const { replica, exchange } = this.relay
    let wasSettled = false
    const session = new SyncSession({
      replica,
      link,
      clock: systemClock,
      onState: ({ settled, shared }) => {
        if (settled && !wasSettled && shared.length > 0) {
          exchange.fetcher.refresh(link)
          this.onMemberSettled()
        }
        wasSettled = settled && shared.length > 0
      }
    })
    this.open.set(link, session)
    link.onClose(() => this.open.delete(link))
    exchange.attach(link)
    session.start()
  }

  stop(): void {
    for (const session of this.open.values()) session.stop()
  }
}
