import { isHoldfastError } from '../base/errors.ts'
import type { VaultId } from '../base/ids.ts'
import type { Vault } from '../vault/vault.ts'
import type { Home } from '../home/home.ts'

/** Tells the members of a vault what this device is called, once it may write there. In conversations names stand elsewhere. */
export class Naming {
  private readonly home: Home
  private readonly told = new Set<VaultId>()

  constructor(home: Home) {
    this.home = home
  }

  isDueIn(vault: Vault): boolean {
    const { genesis } = vault.replica.log
    return genesis.kind === 'folder' && !this.told.has(vault.id) && this.mayWrite(vault)
  }

  /** A vault that cannot be written now, or has not caught up, is told later. */
  async tell(vaults: readonly Vault[]): Promise<void> {
    const { secrets, settings } = this.home
    for (const vault of vaults.filter((one) => this.isDueIn(one))) {
      try {
        await vault.nameDevice(secrets.device, settings.name)
        this.told.add(vault.id)
      } catch (error) {
        if (!isHoldfastError(error)) throw error
      }
    }
  }

  private mayWrite({ replica }: Vault): boolean {
    const role = replica.log.membership().roleOf(this.home.secrets.device)
    return role === 'writer' || role === 'owner'
  }
}
