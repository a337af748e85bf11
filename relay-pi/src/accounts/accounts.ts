import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { AccountId, DeviceId } from '@holdfast/core/base/ids'
import { assertChain, endOfChain } from '@holdfast/core/log/certificate-chain'
import type { CertificateChain } from '@holdfast/core/log/certificate-chain'
import { accountIdOf } from '@holdfast/core/log/genesis'
import type { Membership } from '@holdfast/core/log/membership'
import type { KvChange, KvStore } from '@holdfast/core/ports/kv-store'
import type { AccountRequest } from '@holdfast/core/sync/wire/account-messages'
import { loadAccounts, loadDevices, putAccount, putDevice } from './account-rows.ts'
import type { RegisteredAccount, RegisteredDevice } from './account-rows.ts'
import type { Invites } from './invites.ts'

export type RegisterRequest = Extract<AccountRequest, { kind: 'register' }>

export interface AccountsOptions {
  readonly kv: KvStore
  readonly invites: Invites
  /** Membership of the account's own log, once that is hosted here: from then on it alone says which devices are. */
  readonly accountLog: (account: AccountId) => Membership | undefined
  /** Accounts whose own log lists a device; asked for every request of somebody who never registered. */
  readonly accountsListing: (device: DeviceId) => readonly AccountId[]
  /** Whether that log has revoked a device. */
  readonly hasRevoked: (account: AccountId, device: DeviceId) => boolean
  /** Accounts whose own log is hosted here: registered once, even if the row that said so is lost. */
  readonly hosted?: () => readonly Omit<RegisteredAccount, 'name'>[]
}

/** The accounts this relay works for, and which device speaks for which. */
export class Accounts {
  private readonly o: AccountsOptions
  private readonly accounts: Map<AccountId, RegisteredAccount>
  private readonly devices: Map<DeviceId, RegisteredDevice>
  private last: Promise<unknown> = Promise.resolve()

  static async open(options: AccountsOptions): Promise<Accounts> {
    const accounts = await loadAccounts(options.kv)
    for (const hosted of options.hosted?.() ?? []) {
      if (accounts.has(hosted.account)) continue
      const entry = { ...hosted, name: '' }
      await options.kv.write([putAccount(entry)])
      accounts.set(entry.account, entry)
    }
    return new Accounts(options, accounts, await loadDevices(options.kv))
  }

  private constructor(
    options: AccountsOptions,
    accounts: Map<AccountId, RegisteredAccount>,
    devices: Map<DeviceId, RegisteredDevice>
  ) {
    this.o = options
    this.accounts = accounts
    this.devices = devices
  }

  get size(): number {
    return this.accounts.size
  }

  has(account: AccountId): boolean {
    return this.accounts.has(account)
  }

  /** Root public key of a registered account. */
  rootOf(account: AccountId): Uint8Array | undefined {
    return this.accounts.get(account)?.root
  }

  /**
   * The registered account this device speaks for now: the one under which it registered itself. One that never did
   * belongs to the account whose own log lists it; to none when several do, for anybody can list a device unasked.
   */
  accountOf(device: DeviceId): AccountId | undefined {
    const registered = this.devices.get(device)?.account
    if (registered !== undefined && this.speaksFor(device, registered)) return registered
    const listing = this.o.accountsListing(device).filter((one) => this.has(one) && this.isListed(device, one))
    return listing.length === 1 ? listing[0] : undefined
  }

  /** Whether this device may act for that account, whoever else lists it. */
  speaksFor(device: DeviceId, account: AccountId): boolean {
    if (this.o.accountLog(account) === undefined) return this.devices.get(device)?.account === account
    return this.isListed(device, account) || this.newcomerOf(device) === account
  }

  /**
   * The account of a device that registered by its chain: it is told of the account's vaults before their logs list it,
   * each by each, because it is the one that brings them. Whoever the account's own log has revoked, or who was certified
   * by somebody it has, is none.
   */
  newcomerOf(device: DeviceId): AccountId | undefined {
    const registered = this.devices.get(device)
    if (registered === undefined) return undefined
    const { account, chain } = registered
    return this.hasEnded(account, device, chain) ? undefined : account
  }

  /** Whether the account's own log has revoked a device or one of those that certified it, and does not list it. */
  hasEnded(account: AccountId, device: DeviceId, chain: readonly DeviceId[]): boolean {
    return chain.some((one) => this.o.hasRevoked(account, one)) && !this.isListed(device, account)
  }

  /**
   * Takes an account in on an invitation, which is then used up. Asked again by the same account it changes nothing.
   * Durable when it resolves. Throws INVITE_USED, REFUSED, BAD_SIGNATURE, MALFORMED.
   */
  register(peer: DeviceId, request: RegisterRequest): Promise<void> {
    // One after the other: an invitation is good once.
    const done = this.last.then(() => this.registerAlone(peer, request))
    this.last = done.catch(() => undefined)
    return done
  }

  private async registerAlone(peer: DeviceId, request: RegisterRequest): Promise<void> {
    const account = accountIdOf(request.rootPublicKey)
    if (this.devices.get(peer)?.account === account && this.speaksFor(peer, account)) return
    const isNew = !this.accounts.has(account)
    // The cheap question first: without an invitation no signature is checked.
    if (isNew && !(await this.o.invites.isOpen(request.secret))) throw new HoldfastError('INVITE_USED')
    await this.assertCertified(peer, account, request.rootPublicKey, request.chain)
    const entry = { account, root: request.rootPublicKey, recovery: request.recoveryPublicKey, name: request.name }
    const device = { account, chain: request.chain.map(({ statement }) => statement.device) }
    const batch: KvChange[] = [putDevice(peer, device)]
    if (isNew) batch.push(putAccount(entry), this.o.invites.use(request.secret))
    await this.o.kv.write(batch)
    if (isNew) this.accounts.set(account, entry)
    this.devices.set(peer, device)
  }

  private isListed(device: DeviceId, account: AccountId): boolean {
    return this.o.accountLog(account)?.accounts.get(account)?.devices.has(device) === true
  }

  /** By a chain from the root key: so any device of an account can register it, also where nothing is known of it yet. */
  private async assertCertified(
    peer: DeviceId,
    account: AccountId,
    root: Uint8Array,
    chain: CertificateChain
  ): Promise<void> {
    if (!leadsTo(peer, root, chain)) throw new HoldfastError('REFUSED')
    // A device that the account's own log has revoked stays out with whatever it certified, unless that log lists it.
    const revoked = chain.some(({ statement }) => this.o.hasRevoked(account, statement.device))
    if (revoked && !this.isListed(peer, account)) throw new HoldfastError('REFUSED')
    await assertChain(chain, root)
  }
}

function leadsTo(peer: DeviceId, root: Uint8Array, chain: CertificateChain): boolean {
  try {
    return endOfChain(chain, root) === peer
  } catch (error) {
    if (!isHoldfastError(error, 'NOT_A_MEMBER')) throw error
    return false
  }
}
