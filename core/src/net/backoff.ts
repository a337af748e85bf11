/** Waits that double up to a bound, each shortened at random so that devices do not come back all at once. */
export class Backoff {
  private readonly firstMs: number
  private readonly mostMs: number
  private nextMs: number

  constructor(firstMs = 500, mostMs = 30_000) {
    this.firstMs = firstMs
    this.mostMs = mostMs
    this.nextMs = firstMs
  }

  /** Milliseconds to wait now. */
  next(): number {
    const waitMs = this.nextMs
    this.nextMs = Math.min(this.mostMs, waitMs * 2)
    return Math.round(waitMs * (0.5 + Math.random() / 2))
  }

  reset(): void {
    this.nextMs = this.firstMs
  }
}
