import { HoldfastError } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import type { Connection } from '../net/connection.ts'
import type { DialOptions, DialTarget, Host } from '../net/host.ts'
import { nearAddresses } from '../net/near-addresses.ts'
import type { Random } from '../ports/random.ts'
import type { Wait } from '../ports/wait.ts'
import { Connector } from './connector.ts'
import type { Use } from './connector.ts'
import { later } from './later.ts'
import type { MetDevices } from './met.ts'

/** Devices that are looked for near here at once: more than a household has, fewer than a large vault lists. */
export const NEAR_KEPT = 32
/** Two who find each other do not both dial: the one with the larger key leaves it to the other for so long. */
const YIELD_MS = 2_000
/** However often somebody announces itself, it is dialled no oftener. */
const AGAIN_MS = 5_000

export interface NearbyOptions {
  readonly host: Pick<Host, 'dial' | 'onFound' | 'addresses' | 'peerKey'>
  readonly wait: Wait
  readonly random: Random
  /** Whether a vault names this device now, and it is no relay: of others only those that are `kept` are dialled. */
  readonly isDevice: (peer: DeviceId) => boolean
  /** Connected already, whoever began it. */
  readonly isLinked: (peer: DeviceId) => boolean
  readonly use: Use
  /** Who keeps a connection to this peer anyway, a relay as a rule, and then dials it here, too. */
  readonly kept: (peer: DeviceId) => Pick<Connector, 'attempt'> | undefined
  readonly met: MetDevices
}

/**
 * Keeps connections to devices of the vaults that are on the same network: found by announcements, or dialled where they
 * were last met. A relay of theirs that is there under another address than its vaults say is found likewise. What is announced is a hint; that the right one answers is proved by its key.
 */
export class Nearby {
  private readonly o: NearbyOptions
  private readonly told = new Map<DeviceId, readonly string[]>()
  private readonly near = new Map<DeviceId, Connector>()
  private readonly rests = new Map<DeviceId, () => void>()
  private readonly stopped = new AbortController()
  private readonly unlisten: () => void

  constructor(options: NearbyOptions) {
    this.o = options
    this.unlisten = options.host.onFound((peer, addresses) => this.found(peer, addresses))
    this.review()
  }

  /** Who may be known has changed: devices that are none any more are left, those that were met before are looked for. */
  review(): void {
    for (const [peer, connector] of this.near) {
      if (this.o.isDevice(peer)) continue
      this.near.delete(peer)
      this.told.delete(peer)
      void connector.stop()
    }
    for (const peer of this.o.met.peers()) if (this.o.isDevice(peer)) this.look(peer)
  }

  /** Where a peer may be near, for whoever dials it: what it announced last, then where it was last met. */
  addressesOf(peer: DeviceId): readonly string[] {
    const met = this.o.met.addressOf(peer)
    return [...new Set([...(this.told.get(peer) ?? []), ...(met === undefined ? [] : [met])])]
  }

  async stop(): Promise<void> {
    this.unlisten()
    this.stopped.abort()
    for (const cancel of this.rests.values()) cancel()
    await Promise.all([...this.near.values()].map((connector) => connector.stop()))
  }

  private found(peer: DeviceId, told: readonly string[]): void {
    const isWanted = this.o.isDevice(peer) || this.o.kept(peer) !== undefined
    if (this.stopped.signal.aborted || !isWanted) return
    const addresses = nearAddresses(told, this.o.host.addresses())
    if (addresses.length === 0 || !this.hasRoomFor(peer)) return
    this.told.set(peer, addresses)
    this.look(peer)
  }

  private look(peer: DeviceId): void {
    if (this.stopped.signal.aborted || this.rests.has(peer)) return
    const connector = this.near.get(peer) ?? this.o.kept(peer)
    if (!this.hasRoomFor(peer)) return
    this.rests.set(
      peer,
      later(this.o.wait, AGAIN_MS, () => this.rests.delete(peer))
    )
    if (connector !== undefined) return void connector.attempt()
    const dial = (target: DialTarget, options?: DialOptions): Promise<Connection> => this.dial(target, options)
    const addresses = (): readonly string[] => this.addressesOf(peer)
    const target = {
      peer,
      get addresses() {
        return addresses()
      }
    }
    this.near.set(peer, new Connector({ host: { dial }, wait: this.o.wait, random: this.o.random }, target, this.o.use))
  }

  private hasRoomFor(peer: DeviceId): boolean {
    return this.near.size < NEAR_KEPT || this.near.has(peer) || this.o.kept(peer) !== undefined
  }

  private async dial(target: DialTarget, options?: DialOptions): Promise<Connection> {
    const { host, wait, isLinked } = this.o
    const peer = target.peerKey!
    // Who listens nowhere cannot be found, and need not wait for it.
    const yields = host.peerKey > peer && host.addresses().length > 0
    if (yields && !isLinked(peer)) await wait(YIELD_MS, options?.signal)
    if (isLinked(peer)) throw new HoldfastError('NO_PEER')
    return host.dial(target, options)
  }
}
