import { toHex } from '@holdfast/core/base/bytes'
import { asArray, asUint, asVersion, decode, encode } from '@holdfast/core/base/codec'
import { LIMITS } from '@holdfast/core/base/limits'
import type { Clock } from '@holdfast/core/ports/clock'
import type { KvChange, KvStore } from '@holdfast/core/ports/kv-store'
import type { Random } from '@holdfast/core/ports/random'
import { blake3 } from '@holdfast/core/proof/blake3'
import { INVITE_SECRET_BYTES } from '@holdfast/core/sync/wire/account-messages'

export interface InvitesOptions {
  readonly kv: KvStore
  readonly clock: Clock
  readonly random: Random
  /** Days on which this relay ran. */
  readonly daysSeen: () => number
}

/**
 * Open invitations, each good for one account. Only the hash of a secret is kept: who reads the disk of the relay
 * cannot register. One ends after seven days by the clock or seven days seen, whichever comes first.
 */
export class Invites {
  private readonly o: InvitesOptions

  constructor(options: InvitesOptions) {
    this.o = options
  }

  /** Durable when it resolves. */
  async make(): Promise<{ secret: Uint8Array; expiresMs: number }> {
    const { kv, clock, random, daysSeen } = this.o
    const secret = random.bytes(INVITE_SECRET_BYTES)
    const expiresMs = Math.max(0, clock.nowMs()) + LIMITS.inviteDays * DAY_MS
    await kv.write([{ put: rowOf(secret), value: encode([1, expiresMs, daysSeen() + LIMITS.inviteDays]) }])
    return { secret, expiresMs }
  }

  async isOpen(secret: Uint8Array): Promise<boolean> {
    const row = await this.o.kv.get(rowOf(secret))
    return row !== undefined && this.isFresh(row)
  }

  /** What uses the invitation up: to be written in one batch with what it was used for. */
  use(secret: Uint8Array): KvChange {
    return { del: rowOf(secret) }
  }

  /** Forgets those that have ended; resolves with how many. */
  async expire(): Promise<number> {
    const ended: KvChange[] = []
    for await (const [key, row] of this.o.kv.range({ gte: PREFIX, lt: AFTER }))
      if (!this.isFresh(row)) ended.push({ del: key })
    if (ended.length > 0) await this.o.kv.write(ended)
    return ended.length
  }

  private isFresh(row: Uint8Array): boolean {
    const [version, expiresMs, lastDay] = asArray(decode(row, ROW_BYTES), 3)
    asVersion(version, 1)
    return this.o.clock.nowMs() <= asUint(expiresMs) && this.o.daysSeen() <= asUint(lastDay)
  }
}

const DAY_MS = 86_400_000
const PREFIX = 'invite/'
const AFTER = 'invite0'
const ROW_BYTES = 64

function rowOf(secret: Uint8Array): string {
  return PREFIX + toHex(blake3(secret))
}
