import { decode, encode } from '../../base/codec.ts'
import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { DeviceId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { provesRevoked, readRevocationProof, revocationOf, revocationProofValue } from '../../log/revocation-proof.ts'
import type { VaultReplica } from '../../sync/replica/vault-replica.ts'
import type { Home } from '../../home/home.ts'
import type { Network } from '../network.ts'
import { askRelay } from '../relays/relay-client.ts'
import type { Target } from '../connector.ts'

/**
 * Whether this device is one of its account still. Who was revoked is told of no vault any more, so it cannot read the
 * revocation in its account's log: it asks those who turn it away, and believes only what its account has signed.
 */
export class OwnStanding {
  private readonly home: Home
  private readonly accountVault: VaultReplica
  private readonly asked = new Set<DeviceId>()
  private proven = false
  private asking: Promise<void> = Promise.resolve()

  static async load(home: Home, accountVault: VaultReplica): Promise<OwnStanding> {
    const standing = new OwnStanding(home, accountVault)
    const kept = await home.kv.get(KEY).catch(() => undefined)
    if (kept !== undefined) standing.proven = await standing.believes(kept)
    return standing
  }

  private constructor(home: Home, accountVault: VaultReplica) {
    this.home = home
    this.accountVault = accountVault
  }

  get isRevoked(): boolean {
    const { state, secrets } = this.home
    return this.proven || revocationOf(this.accountVault.log, state.account, secrets.device) !== undefined
  }

  /** Throws REVOKED. */
  assertMember(): void {
    if (this.isRevoked) throw new HoldfastError('REVOKED')
  }

  /** Asks each of these peers once a run, as far as it refuses this device now. Resolves when they have answered. */
  ask(network: Network, targets: readonly Target[]): Promise<void> {
    for (const { peer } of this.proven ? [] : network.refusals()) {
      const target = targets.find((one) => one.peer === peer)
      if (target === undefined || this.asked.has(peer)) continue
      this.asked.add(peer)
      this.asking = this.asking.then(() => this.askOne(network, target))
    }
    return this.asking
  }

  /** An exchange with others, after which it is known whether they still take this device for one of its account. Throws REVOKED. */
  async during<T>(network: Network, targets: () => readonly Target[], work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } finally {
      await this.ask(network, targets())
      this.assertMember()
    }
  }

  private async askOne(network: Network, target: Target): Promise<void> {
    try {
      const connection = await network.host.dial({ peerKey: target.peer, addresses: [...target.addresses] })
      const { proof } = await askRelay(connection, { kind: 'standing' }, 'standing')
      if (proof === null) return
      const bytes = encode(revocationProofValue(proof))
      if (this.proven || !(await this.believes(bytes))) return
      await this.home.kv.write([{ put: KEY, value: bytes }])
      this.proven = true
      this.home.replica.problem({ vault: null, peer: null, code: 'REVOKED' })
    } catch (error) {
      // It is asked again in the next run, or another one is.
      if (!isHoldfastError(error)) throw error
    }
  }

  private async believes(bytes: Uint8Array): Promise<boolean> {
    const { state, secrets } = this.home
    try {
      const proof = readRevocationProof(decode(bytes, LIMITS.accountFrameBytes))
      return await provesRevoked(proof, this.accountVault.log, state.account, secrets.device)
    } catch (error) {
      if (!isHoldfastError(error)) throw error
      return false
    }
  }
}

const KEY = 'account/revoked'
