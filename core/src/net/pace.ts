import type { Clock } from '../ports/clock.ts'
import type { Wait } from '../ports/wait.ts'

/** How fast bytes may leave and come, over all channels of a host together. */
export interface Pace {
  /** Bytes that leave in one piece: so few that a slow line still moves several times a second. Infinity without a limit. */
  readonly pieceBytes: number
  /** Resolves when so many bytes may leave. */
  up(bytes: number): Promise<void>
  /** So many bytes have come: milliseconds for which nothing more is to be taken. */
  down(bytes: number): number
  readonly wait: Wait
}

export interface Limits {
  /** Bytes a second; 0: no limit. */
  readonly upPerSecond: number
  readonly downPerSecond: number
}

/** Undefined where nothing is limited. */
export function newPace(limits: Limits, ports: { readonly clock: Clock; readonly wait: Wait }): Pace | undefined {
  if (limits.upPerSecond === 0 && limits.downPerSecond === 0) return undefined
  const up = new Bucket(limits.upPerSecond, ports.clock)
  const down = new Bucket(limits.downPerSecond, ports.clock)
  return {
    pieceBytes: limits.upPerSecond === 0 ? Infinity : Math.max(LEAST_PIECE_BYTES, limits.upPerSecond / PIECES_A_SECOND),
    async up(bytes) {
      const ms = up.take(bytes)
      if (ms > 0) await ports.wait(ms)
    },
    down: (bytes) => down.take(bytes),
    wait: ports.wait
  }
}

/** Fills with time, up to what flows in a second; whoever takes more than there is waits until it is made good. */
class Bucket {
  private readonly perSecond: number
  private readonly clock: Clock
  private bytes: number
  private filledMs: number

  constructor(perSecond: number, clock: Clock) {
    this.perSecond = perSecond
    this.clock = clock
    this.bytes = perSecond
    this.filledMs = clock.monotonicMs()
  }

  /** Milliseconds until they are paid for. Those who come later wait for those before them. */
  take(bytes: number): number {
    if (this.perSecond === 0) return 0
    const nowMs = this.clock.monotonicMs()
    const filled = this.bytes + ((nowMs - this.filledMs) / 1000) * this.perSecond
    this.bytes = Math.min(this.perSecond, filled) - bytes
    this.filledMs = nowMs
    return this.bytes >= 0 ? 0 : Math.ceil((-this.bytes / this.perSecond) * 1000)
  }
}

const PIECES_A_SECOND = 8
/** Below it the frames around a piece would cost more than what is in it. */
const LEAST_PIECE_BYTES = 1024
