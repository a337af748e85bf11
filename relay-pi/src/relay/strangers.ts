import type { DeviceId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import type { PeerLink } from '@holdfast/core/ports/peer-link'
import type { Connection } from '@holdfast/core/net/connection'
import { remoteHostOf } from '@holdfast/core/net/remote-host'

/** Connections of peers that no vault here lists: enough for those that come to register or to be paired. */
export const MAX_STRANGERS = 64
/** As long as a pairing may take. */
const STAY_MS = LIMITS.pairMinutes * 60_000

export type StrangerConnection = Pick<Connection, 'peerKey' | 'remoteAddress' | 'close'>

/**
 * Sees to it that strangers do not take the places of members: a bounded number of connections, each for a bounded time.
 * For the newest the oldest has to go, of the address that has the most: a flood pushes out its own.
 */
export class Strangers {
  private readonly isKnown: (peer: DeviceId) => boolean
  /** Oldest first. */
  private readonly here = new Map<StrangerConnection, NodeJS.Timeout>()

  constructor(isKnown: (peer: DeviceId) => boolean) {
    this.isKnown = isKnown
  }

  arrived(connection: StrangerConnection): void {
    if (this.isKnown(connection.peerKey)) return
    for (const other of this.here.keys()) if (this.isKnown(other.peerKey)) this.left(other)
    const timer = setTimeout(() => this.send(connection), STAY_MS)
    timer.unref()
    this.here.set(connection, timer)
    const oldest = this.here.size > MAX_STRANGERS ? this.oldestOfTheMost() : undefined
    if (oldest !== undefined) this.send(oldest)
  }

  left(connection: StrangerConnection): void {
    clearTimeout(this.here.get(connection))
    this.here.delete(connection)
  }

  /** Who has become known meanwhile stays. */
  private send(connection: StrangerConnection): void {
    this.left(connection)
    if (!this.isKnown(connection.peerKey)) void connection.close()
  }

  private oldestOfTheMost(): StrangerConnection | undefined {
    const byHost = new Map<string, StrangerConnection[]>()
    for (const connection of this.here.keys()) {
      const host = remoteHostOf(connection.remoteAddress)
      const list = byHost.get(host)
      if (list === undefined) byHost.set(host, [connection])
      else list.push(connection)
    }
    const lists = [...byHost.values()]
    const most = Math.max(...lists.map(({ length }) => length))
    return lists.find(({ length }) => length === most)?.[0]
  }
}

/** Links of the sync protocol that strangers may hold at once: each is a session that says nothing. */
const MAX_STRANGE_LINKS = 32

/** Closes what comes over the bound. True when the link may stay. */
export function admitLink(link: PeerLink, open: Iterable<PeerLink>, isKnown: (peer: DeviceId) => boolean): boolean {
  if (isKnown(link.peer)) return true
  let strange = 0
  for (const other of open) if (!isKnown(other.peer)) strange += 1
  if (strange < MAX_STRANGE_LINKS) return true
  link.close()
  return false
}
