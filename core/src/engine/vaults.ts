import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import type { VaultId } from '../base/ids.ts'
import { isDamage } from '../log/mend-log.ts'
import type { Admission } from '../log/vault-log.ts'
import { vaultsWithWithdrawn } from '../sync/replica/own-log.ts'
import type { AdmittedEvent } from '../sync/replica/replica.ts'
import type { BlobExchange } from '../sync/blobs/blob-exchange.ts'
import type { VaultReplica } from '../sync/replica/vault-replica.ts'
import type { Author } from '../vault/author.ts'
import { mountsOf } from '../vault/mounts.ts'
import type { RecoveryKey } from '../vault/keyring.ts'
import type { Mount } from '../vault/mounts.ts'
import type { Floor } from '../vault/pairing-messages.ts'
import { Vault } from '../vault/vault.ts'
import type { Home } from '../home/home.ts'
import { IndexSaver } from './index-saver.ts'

export interface VaultsOptions {
  readonly home: Home
  readonly exchange: BlobExchange
  readonly author: Author
  /** While an account is brought back by its words. */
  readonly recovery?: RecoveryKey | undefined
  /** Vaults came or went, or which there are to be has changed. */
  readonly onMounts: () => void
}

/** The vaults of one home at work: the personal one, and those that are mounted in it. */
export class Vaults {
  readonly personal: Vault
  private readonly o: VaultsOptions
  private readonly open = new Map<VaultId, { vault: Vault; saver: IndexSaver }>()
  private readonly opening = new Map<VaultId, { admissions: Admission[]; vault: Promise<Vault> }>()
  /** Those that have been mounted: what was opened before its mount was written is not closed for the lack of one. */
  private readonly mounted = new Set<VaultId>()
  /** Conversations to be opened as folders are: there may be hundreds, and most commands need none of them. */
  private readonly due = new Set<VaultId>()
  private opensAll = false
  private readonly failures = new Map<VaultId, ErrorCode>()
  private shown: readonly Mount[] | undefined
  private following: Promise<void> = Promise.resolve()
  private isFollowing = false
  private isClosed = false

  /** Opens the personal vault alone: `follow` opens what is mounted. Throws HOME_DAMAGED. */
  static async start(options: VaultsOptions): Promise<Vaults> {
    const { state, replica } = options.home
    const personal = replica.vault(state.personalVault)
    if (personal === undefined) throw new HoldfastError('HOME_DAMAGED')
    const floor = state.floors.find(({ vault }) => vault === state.personalVault) ?? null
    let vaults = undefined as Vaults | undefined
    const vault = await openVault(options, personal, floor, () => vaults?.personalChanged())
    return (vaults = new Vaults(options, vault))
  }

  private constructor(options: VaultsOptions, personal: Vault) {
    this.o = options
    this.personal = personal
    this.take(personal)
  }

  /** Open ones, the personal one first. */
  list(): readonly Vault[] {
    return [...this.open.values()].map(({ vault }) => vault)
  }

  of(id: VaultId): Vault | undefined {
    return this.open.get(id)?.vault
  }

  /** What the personal vault shows as mounted now, whether it is open or not. */
  mounts(): readonly Mount[] {
    return (this.shown ??= mountsOf(this.personal.index))
  }

  /** Why a mounted vault is not open. */
  failureOf(id: VaultId): ErrorCode | undefined {
    return this.failures.get(id)
  }

  /** Joins the vault where that is new, and opens it. Throws what a genesis that is none gives, and what `Vault.open` throws. */
  async openMount(mount: Mount): Promise<Vault> {
    const { vault: id } = mount
    const there = this.open.get(id)?.vault ?? this.opening.get(id)?.vault
    if (there !== undefined) return there
    const admissions: Admission[] = []
    const vault = this.openNow(mount, admissions)
    this.opening.set(id, { admissions, vault })
    try {
      return await vault
    } catch (error) {
      this.failures.set(id, isHoldfastError(error) ? error.code : 'INTERNAL')
      throw error
    } finally {
      this.opening.delete(id)
    }
  }

  /** From now on every mounted vault is open, conversations too. */
  openAll(): Promise<void> {
    this.opensAll = true
    return this.follow()
  }

  /** Opens what is mounted and not open, closes what is mounted no more. One that cannot be opened stays closed. */
  follow(): Promise<void> {
    this.following = this.following.then(() => this.followNow()).catch(() => undefined)
    return this.following
  }

  /** Of any vault of the home. */
  admitted({ vault: { id }, admission }: AdmittedEvent): void {
    this.opening.get(id)?.admissions.push(admission)
    const open = this.open.get(id)
    open?.vault.admitted(admission)
    open?.saver.soon()
    if (open !== undefined || this.opening.has(id) || !this.mounted.has(id)) return
    this.due.add(id)
    void this.follow()
  }

