import { decode, encode } from '@holdfast/core/base/codec'
import { isHoldfastError } from '@holdfast/core/base/errors'
import type { AccountId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import { accountRecordValue, readAccountRecord } from '@holdfast/core/log/account-record'
import type { AccountRecord } from '@holdfast/core/log/account-record'
import type { KvStore } from '@holdfast/core/ports/kv-store'

/** The account records kept here, the highest number of each account: sealed, so that only its words open one. */
export class Records {
  private readonly kv: KvStore
  private readonly isEnded: (record: AccountRecord) => boolean
  private last: Promise<unknown> = Promise.resolve()

  /** `isEnded`: whether the account's own log says that the device that signed is one of its own no more. */
  constructor(kv: KvStore, isEnded: (record: AccountRecord) => boolean) {
    this.kv = kv
    this.isEnded = isEnded
  }

  /** One that is damaged is none: a device of the account brings another. */
  async get(account: AccountId): Promise<AccountRecord | null> {
    try {
      const row = await this.kv.get(ROW + account)
      return row === undefined ? null : readAccountRecord(decode(row, LIMITS.accountFrameBytes))
    } catch (error) {
      if (!isHoldfastError(error, 'MALFORMED')) throw error
      return null
    }
  }

  /**
   * Takes one that was verified if its number is higher, or the one here was signed by a device that was revoked since.
   * Durable when it resolves, with the number of the one there is now.
   */
  put(record: AccountRecord): Promise<number> {
    const put = this.last.then(() => this.putAlone(record))
    this.last = put.catch(() => undefined)
    return put
  }

  private async putAlone(record: AccountRecord): Promise<number> {
    const here = await this.get(record.account)
    if (here !== null && here.number >= record.number && !this.givesWay(here, record)) return here.number
    await this.kv.write([{ put: ROW + record.account, value: encode(accountRecordValue(record)) }])
    return record.number
  }

  /** No number may keep the account's devices from putting another: not one of a thief, and not the highest there is. */
  private givesWay(here: AccountRecord, record: AccountRecord): boolean {
    if (this.isEnded(record)) return false
    const isHighest = record.number === LIMITS.accountRecordNumber && here.number === record.number
    return isHighest || this.isEnded(here)
  }
}

const ROW = 'account-record/'
