import { isHoldfastError } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import { Backoff } from '../net/backoff.ts'
import type { Circuits } from '../net/circuits.ts'
import type { Connection } from '../net/connection.ts'
import type { Random } from '../ports/random.ts'
import type { Wait } from '../ports/wait.ts'
import type { Use } from './connector.ts'
import { later } from './later.ts'

/** Devices that are met through relays at once: more than a household has, and what a relay gives one device. */
export const THROUGH_KEPT = 8
/** Two who find each other do not both call: the one with the larger key leaves it to the other for so long. */
const YIELD_MS = 2_000
/** Between two questions to one relay: who comes later calls those who are there, so this is for what went wrong. */
const FIRST_AGAIN_MS = 10_000
const MOST_AGAIN_MS = 600_000
/** The part of that pause that is kept although there is news. */
const REVIEWED = 10

export interface ThroughRelaysOptions {
  readonly own: DeviceId
  readonly circuits: Pick<Circuits, 'whoIsHere' | 'dial'>
  readonly wait: Wait
  readonly random: Random
  /** Whether a vault names this device now, and it is no relay: whatever a relay says, nobody else is called. */
  readonly isDevice: (peer: DeviceId) => boolean
  /** Connected already, in whatever way. */
  readonly isLinked: (peer: DeviceId) => boolean
  readonly use: Use
}

/**
 * Connections through relays to devices of the vaults that cannot be reached otherwise: whoever comes to a relay asks who is there,
 * and calls those that it is not connected to.
 */
export class ThroughRelays {
  private readonly o: ThroughRelaysOptions
  private readonly relays = new Map<Connection, Followed>()
  private readonly calling = new Set<DeviceId>()
  private stopped = false

  constructor(options: ThroughRelaysOptions) {
    this.o = options
  }

  /** A relay is connected; until it ends, devices are met through it. Never rejects. */
  async follow(relay: Connection, ended: Promise<void>): Promise<void> {
    if (this.stopped || this.relays.has(relay)) return
    const followed: Followed = { over: new AbortController(), wake: () => undefined }
    const { signal } = followed.over
    this.relays.set(relay, followed)
    void ended.then(() => end(followed))
    const backoff = new Backoff(this.o.random, FIRST_AGAIN_MS, MOST_AGAIN_MS)
    while (!signal.aborted) {
      const waitMs = await this.lookAround(relay, signal)
      if (waitMs === 'no circuits') break
      const pauseMs = backoff.next()
      await this.pause(followed, Math.max(waitMs, pauseMs / REVIEWED), Math.max(waitMs, pauseMs))
    }
    this.relays.delete(relay)
  }

  /** Who may be met has changed, or one has left: relays are asked earlier, though no oftener than now and then. */
  review(): void {
    for (const { wake } of this.relays.values()) wake()
  }

  stop(): void {
    this.stopped = true
    for (const followed of this.relays.values()) end(followed)
  }

  /** Milliseconds that it asks to be left alone for. */
  private async lookAround(relay: Connection, signal: AbortSignal): Promise<number | 'no circuits'> {
    try {
      const here = await this.o.circuits.whoIsHere(relay)
      const calls = here.filter((peer) => this.isWanted(peer)).map((peer) => this.call(relay, peer, signal))
      return Math.max(0, ...(await Promise.all(calls)))
    } catch (error) {
      if (isHoldfastError(error, 'REFUSED')) return 'no circuits'
      return waitOf(error)
    }
  }

  private isWanted(peer: DeviceId): boolean {
    const { own, isDevice, isLinked } = this.o
    return peer !== own && !this.calling.has(peer) && isDevice(peer) && !isLinked(peer)
  }

  private async call(relay: Connection, peer: DeviceId, signal: AbortSignal): Promise<number> {
    const { own, wait, circuits, use, isLinked } = this.o
    if (this.calling.size >= THROUGH_KEPT) return 0
    this.calling.add(peer)
    try {
      if (own > peer) await wait(YIELD_MS, signal)
      if (this.stopped || isLinked(peer)) return this.give(peer)
      const connection = await circuits.dial(relay, peer, { signal })
      const { ended } = await use(connection).catch((error: unknown) => {
        void connection.close() // or every try would leave a circuit open
        throw error
      })
      void ended
        .then(() => connection.close())
        .then(() => {
          this.calling.delete(peer)
          this.review()
        })
      return 0
    } catch (error) {
      this.give(peer)
      return waitOf(error)
    }
  }

  private give(peer: DeviceId): number {
    this.calling.delete(peer)
    return 0
  }

  /** As long as `mostMs`, and `leastMs` if it is woken: a relay that gives and takes away is not asked all the time. */
  private async pause(followed: Followed, leastMs: number, mostMs: number): Promise<void> {
    const { signal } = followed.over
    let isNews = false
    followed.wake = () => (isNews = true)
    await this.o.wait(leastMs, signal).catch(() => undefined)
    if (isNews || signal.aborted || mostMs <= leastMs) return
    await new Promise<void>((resolve) => {
      const cancel = later(this.o.wait, mostMs - leastMs, resolve)
      followed.wake = () => {
        cancel()
        resolve()
      }
    })
  }
}

interface Followed {
  readonly over: AbortController
  /** Ends the pause it is in. */
  wake: () => void
}

function end({ over, wake }: Followed): void {
  over.abort()
  wake()
}

function waitOf(error: unknown): number {
  return (isHoldfastError(error) && error.waitMs) || 0
}
