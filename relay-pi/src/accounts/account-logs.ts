import type { AccountId, DeviceId, VaultId } from '@holdfast/core/base/ids'
import { accountIdOf } from '@holdfast/core/log/genesis'
import { accountStatementsIn } from '@holdfast/core/log/account-statements'
import type { Membership } from '@holdfast/core/log/membership'
import type { Replica, ReplicaEvent } from '@holdfast/core/sync/replica/replica'
import type { VaultReplica } from '@holdfast/core/sync/replica/vault-replica'
import { DeviceIndex } from './device-index.ts'

/** The part of the replica that is looked at. */
export type VaultSource = Pick<Replica, 'vault' | 'vaults' | 'watch'>

/**
 * Which vaults each account has made, and which accounts' own logs speak of a device: kept up to date, because every request
 * of somebody unknown asks it. What has changed is looked at when it is next asked for.
 */
export class AccountLogs {
  private readonly source: VaultSource
  private readonly founders = new Map<VaultId, AccountId>()
  private readonly taken = new Set<VaultId>()
  private readonly byFounder = new Map<AccountId, VaultReplica[]>()
  private readonly ownLogs = new Map<AccountId, VaultReplica[]>()
  private readonly seen = new Map<VaultId, { membership: Membership; heads: string }>()
  /** By the account's own log: devices it has now, */
  private readonly listed = new DeviceIndex()
  /** and those it has ever certified. */
  private readonly certified = new DeviceIndex()
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
    return this.listed.accountsOf(device)
  }

  /** The account's own log, if that is hosted here; several only where a relay took in more than it should. */
  ownLogsOf(account: AccountId): readonly VaultReplica[] {
    this.refresh()
    return this.ownLogs.get(account) ?? []
  }

  /** Own logs, hosted here, that have ever certified the device. */
  logsCertifying(device: DeviceId): readonly VaultReplica[] {
    this.refresh()
    return this.certified.accountsOf(device).flatMap((account) => this.ownLogs.get(account) ?? [])
  }

  private follow(event: ReplicaEvent): void {
    if (event.kind === 'vaults') this.hasNew = true
    if (!('vault' in event) || event.vault === null) return
    const vault = typeof event.vault === 'string' ? this.source.vault(event.vault) : event.vault
    if (vault !== undefined && !this.taken.has(vault.id)) this.hasNew = true
    if (vault?.log.genesis.kind === 'account') this.changed.add(vault)
  }

  private refresh(): void {
    if (this.hasNew) {
      this.hasNew = false
      for (const vault of this.source.vaults()) if (!this.taken.has(vault.id)) this.take(vault)
    }
    for (const vault of this.changed) this.list(vault)
    this.changed.clear()
  }

  private take(vault: VaultReplica): void {
    this.taken.add(vault.id)
    const founder = this.founderOf(vault)
    const vaults = this.byFounder.get(founder)
    if (vaults === undefined) this.byFounder.set(founder, [vault])
    else vaults.push(vault)
    if (vault.log.genesis.kind !== 'account') return
    this.ownLogs.set(founder, [...(this.ownLogs.get(founder) ?? []), vault])
    this.changed.add(vault)
  }

  private list(vault: VaultReplica): void {
    const { id, log } = vault
    const account = this.founderOf(vault)
    const before = this.seen.get(id)
    const membership = log.membership()
    const heads = log
      .heads()
      .map(({ hash }) => hash)
      .join()
    if (before?.membership === membership && before.heads === heads) return
    this.seen.set(id, { membership, heads })
    this.listed.put(id, account, membership.accounts.get(account)?.devices.keys() ?? [])
    this.certified.put(
      id,
      account,
      accountStatementsIn(log, account).map(({ statement }) => statement.device)
    )
  }
}
