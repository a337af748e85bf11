import type { AccountId, DeviceId, VaultId } from '@holdfast/core/base/ids'
import type { EntryBytes } from '@holdfast/core/log/entry'
import type { Membership } from '@holdfast/core/log/membership'
import { revocationOf } from '@holdfast/core/log/revocation-proof'
import type { RevocationProof } from '@holdfast/core/log/revocation-proof'
import type { Replica } from '@holdfast/core/sync/replica/replica'
import type { VaultReplica } from '@holdfast/core/sync/replica/vault-replica'
import { AccountLogs } from './account-logs.ts'

/** Which vaults are hosted here for whom: the founder's account stands for a vault. */
export class Hosting {
  private readonly replica: Pick<Replica, 'addVault' | 'vault' | 'vaults' | 'watch'>
  private readonly logs: AccountLogs

  constructor(replica: Pick<Replica, 'addVault' | 'vault' | 'vaults' | 'watch'>) {
    this.replica = replica
    this.logs = new AccountLogs(replica)
  }

  has(vault: VaultId): boolean {
    return this.replica.vault(vault) !== undefined
  }

  /** Verified and durable when it resolves. Throws MALFORMED, BAD_SIGNATURE, NOT_A_MEMBER. */
  async add(genesis: EntryBytes): Promise<void> {
    await this.replica.addVault(genesis)
  }

  founderOfHosted(vault: VaultId): AccountId | undefined {
    const here = this.replica.vault(vault)
    return here === undefined ? undefined : this.logs.founderOf(here)
  }

  vaultsOf(account: AccountId): readonly VaultReplica[] {
    return this.logs.vaultsOf(account)
  }

  /** Accounts whose own log, hosted here, lists the device. */
  accountsListing(device: DeviceId): readonly AccountId[] {
    return this.logs.accountsListing(device)
  }

  /** Membership of the account's own log, if that is hosted here. */
  accountLog(account: AccountId): Membership | undefined {
    return this.logs.ownLogsOf(account)[0]?.log.membership()
  }

  /** Whether the account's own log, if that is hosted here, has revoked the device. */
  hasRevoked(account: AccountId, device: DeviceId): boolean {
    return this.logs.ownLogsOf(account).some(({ log }) => log.isRevoked(device))
  }

  /** Why a device is none of its account any more, where the account's own log is hosted here and says so. */
  revocationOf(device: DeviceId): RevocationProof | null {
    for (const vault of this.logs.logsCertifying(device)) {
      const proof = revocationOf(vault.log, this.logs.founderOf(vault), device)
      if (proof !== undefined) return proof
    }
    return null
  }

  /** Accounts whose own log is hosted here, with the keys its genesis names. */
  founders(): { account: AccountId; root: Uint8Array; recovery: Uint8Array }[] {
    const own = this.replica.vaults().filter(({ log }) => log.genesis.kind === 'account')
    return own.map((vault) => ({
      account: this.logs.founderOf(vault),
      root: vault.log.genesis.root,
      recovery: vault.log.genesis.recovery
    }))
  }
}
