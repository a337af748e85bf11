import { isHoldfastError } from '@holdfast/core/base/errors'
import type { BlobId } from '@holdfast/core/base/ids'
import { isDamage } from '@holdfast/core/log/mend-log'
import { repair, Scrubber } from '@holdfast/core/sync/store/scrub'
import { systemWait } from '../home/platform.ts'
import { pinOf } from './pin-of.ts'
import type { Relay } from './relay.ts'

export interface UpkeepOptions {
  /** How fast everything is re-hashed, again and again. */
  readonly scrubBytesPerSecond: number
  /** Running time a blob must have been seen unneeded before it is deleted. */
  readonly graceMs: number
  readonly log: (text: string) => void
}

/** A blob nobody needs is kept for a day of running: an entry that names it may be on its way. */
export const GRACE_MS = 86_400_000
/** Slow enough not to be felt on a Raspberry Pi, fast enough for half a terabyte in two days. */
export const SCRUB_BYTES_PER_SECOND = 4 * 1024 * 1024

const TICK_MS = 5_000
/** Whether another relay has been away for so long that this one takes over. */
const PLACEMENT_MS = 1_000
const HOUR_MS = 3_600_000
/** Between two slices of the scrub: a small store is not read all the time. */
const SLICE_PAUSE_MS = 60_000

/** What a relay does by itself: counts its days, re-hashes, has repaired what is damaged, collects what nobody needs. */
export class Upkeep {
  private readonly relay: Relay
  private readonly o: UpkeepOptions
  private readonly ending = new AbortController()
  private readonly scrubber: Scrubber
  private running: Promise<unknown> = Promise.resolve()
  private repairing: Promise<void> | undefined
  private readonly alsoHourly: (() => Promise<unknown>)[] = []

  constructor(relay: Relay, options: UpkeepOptions) {
    this.relay = relay
    this.o = options
    const { blobs, kv, exchange } = relay
    this.scrubber = new Scrubber({
      blobs,
      kv,
      damaged: exchange.damaged,
      wait: systemWait,
      bytesPerSecond: options.scrubBytesPerSecond,
      onDamaged: (id) => this.found(id)
    })
  }

  /** More that has to be looked after now and then. */
  hourlyToo(work: () => Promise<unknown>): void {
    this.alsoHourly.push(work)
  }

  start(): void {
    this.running = Promise.all([
      this.every(TICK_MS, () => this.relay.replica.tick()),
      this.every(PLACEMENT_MS, async () => this.relay.replica.recheckPlacement()),
      this.every(HOUR_MS, () => this.hourly()),
      this.every(SLICE_PAUSE_MS, () => this.scrubSlice())
    ])
  }

  async stop(): Promise<void> {
    this.ending.abort()
    await this.running
    await this.repairing
  }

  /** A member is there with whom everything has been exchanged: what is damaged here may be whole there. */
  memberSettled(): void {
    if (this.repairing !== undefined || this.relay.exchange.damaged.size === 0 || this.ending.signal.aborted) return
    this.repairing = this.repairNow().finally(() => {
      this.repairing = undefined
    })
  }

  private async scrubSlice(): Promise<void> {
    await this.scrubber.step(this.ending.signal)
  }

  private found(id: BlobId): void {
    this.o.log('a blob is damaged')
    void this.relay.exchange.lost([id]).catch((error: unknown) => this.failed(error))
  }

  private async hourly(): Promise<void> {
    const { exchange, invites } = this.relay
    await invites.expire()
    for (const work of this.alsoHourly) await work()
    const { deleted, deletedBytes } = await exchange.collect(this.o.graceMs)
    if (deleted > 0) this.o.log(`collected ${deleted} blobs, ${deletedBytes} bytes`)
  }

  private async repairNow(): Promise<void> {
    const { exchange, replica } = this.relay
    try {
      const repaired = await repair(exchange.damaged, (id) => pinOf(replica, id), exchange.fetcher, this.ending.signal)
      if (repaired > 0) this.o.log(`repaired ${repaired} blobs`)
    } catch (error) {
      this.failed(error)
    }
  }

  private async every(ms: number, work: () => Promise<void>): Promise<void> {
    const { signal } = this.ending
    while (!signal.aborted) {
      await systemWait(ms, signal).catch(() => undefined)
      if (!signal.aborted) await work().catch((error: unknown) => this.failed(error))
    }
  }

  /** A full disk or a failing one: said, and tried again the next time. */
  private failed(error: unknown): void {
    if (this.ending.signal.aborted || isHoldfastError(error, 'ABORTED')) return
    if (isDamage(error)) void this.relay.replica.mend().catch(() => undefined) // so that the next time it goes on
    this.o.log(isHoldfastError(error) ? `upkeep: ${error.code}` : `upkeep: ${String(error)}`)
  }
}
