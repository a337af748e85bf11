import { firstEntry } from '../../vault/first-entry.ts'
import { isHoldfastError } from '../../base/errors.ts'
import type { DeviceId, VaultId } from '../../base/ids.ts'
import type { VaultReplica } from '../../sync/replica/vault-replica.ts'
import type { Engine } from '../engine.ts'
import { hostVault } from './relay-client.ts'

/**
 * A relay that has lost a vault and still knows this account is asked to host it again; the exchange that follows gives it
 * everything. One that has lost the account too refuses: then only a new invitation helps, which `status` says.
 */
export class HostAgain {
  private readonly engine: Engine
  /** `relay vault`: asked in this run, so that one that refuses is not asked all the time. */
  private readonly asked = new Set<string>()
  private running: Promise<void> = Promise.resolve()

  constructor(engine: Engine) {
    this.engine = engine
  }

  /** The peer says that it does not know this vault. */
  refused(peer: DeviceId, id: VaultId): void {
    const vault = this.engine.home.replica.vault(id)
    const key = `${peer} ${id}`
    if (vault === undefined || this.asked.has(key) || !this.mayAsk(peer, vault)) return
    this.asked.add(key)
    this.running = this.running.then(() => this.host(peer, vault))
  }

  settled(): Promise<void> {
    return this.running
  }

  /** A relay the vault names hosts it for whoever founded it. */
  private mayAsk(peer: DeviceId, { log }: VaultReplica): boolean {
    const membership = log.membership()
    return membership.isRelay(peer) && membership.founder === this.engine.home.state.account
  }

  private async host(peer: DeviceId, vault: VaultReplica): Promise<void> {
    try {
      const addresses = vault.log.membership().relays.find((relay) => relay.peer === peer)?.addresses ?? []
      const connection = await this.engine.network.host.dial({ peerKey: peer, addresses: [...addresses] })
      const genesis = await firstEntry(vault)
      if (genesis === undefined) return
      await hostVault(connection, genesis, this.engine.home.wait)
      this.engine.home.replica.reconsider() // it is named to the relay once more
    } catch (error) {
      if (!isHoldfastError(error)) throw error
    }
  }
}
