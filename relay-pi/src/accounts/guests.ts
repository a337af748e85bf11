import { asArray, asId, asUint, asVersion, decode, encode, idValue } from '@holdfast/core/base/codec'
import { idFromHex } from '@holdfast/core/base/ids'
import type { AccountId, DeviceId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import type { KvChange, KvStore } from '@holdfast/core/ports/kv-store'

export interface GuestsOptions {
  readonly kv: KvStore
  /** Days on which this relay ran. */
  readonly daysSeen: () => number
  /** Whether the account has revoked the device, as far as is known here. */
  readonly isRevoked: (account: AccountId, device: DeviceId) => boolean
}

interface Guest {
  readonly account: AccountId
  readonly lastDay: number
}

/**
 * Devices that the root key of an account has vouched for and that no log lists yet: they are told of the account's
 * vaults, so that they can fetch them and bring their certificate. For some days, some for each account.
 */
export class Guests {
  private readonly o: GuestsOptions
  /** Those let in last are the last. */
  private readonly guests: Map<DeviceId, Guest>
  private last: Promise<unknown> = Promise.resolve()

  static async open(options: GuestsOptions): Promise<Guests> {
    const found: [DeviceId, Guest][] = []
    for await (const [key, value] of options.kv.range({ gte: ROW, lt: AFTER })) {
      const [version, account, lastDay] = asArray(decode(value, ROW_BYTES), 3)
      asVersion(version, 1)
      found.push([idFromHex<DeviceId>(key.slice(ROW.length)), { account: asId(account), lastDay: asUint(lastDay) }])
    }
    return new Guests(options, new Map(found.sort(([, a], [, b]) => a.lastDay - b.lastDay)))
  }

  private constructor(options: GuestsOptions, guests: Map<DeviceId, Guest>) {
    this.o = options
    this.guests = guests
  }

  accountOf(device: DeviceId): AccountId | undefined {
    const guest = this.guests.get(device)
    if (guest === undefined || guest.lastDay < this.o.daysSeen()) return undefined
    return this.o.isRevoked(guest.account, device) ? undefined : guest.account
  }

  /** For the newest of an account that has too many the oldest goes. Durable when it resolves. */
  letIn(device: DeviceId, account: AccountId): Promise<void> {
    const done = this.last.then(() => this.letInAlone(device, account))
    this.last = done.catch(() => undefined)
    return done
  }

  private async letInAlone(device: DeviceId, account: AccountId): Promise<void> {
    const lastDay = this.o.daysSeen() + LIMITS.guestDays
    const gone = [...this.guests].filter(([one]) => one !== device && this.accountOf(one) === undefined)
    const others = [...this.guests].filter(([one, guest]) => one !== device && guest.account === account)
    const out = [...gone, ...others.slice(0, Math.max(0, others.length - LIMITS.guestsPerAccount + 1))]
    const rows: KvChange[] = out.map(([one]) => ({ del: ROW + one }))
    await this.o.kv.write([...rows, { put: ROW + device, value: encode([1, idValue(account), lastDay]) }])
    for (const [one] of out) this.guests.delete(one)
    this.guests.delete(device)
    this.guests.set(device, { account, lastDay })
  }
}

const ROW = 'account-guest/'
const AFTER = 'account-guest0'
const ROW_BYTES = 64