  /** Waits until everything that was received is in the indexes, and what is mounted is open. */
  async settled(): Promise<void> {
    await this.personal.settled()
    for (let before: unknown; before !== this.following; ) {
      before = this.following
      await before
    }
    await Promise.all(this.list().map((vault) => vault.settled()))
  }

  /** Mounted vaults of which a rollback took back entries that are still to be written again. */
  async toWriteAgain(): Promise<readonly Vault[]> {
    await this.settled()
    const withdrawn = await vaultsWithWithdrawn(this.o.home.kv)
    return Promise.all(this.mounts().flatMap((mount) => (withdrawn.has(mount.vault) ? [this.openMount(mount)] : [])))
  }

  async close(): Promise<void> {
    this.isClosed = true
    for (const { saver } of this.open.values()) saver.stop()
    await this.following
    for (const vault of this.list()) await vault.close()
  }

  private personalChanged(): void {
    const before = this.shown ?? []
    this.shown = undefined
    const now = this.mounts()
    if (now.length === before.length && now.every((mount, i) => mount === before[i])) return
    void this.follow()
    this.o.onMounts()
  }

  private async followNow(): Promise<void> {
    if (this.isClosed) return
    const before = this.list()
    this.isFollowing = true
    await this.openAndClose().finally(() => (this.isFollowing = false))
    const now = this.list()
    if (now.length !== before.length || !now.every((vault, i) => vault === before[i])) this.o.onMounts()
  }

  private async openAndClose(): Promise<void> {
    const mounts = this.mounts()
    const wanted = new Set(mounts.map(({ vault }) => vault))
    for (const mount of mounts) {
      this.mounted.add(mount.vault)
      if (mount.kind === 'conversation' && !this.opensAll && !this.due.has(mount.vault)) continue
      await this.openMount(mount).catch(() => undefined) // `failureOf` says it
    }
    for (const id of this.mounted) if (!wanted.has(id)) await this.drop(id)
  }

  private async openNow(mount: Mount, admissions: readonly Admission[]): Promise<Vault> {
    const replica = await this.join(mount)
    const vault = await openVault(this.o, replica, mount.floor)
    this.take(vault)
    for (const admission of admissions) vault.admitted(admission)
    this.failures.delete(mount.vault)
    if (!this.isFollowing) this.o.onMounts()
    return vault
  }

  /** Its log. Before that names anybody, whom the mount names and one's own devices are to be asked for it. */
  private async join({ vault, genesis, relays }: Mount): Promise<VaultReplica> {
    const { replica, state, secrets } = this.o.home
    const there = replica.vault(vault)
    there?.show()
    if (there !== undefined && there.log.membership().relays.length > 0) return there
    const devices = this.personal.replica.log.membership().accounts.get(state.account)?.devices.keys() ?? []
    const others = [...relays.map(({ peer }) => peer), ...devices].filter((peer) => peer !== secrets.device)
    if (there !== undefined && others.every((peer) => there.mayNameTo(peer))) return there
    return replica.addVault({ ...genesis, payload: null, pinList: null }, others)
  }

  private take(vault: Vault): void {
    const saver = new IndexSaver(vault, this.o.home)
    this.open.set(vault.id, { vault, saver })
    // What was saved did not load, or not all of it was saved: nobody may write anything, and a browser is never closed in an orderly way.
    if (vault.index.hasUnsaved) saver.soon()
  }

  private async drop(id: VaultId): Promise<void> {
    this.mounted.delete(id)
    this.due.delete(id)
    this.failures.delete(id)
    const open = this.open.get(id)
    if (open === undefined) return
    this.open.delete(id)
    open.saver.stop()
    await open.vault.close()
  }
}

/** A log that turns out damaged is mended once: what is bad goes aside, to be fetched again. */
async function openVault(
  { home, exchange, author, recovery }: VaultsOptions,
  replica: VaultReplica,
  floor: Floor | null,
  onChange?: () => void
): Promise<Vault> {
  const open = (): Promise<Vault> =>
    Vault.open({
      ...author,
      replica,
      kv: home.kv,
      blobs: home.blobs,
      random: home.random,
      ...(floor === null ? {} : { floor }),
      ...(recovery === undefined ? {} : { recovery }),
      ...(onChange === undefined ? {} : { onChange }),
      guard: (blob) => exchange.intents.guard([blob]),
      offers: exchange,
      onDamaged: (blob) => exchange.lost([blob]),
      fetchBlob: (blob, signal) => exchange.fetch(replica.id, blob.id, blob.sizeBytes, signal)
    })
  return open().catch(async (error: unknown) => {
    if (!isDamage(error)) throw error
    await home.replica.mend()
    return open()
  })
}
