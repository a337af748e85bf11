import type { DeviceId } from '@holdfast/core/base/ids'
import type { PeerLink } from '@holdfast/core/ports/peer-link'
import type { Replica } from '@holdfast/core/sync/replica/replica'
import { Backoff } from '@holdfast/core/net/backoff'
import type { Connection } from '@holdfast/core/net/connection'
import type { DialOptions, DialTarget } from '@holdfast/core/net/host'
import { systemClock, systemRandom, systemWait } from '../home/platform.ts'
import { namedRelays } from './named-relays.ts'

export interface NeighboursOptions {
  readonly replica: Replica
  readonly dial: (target: DialTarget, options: DialOptions) => Promise<Connection>
  readonly open: (connection: Connection) => Promise<PeerLink>
  /** Takes a link this relay has opened. */
  readonly begin: (link: PeerLink) => void
  readonly isLinked: (peer: DeviceId) => boolean
}

/** Relays one relay keeps connections to: what it hosts cannot make it knock at more doors than this. */
export const MAX_NEIGHBOURS = 64
const LOOK_MS = 1_000
const FIRST_MS = 500
const MOST_MS = 30_000

/**
 * Keeps a connection to each relay that a vault hosted here names beside this one: entries go between relays also while no
 * device is there, and what one has lost another gives. Either side may dial; the one with the smaller key does it first.
 */
export class Neighbours {
  private readonly o: NeighboursOptions
  private readonly tries = new Map<DeviceId, Try>()
  private readonly ending = new AbortController()
  private readonly unwatch: () => void
  private readonly running: Promise<unknown>

  constructor(options: NeighboursOptions) {
    this.o = options
    this.unwatch = options.replica.watch((event) => {
      if (event.kind === 'admitted' && event.admission.membershipChanged) this.look()
    })
    this.running = this.run()
  }

  async stop(): Promise<void> {
    this.unwatch()
    this.ending.abort()
    await this.running
    for (const { dialling } of this.tries.values()) await dialling
  }

  private async run(): Promise<void> {
    const { signal } = this.ending
    while (!signal.aborted) {
      this.look()
      await systemWait(LOOK_MS, signal).catch(() => undefined)
    }
  }

  private look(): void {
    if (this.ending.signal.aborted) return
    const { replica } = this.o
    const wanted = namedRelays(replica.vaults(), replica.device, MAX_NEIGHBOURS)
    for (const [peer, { link }] of this.tries) {
      if (wanted.has(peer)) continue
      link?.close()
      this.tries.delete(peer)
    }
    for (const [peer, addresses] of wanted) {
      const one = this.tries.get(peer) ?? this.begin(peer)
      if (one.dialling !== undefined || this.o.isLinked(peer) || systemClock.monotonicMs() < one.dueMs) continue
      one.dialling = this.dial(one, { peerKey: peer, addresses }).finally(() => (one.dialling = undefined))
    }
  }

  private begin(peer: DeviceId): Try {
    const backoff = new Backoff(systemRandom, FIRST_MS, MOST_MS)
    const firstMs = this.o.replica.device < peer ? 0 : 4 * FIRST_MS
    const one: Try = { backoff, dueMs: systemClock.monotonicMs() + firstMs, dialling: undefined, link: undefined }
    this.tries.set(peer, one)
    return one
  }

  /** Nobody there is nothing to report: a relay that is missing shows where its vaults are looked at. */
  private async dial(one: Try, target: DialTarget): Promise<void> {
    one.dueMs = systemClock.monotonicMs() + one.backoff.next()
    try {
      const connection = await this.o.dial(target, { signal: this.ending.signal })
      const link = await this.o.open(connection)
      if (this.ending.signal.aborted) return link.close()
      one.link = link
      one.backoff.reset()
      link.onClose(() => {
        one.link = undefined
        void connection.close()
      })
      this.o.begin(link)
    } catch {
      // Tried again after the pause.
    }
  }
}

interface Try {
  readonly backoff: Backoff
  dueMs: number
  dialling: Promise<void> | undefined
  link: PeerLink | undefined
}
