import { HoldfastError } from '@holdfast/core/base/errors'
import type { AccountId, DeviceId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import { entryOf } from '@holdfast/core/log/entry'
import type { EntryBytes } from '@holdfast/core/log/entry'
import { accountIdOf } from '@holdfast/core/log/genesis'
import type { Clock } from '@holdfast/core/ports/clock'
import { decodeAccountRequest, encodeAccountReply } from '@holdfast/core/sync/wire/account-messages'
import type { AccountReply, AccountRequest } from '@holdfast/core/sync/wire/account-messages'
import { isRecoveryRequest } from '@holdfast/core/sync/wire/recovery-messages'
import type { Accounts } from './accounts.ts'
import type { Hosting } from './hosting.ts'
import type { Quota } from './quota.ts'
import { ALL_STRANGERS, RateLimit } from './rate-limit.ts'
import type { RecoveryDesk } from './recovery-desk.ts'

export interface AccountServiceOptions {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly hosting: Hosting
  readonly quota: Quota
  readonly recovery: RecoveryDesk
}

/**
 * Answers `/holdfast/account/1`. Who is not known here can do nothing but register; every other question of a stranger
 * gets the same REFUSED. Errors: REFUSED, RATE_LIMITED (with a wait), INVITE_USED, BAD_SIGNATURE, MALFORMED, TOO_LARGE,
 * EXISTS, QUOTA_EXCEEDED.
 */
export class AccountService {
  private readonly o: AccountServiceOptions
  private readonly perStranger: RateLimit
  private readonly allStrangers: RateLimit
  private readonly perAccount: RateLimit
  private lastHosted: Promise<unknown> = Promise.resolve()

  constructor(options: AccountServiceOptions) {
    const { clock } = options
    this.o = options
    this.perStranger = new RateLimit({ clock, burst: 5, perSecond: 0.2 })
    this.allStrangers = new RateLimit({ clock, ...ALL_STRANGERS })
    this.perAccount = new RateLimit({ clock, burst: 100, perSecond: 10 })
  }

  /** The header of the answer. */
  async answer(peer: DeviceId, header: Uint8Array): Promise<Uint8Array> {
    const account = this.o.accounts.accountOf(peer)
    this.limit(peer, account)
    return encodeAccountReply(await this.reply(peer, account, decodeAccountRequest(header)))
  }

  private async reply(peer: DeviceId, account: AccountId | undefined, request: AccountRequest): Promise<AccountReply> {
    if (request.kind === 'register') {
      await this.o.accounts.register(peer, request)
      return { kind: 'registered' }
    }
    if (request.kind === 'hostVault') {
      await this.host(peer, {
        header: request.genesisHeader,
        signature: request.signature,
        payload: null,
        pinList: null
      })
      return { kind: 'hosted' }
    }
    if (request.kind === 'standing') return { kind: 'standing', proof: this.o.hosting.revocationOf(peer) }
    if (isRecoveryRequest(request)) return this.o.recovery.answer(peer, account, request)
    if (account === undefined) throw new HoldfastError('REFUSED')
    const { hosting, quota } = this.o
    return {
      kind: 'account',
      account,
      vaults: hosting.vaultsOf(account).length,
      bytes: quota.usedBytes(account),
      quotaBytes: quota.bytes
    }
  }

  /** One after the other: what is asked for must not be here twice. */
  private host(peer: DeviceId, bytes: EntryBytes): Promise<void> {
    const hosted = this.lastHosted.then(() => this.hostAlone(peer, bytes))
    this.lastHosted = hosted.catch(() => undefined)
    return hosted
  }

  /** Only a vault founded by an account that the device speaks for. Asked again for one that is here it changes nothing. */
  private async hostAlone(peer: DeviceId, bytes: EntryBytes): Promise<void> {
    const entry = entryOf(bytes)
    const { genesis } = entry.header
    if (genesis === null) throw new HoldfastError('MALFORMED', 'not a genesis')
    const account = accountIdOf(genesis.root)
    if (!this.o.accounts.speaksFor(peer, account)) throw new HoldfastError('REFUSED')
    const { hosting } = this.o
    if (hosting.has(entry.vault)) return
    // A second account log could list devices that the first one has revoked.
    if (genesis.kind === 'account' && hosting.accountLog(account) !== undefined) throw new HoldfastError('EXISTS')
    if (hosting.vaultsOf(account).length >= LIMITS.vaultsPerAccount) throw new HoldfastError('QUOTA_EXCEEDED')
    await hosting.add(bytes)
  }

  private limit(peer: DeviceId, account: AccountId | undefined): void {
    if (account !== undefined) return this.perAccount.take(account)
    this.perStranger.take(peer)
    this.allStrangers.take('')
  }
}
