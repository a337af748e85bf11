import { LIMITS } from '@holdfast/core/base/limits'
import type { PeerLink } from '@holdfast/core/ports/peer-link'
import type { DeviceId } from '@holdfast/core/base/ids'
import type { Connection } from '@holdfast/node/net/connection'

/** Connections of peers that no vault here lists: enough for those that come to register or to be paired. */
const MAX_STRANGERS = 64
/** As long as a pairing may take. */
const STAY_MS = LIMITS.pairMinutes * 60_000

/**
 * Sees to it that strangers do not take the places of members: a bounded number of connections, each for a bounded time.
 * The oldest has to go for the newest.
 */
export class Strangers {
  private readonly isKnown: (peer: DeviceId) => boolean
  private readonly waiting = new Map<Connection, NodeJS.Timeout>()

  constructor(isKnown: (peer: DeviceId) => boolean) {
    this.isKnown = isKnown
  }

  arrived(connection: Connection): void {
    if (this.isKnown(connection.peerKey)) return
    for (const [other] of this.waiting) {
      if (this.isKnown(other.peerKey)) this.left(other)
      else if (this.waiting.size >= MAX_STRANGERS) this.send(other)
    }
    const timer = setTimeout(() => this.send(connection), STAY_MS)
    timer.unref()
    this.waiting.set(connection, timer)
  }

  left(connection: Connection): void {
    clearTimeout(this.waiting.get(connection))
    this.waiting.delete(connection)
  }

  /** Who has become known meanwhile stays. */
  private send(connection: Connection): void {
    this.left(connection)
    if (!this.isKnown(connection.peerKey)) void connection.close()
  }
}

/** Links of the sync protocol that strangers may hold at once: each is a session that says nothing. */
const MAX_STRANGE_LINKS = 32

/** Closes what comes over the bound. True when the link may stay. */
export function admitLink(link: PeerLink, open: ReadonlySet<PeerLink>, isKnown: (peer: DeviceId) => boolean): boolean {
  if (isKnown(link.peer)) return true
  let strange = 0
  for (const other of open) if (!isKnown(other.peer)) strange += 1
  if (strange < MAX_STRANGE_LINKS) return true
  link.close()
  return false
}
