import type { AccountId, DeviceId, VaultId } from '@holdfast/core/base/ids'
import { accountIdOf } from '@holdfast/core/log/genesis'
import type { Membership } from '@holdfast/core/log/membership'
import type { Replica, ReplicaEvent } from '@holdfast/core/sync/replica'
import type { VaultReplica } from '@holdfast/core/sync/vault-replica'

/** The part of the replica that is looked at. */
export type VaultSource = Pick<Replica, 'vault' | 'vaults' | 'watch'>

/**
 * Which vaults each account has made, and which accounts' own logs list a device: kept up to date, because every request
 * of somebody unknown asks it. What has changed is looked at when it is next asked for.
 */
export class AccountLogs {
  private readonly source: VaultSource
  private readonly founders = new Map<VaultId, AccountId>()
  private readonly byFounder = new Map<AccountId, VaultReplica[]>()
  private readonly listed = new Map<VaultId, Membership>()
  private readonly listing = new Map<DeviceId, Set<AccountId>>()
  private readonly changed = new Set<VaultReplica>()
  private hasNew = true

  constructor(source: VaultSource) {
    this.source = source
    source.watch((event) => this.follow(event))
  }

  /** Vaults that this account has made, in the order in which they came. */
  vaultsOf(account: AccountId): readonly VaultReplica[] {
    this.refresh()
    return this.byFounder.get(account) ?? []
  }

  founderOf({ id, log }: VaultReplica): AccountId {
    let founder = this.founders.get(id)
    if (founder === undefined) this.founders.set(id, (founder = accountIdOf(log.genesis.root)))
    return founder
  }

  /** Accounts whose own log, hosted here, lists the device: anybody can list one unasked. */
  accountsListing(device: DeviceId): readonly AccountId[] {
    this.refresh()
    return [...(this.listing.get(device) ?? [])]
  }

  private follow(event: ReplicaEvent): void {
    if (event.kind === 'vaults') this.hasNew = true
    if (!('vault' in event) || event.vault === null) return
    const vault = typeof event.vault === 'string' ? this.source.vault(event.vault) : event.vault
    if (vault !== undefined && !this.founders.has(vault.id)) this.hasNew = true
    if (vault?.log.genesis.kind === 'account') this.changed.add(vault)
  }

  private refresh(): void {
    if (this.hasNew) {
      this.hasNew = false
      for (const vault of this.source.vaults()) if (!this.founders.has(vault.id)) this.take(vault)
    }
    for (const vault of this.changed) this.list(vault)
    this.changed.clear()
  }

  private take(vault: VaultReplica): void {
    const founder = this.founderOf(vault)
    const vaults = this.byFounder.get(founder)
    if (vaults === undefined) this.byFounder.set(founder, [vault])
    else vaults.push(vault)
    if (vault.log.genesis.kind === 'account') this.changed.add(vault)
  }

  private list(vault: VaultReplica): void {
    const account = this.founderOf(vault)
    const before = this.listed.get(vault.id)
    const now = vault.log.membership()
    if (before === now) return
    this.listed.set(vault.id, now)
    for (const device of before?.accounts.get(account)?.devices.keys() ?? []) {
      const accounts = this.listing.get(device)
      if (accounts?.delete(account) === true && accounts.size === 0) this.listing.delete(device)
    }
    for (const device of now.accounts.get(account)?.devices.keys() ?? []) {
      const accounts = this.listing.get(device)
      if (accounts === undefined) this.listing.set(device, new Set([account]))
      else accounts.add(account)
    }
  }
}
