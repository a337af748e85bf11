import { asArray, asIds, asVersion, decode, encode, idValue } from '../../base/codec.ts'
import { isHoldfastError } from '../../base/errors.ts'
import type { DeviceId, VaultId } from '../../base/ids.ts'
import type { KvStore } from '../../ports/kv-store.ts'
import type { VaultReplica } from '../../sync/replica/vault-replica.ts'
import type { Home } from '../../home/home.ts'

/** What a peer says of the vaults it was asked for. */
export interface Heard {
  readonly refused: Iterable<VaultId>
  readonly shared: Iterable<VaultId>
  /** Whether somebody who is connected now shares this vault: one relay of several may have lost it. */
  readonly isSharedNow?: (vault: VaultId) => boolean
}

/**
 * Vaults of other people that their relays no longer give to this account. Whoever was taken out is told no more than that,
 * so it is remembered, also for when nobody can be asked, until a relay or another member gives the vault again.
 */
export class RefusedVaults {
  private readonly home: Home
  private readonly refused: Set<VaultId>
  private saving: Promise<void> = Promise.resolve()

  static async load(home: Home): Promise<RefusedVaults> {
    return new RefusedVaults(home, await read(home.kv))
  }

  private constructor(home: Home, refused: readonly VaultId[]) {
    this.home = home
    this.refused = new Set(refused)
  }

  has(vault: VaultId): boolean {
    return this.refused.has(vault)
  }

  heard(peer: DeviceId, { refused, shared, isSharedNow = () => false }: Heard): void {
    const before = [...this.refused].join()
    for (const id of refused) if (this.isRelayOfOthers(peer, id) && !isSharedNow(id)) this.refused.add(id)
    for (const id of shared) if (this.refused.has(id) && this.gives(peer, id)) this.refused.delete(id)
    if ([...this.refused].join() !== before) this.save()
  }

  /** Resolves when all of it is durable, or could not be made so: then it is heard again. */
  settled(): Promise<void> {
    return this.saving
  }

  private isRelayOfOthers(peer: DeviceId, id: VaultId): boolean {
    const membership = this.vault(id)?.log.membership()
    return membership?.isRelay(peer) === true && membership.founder !== this.home.state.account
  }

  /** An own device that has it too says nothing about it. */
  private gives(peer: DeviceId, id: VaultId): boolean {
    const membership = this.vault(id)?.log.membership()
    const account = membership?.accountOf(peer)
    return membership?.isRelay(peer) === true || (account !== undefined && account !== this.home.state.account)
  }

  private vault(id: VaultId): VaultReplica | undefined {
    return this.home.replica.vault(id)
  }

  private save(): void {
    const ids = [...this.refused].slice(-MOST)
    const value = encode([1, ids.map(idValue)])
    this.saving = this.saving.then(() => this.home.kv.write([{ put: KEY, value }])).catch(() => undefined)
  }
}

async function read(kv: KvStore): Promise<VaultId[]> {
  try {
    const bytes = await kv.get(KEY)
    if (bytes === undefined) return []
    const [version, ids] = asArray(decode(bytes, ROW_BYTES), 2)
    asVersion(version, 1)
    return asIds<VaultId>(ids, MOST)
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return [] // damaged: it is heard again
  }
}

const KEY = 'home/refused-vaults'
const MOST = 4096
const ROW_BYTES = MOST * 40
