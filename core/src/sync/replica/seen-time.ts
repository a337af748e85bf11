import { asArray, asUint, asVersion, decode, encode } from '../../base/codec.ts'
import type { Clock } from '../../ports/clock.ts'
import type { KvStore } from '../../ports/kv-store.ts'

/**
 * Time as this home has lived through it: what ends in a deletion is counted in it, never as a difference of wall
 * clocks (a Raspberry Pi has no clock chip, and a clock that jumps must delete nothing).
 */
export class SeenTime {
  private readonly kv: KvStore
  private readonly clock: Clock
  private readonly key: string
  private days: number
  private lastDay: number
  private ran: number
  private tickedMs: number
  private dayBeganMs: number

  private constructor(kv: KvStore, clock: Clock, key: string, stored: Stored) {
    this.kv = kv
    this.clock = clock
    this.key = key
    this.days = stored.days
    this.lastDay = stored.lastDay
    this.ran = stored.ranMs
    this.tickedMs = clock.monotonicMs()
    this.dayBeganMs = this.tickedMs
  }

  /** `key`: where it is kept, of its own for each home's use of it. */
  static async open(kv: KvStore, clock: Clock, key = 'seen-time'): Promise<SeenTime> {
    const bytes = await kv.get(key)
    const time = new SeenTime(
      kv,
      clock,
      key,
      bytes === undefined ? { days: 0, lastDay: 0, ranMs: 0 } : decodeStored(bytes)
    )
    await time.tick()
    return time
  }

  /** Days on which this home ran, since it exists. */
  get daysSeen(): number {
    return this.days
  }

  /** Milliseconds this home has run, since it exists, up to the last `tick`. A crash forgets what came after it. */
  get ranMs(): number {
    return this.ran
  }

  /** Looks at the clock and keeps what it says. To be called now and then (at least once an hour). */
  async tick(): Promise<void> {
    const nowMs = this.clock.monotonicMs()
    this.ran += Math.max(0, Math.round(nowMs - this.tickedMs))
    this.tickedMs = nowMs
    this.countDay(nowMs)
    await this.kv.write([{ put: this.key, value: encode([1, this.days, this.lastDay, this.ran]) }])
  }

  /**
   * One later date is one more day, however far it is. Where the clock does not go on (it was once far ahead, or stands
   * at 1970), 24 hours of running are one.
   */
  private countDay(nowMs: number): void {
    const today = Math.max(0, Math.floor(this.clock.nowMs() / DAY_MS))
    if (today <= this.lastDay && nowMs - this.dayBeganMs < DAY_MS) return
    this.days += 1
    this.lastDay = Math.max(today, this.lastDay)
    this.dayBeganMs = nowMs
  }
}

const DAY_MS = 86_400_000
const STORED_BYTES = 64

interface Stored {
  readonly days: number
  readonly lastDay: number
  readonly ranMs: number
}

function decodeStored(bytes: Uint8Array): Stored {
  const [version, days, lastDay, ranMs] = asArray(decode(bytes, STORED_BYTES), 4)
  asVersion(version, 1)
  return { days: asUint(days), lastDay: asUint(lastDay), ranMs: asUint(ranMs) }
}
