import { HoldfastError } from '@holdfast/core/base/errors'
import type { Clock } from '@holdfast/core/ports/clock'

export interface RateLimitOptions {
  readonly clock: Clock
  /** Requests that may come at once, and how many a second after that. */
  readonly burst: number
  readonly perSecond: number
  /** Names remembered at most; the one heard of longest ago is forgotten. */
  readonly names?: number
}

/** Lets so many requests through for each name and asks for patience beyond it. */
export class RateLimit {
  private readonly o: RateLimitOptions
  private readonly buckets = new Map<string, { tokens: number; atMs: number }>()

  constructor(options: RateLimitOptions) {
    this.o = options
  }

  /** Throws RATE_LIMITED with the time until the next one is let through. */
  take(name: string): void {
    const { clock, burst, perSecond, names = MAX_NAMES } = this.o
    const nowMs = clock.monotonicMs()
    const before = this.buckets.get(name) ?? { tokens: burst, atMs: nowMs }
    const tokens = Math.min(burst, before.tokens + ((nowMs - before.atMs) / 1000) * perSecond)
    this.buckets.delete(name)
    if (this.buckets.size >= names) this.forgetOldest()
    const passes = tokens >= 1
    this.buckets.set(name, { tokens: passes ? tokens - 1 : tokens, atMs: nowMs })
    if (!passes)
      throw new HoldfastError('RATE_LIMITED', undefined, { waitMs: Math.ceil(((1 - tokens) / perSecond) * 1000) })
  }

  /** A map keeps the order in which names were heard of. */
  private forgetOldest(): void {
    for (const name of this.buckets.keys()) {
      this.buckets.delete(name)
      return
    }
  }
}

const MAX_NAMES = 4096

/** Questions about accounts by those who speak for none, all of them together. */
export const ALL_STRANGERS = { burst: 50, perSecond: 10 }
