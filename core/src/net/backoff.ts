import type { Random } from '../ports/random.ts'

/** Waits that double up to a bound, each shortened at random so that devices do not come back all at once. */
export class Backoff {
  private readonly firstMs: number
  private readonly mostMs: number
  private readonly random: Random
  private nextMs: number

  constructor(random: Random, firstMs = 500, mostMs = 30_000) {
    this.random = random
    this.firstMs = firstMs
    this.mostMs = mostMs
    this.nextMs = firstMs
  }

  /** Milliseconds to wait now. */
  next(): number {
    const waitMs = this.nextMs
    this.nextMs = Math.min(this.mostMs, waitMs * 2)
    return Math.round(waitMs * (0.5 + this.share() / 2))
  }

  /** From 0 to less than 1. */
  private share(): number {
    return this.random.bytes(1)[0]! / 256
  }

  reset(): void {
    this.nextMs = this.firstMs
  }
}
