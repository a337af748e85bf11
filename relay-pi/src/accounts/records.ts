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
  private last: Promise<unknown> = Promise.resolve()

  constructor(kv: KvStore) {
    this.kv = kv
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

  /** Takes one that was verified if its number is higher. Durable when it resolves, with the highest number there is now. */
  put(record: AccountRecord): Promise<number> {
    const put = this.last.then(() => this.putAlone(record))
    this.last = put.catch(() => undefined)
    return put
  }

  private async putAlone(record: AccountRecord): Promise<number> {
    const here = await this.get(record.account)
    if (here !== null && here.number >= record.number) return here.number
    await this.kv.write([{ put: ROW + record.account, value: encode(accountRecordValue(record)) }])
    return record.number
  }
}

const ROW = 'account-record/'
