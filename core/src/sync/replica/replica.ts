import { HoldfastError } from '../../base/errors.ts'
import type { BlobId, DeviceId, EntryHash, Incarnation, RecordHash, VaultId } from '../../base/ids.ts'
import { entryOf } from '../../log/entry.ts'
import type { EntryBytes } from '../../log/entry.ts'
import { INCARNATION_DUE } from '../../log/aside.ts'
import { decodeHeader } from '../../log/header.ts'
import { listVaults, LogStore } from '../../log/log-store.ts'
import { VaultLog } from '../../log/vault-log.ts'
import type { VerifiedEntry } from '../../log/entry.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { Clock } from '../../ports/clock.ts'
import type { KvStore } from '../../ports/kv-store.ts'
import { Clocks } from './clocks.ts'
import { asHomeDamage, mendBookkeeping, openMending } from './mend.ts'
import type { Mended } from './mend.ts'
import { NO_INCARNATION } from './own-log.ts'
import { PeerBook } from './peer-book.ts'
import { Placed } from '../copies/placed.ts'
import type { HeldObjects } from './holdings.ts'
import { Presence } from '../copies/presence.ts'
import type { AdmittedEvent, Identity, Problem, ReplicaEvent, RolledBackEvent, VaultHost } from './replica-events.ts'
import { SeenTime } from './seen-time.ts'
import type { ReplicaView } from '../session/sync-view.ts'
import { VaultReplica } from './vault-replica.ts'

export type { AdmittedEvent, Identity, Problem, ReplicaEvent, RolledBackEvent } from './replica-events.ts'

export interface ReplicaOptions {
  readonly kv: KvStore
  readonly blobs: BlobStore
  readonly clock: Clock
  readonly identity: Identity
  /** See VaultHost. */
  readonly guestOf?: VaultHost['guestOf']
}

/** All vaults of one home at the level of the log: what a relay and a device have in common. Holds no secret but a signature. */
export class Replica implements ReplicaView {
  readonly device: DeviceId
  readonly role: 'device' | 'relay'
  /** Which relays are to hold an object, as this home sees it. */
  readonly placed: Placed
  readonly clocks: Clocks
  readonly #presence: Presence
  readonly #host: VaultHost
  readonly #vaults = new Map<VaultId, VaultReplica>()
  readonly #watchers = new Set<(event: ReplicaEvent) => void>()
  readonly #holders = new Set<(blob: BlobId) => boolean>()
  #holdings: (vault: VaultId) => HeldObjects | undefined = () => undefined
  readonly #recordsAsked = new Map<DeviceId, Set<RecordHash>>()
  #incarnation: Incarnation
  #tickedMs = 0
  readonly #days: SeenTime
  #peers!: PeerBook
  #mended: Mended | undefined
  #mending: Promise<void> | undefined

  private constructor(options: ReplicaOptions, { days, presence }: { days: SeenTime; presence: Presence }) {
    const { identity } = options
    this.device = identity.device
    this.role = identity.role
    this.clocks = new Clocks(options.clock)
    this.#presence = presence
    this.placed = new Placed({
      presence,
      self: identity.device,
      membershipOf: (vault) => this.#vaults.get(vault)?.log.membership(),
      onChange: (id, was) => {
        const vault = this.#vaults.get(id)
        if (vault === undefined) return
        this.#peers.keepStates(id, new Set(vault.log.membership().relays.map(({ peer }) => peer)))
        this.#emit({ kind: 'placement', vault, was })
      }
    })
    this.#incarnation = identity.incarnation ?? NO_INCARNATION
    this.#days = days
    this.#host = {
      ...options,
      daysSeen: () => this.#days.daysSeen,
      incarnation: () => this.#incarnation,
      isNeeded: (blob) => this.isNeeded(blob),
      placed: this.placed,
      statesForgotten: () => this.#peers.forgotten,
      hasState: (relay, vault, entry) => this.#peers.hasState(relay, vault, entry),
      holdsObject: (relay, vault, record) => this.#peers.holdsObject(relay, vault, record),
      holdings: (vault) => this.#holdings(vault),
      toldBy: (peer, vault) => this.#peers.toldBy(peer, vault),
      emit: (event) => this.#emit(event)
    }
  }

  /**
   * Reads everything; finishes shreds that a stop cut short. What is damaged does not stand in the way: `mended` and
   * each vault's `asideEntries` say what it was. The ports stay the caller's.
   */
  static async open(options: ReplicaOptions): Promise<Replica> {
    let mended: Mended | undefined
    const replica = await openMending(
      options.kv,
      (again) => Replica.#open(options, again),
      (found) => (mended = found)
    )
    replica.#mended = mended
    return replica
  }

  static async #open(options: ReplicaOptions, again: boolean): Promise<Replica> {
    const replica = new Replica(options, {
      days: await SeenTime.open(options.kv, options.clock, 'sync-days'),
      presence: await Presence.open(options.kv, options.clock)
    })
    for (const id of await listVaults(options.kv)) {
      const vault = await VaultReplica.open(replica.#host, id)
      if (vault !== undefined) replica.#vaults.set(id, vault)
      else if (!again) throw new HoldfastError('HOME_DAMAGED', 'a log without its genesis')
    }
    replica.#peers = await PeerBook.open(
      options.kv,
      (vault, entry) => replica.vault(vault)?.log.pins().recordsOf(entry) ?? []
    )
    for (const vault of replica.vaults()) vault.rejoin(replica.#peers.shownTo(vault.id))
    for (const vault of replica.vaults()) {
      await vault.finishShreds()
      await vault.settleUnpins()
    }
    return replica
  }

  /** Days on which this home ran. */
  get daysSeen(): number {
    return this.#days.daysSeen
  }

  /** What was damaged when this was opened. */
  get mended(): Mended | undefined {
    return this.#mended
  }

  /** Looks through every stored row. What is damaged is set aside or dropped, to be fetched or learnt again. */
  mend(): Promise<void> {
    return (this.#mending ??= this.#mendAll()
      .catch(throwHomeDamage)
      .finally(() => (this.#mending = undefined)))
  }

  async #mendAll(): Promise<void> {
    await mendBookkeeping(this.#host.kv)
    for (const vault of this.vaults()) if (await vault.mend()) vault.rejoin(this.#peers.shownTo(vault.id))
  }

  /** Own entries may be among what was set aside: nothing more may be signed in the incarnation they are of. */
  async incarnationIsDue(): Promise<boolean> {
    return (await this.#host.kv.get(INCARNATION_DUE)) !== undefined
  }

  get peers(): PeerBook {
    return this.#peers
  }

  vaults(): VaultReplica[] {
    return [...this.#vaults.values()]
  }

  vault(id: VaultId): VaultReplica | undefined {
    return this.#vaults.get(id)
  }

  /**
   * Creates, joins or hosts a vault: its genesis verified and durable. `introduced`: peers of it that its membership cannot
   * know yet. Adding one that is here changes nothing. Throws what VaultLog.fromGenesis throws.
   */
  async addVault(genesis: EntryBytes, introduced: readonly DeviceId[] = []): Promise<VaultReplica> {
    const entry = entryOf(genesis)
    const there = this.#vaults.get(entry.vault)
    if (there === undefined) {
      await VaultLog.fromGenesis(entry)
      const store = await LogStore.open(this.#host.kv, entry.vault)
      if (!(await isStored(store))) await store.append([entry as unknown as VerifiedEntry])
    }
    const vault = this.#vaults.get(entry.vault) ?? (await VaultReplica.open(this.#host, entry.vault))
    if (vault === undefined) throw new HoldfastError('STORE_FAILED')
    const added = !this.#vaults.has(entry.vault)
    this.#vaults.set(entry.vault, this.#vaults.get(entry.vault) ?? vault)
    if (introduced.length > 0) await this.#vaults.get(entry.vault)!.introduce(introduced)
    else if (added) this.#emit({ kind: 'vaults' })
    return this.#vaults.get(entry.vault)!
  }

  onAdmitted(callback: (event: AdmittedEvent) => void): () => void {
    return this.watch((event) => event.kind === 'admitted' && callback(event))
  }

  onProblem(callback: (problem: Problem) => void): () => void {
    return this.watch((event) => event.kind === 'problem' && callback(event))
  }

  onRolledBack(callback: (event: RolledBackEvent) => void): () => void {
    return this.watch((event) => event.kind === 'rolledBack' && callback(event))
  }

  /** Everything that happens here; returns how to stop watching. */
  watch(watcher: (event: ReplicaEvent) => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Whom one may speak to about a vault has changed outside its log. */
  reconsider(): void {
    this.#emit({ kind: 'vaults' })
  }

  problem(problem: Problem): void {
    this.#emit({ kind: 'problem', ...problem })
  }

  /** Somebody besides live pins who may need a blob: open intents, an upload being cut. */
  addHolder(needs: (blob: BlobId) => boolean): () => void {
    this.#holders.add(needs)
    return () => this.#holders.delete(needs)
  }

  isNeeded(blob: BlobId): boolean {
    for (const vault of this.#vaults.values()) if (vault.log.pins().neededBlobs.has(blob)) return true
    return this.isHeld(blob)
  }

  /** Whether somebody besides live pins needs it. */
  isHeld(blob: BlobId): boolean {
    for (const needs of this.#holders) if (needs(blob)) return true
    return false
  }

  /** From now on this home writes in another incarnation (the caller has made it durable). */
  async setIncarnation(incarnation: Incarnation): Promise<void> {
    this.#incarnation = incarnation
    for (const vault of this.#vaults.values()) await vault.incarnationChanged()
    await this.#host.kv.write([{ del: INCARNATION_DUE }])
  }

  /** What a peer is by the memberships here. */
  roleOf(peer: DeviceId): 'device' | 'relay' {
    return this.vaults().some((vault) => vault.log.membership().isRelay(peer)) ? 'relay' : 'device'
  }

  /** A link to this peer and this side speak of the vault from now on. */
  met(vault: VaultId, peer: DeviceId): void {
    // A laptop that meets only laptops may itself be cut off; a relay is where relays are.
    this.#presence.met(vault, peer, this.role === 'relay' || this.roleOf(peer) === 'relay')
    this.placed.recheck([vault])
  }

  unmet(vault: VaultId, peer: DeviceId): void {
    this.#presence.unmet(vault, peer)
  }

  /** Milliseconds for which this relay of the vault has not been met, of this home's own time in touch with others. */
  unseenMs(vault: VaultId, relay: DeviceId): number {
    return this.#presence.unseenMs(vault, relay)
  }

  /** Looks whether a relay has been away for so long that others take its place, or is back. */
  recheckPlacement(): void {
    for (const { id, log } of this.#vaults.values()) {
      const { relays, copies } = log.membership()
      if (relays.length > copies) this.placed.recheck([id])
    }
  }

  /** What this relay says of the objects of these entries has changed. */
  statesChanged(vault: VaultReplica, entries: readonly EntryHash[]): void {
    if (entries.length > 0) this.#emit({ kind: 'states', vault, entries })
  }

  /** Who knows which objects lie whole on this device; `holdingsChanged` says when that is another answer. */
  setHoldings(of: (vault: VaultId) => HeldObjects | undefined): void {
    this.#holdings = of
  }

  holdingsChanged(): void {
    this.#emit({ kind: 'holdings' })
  }

  /** Devices of members, other than this one, that said they hold the object. Their word alone: no byte may go because of it. */
  devicesWith(id: VaultId, record: RecordHash): DeviceId[] {
    const vault = this.#vaults.get(id)
    if (vault === undefined) return []
    const broughtAt = vault.log
      .pins()
      .bringersOf(record)
      .flatMap((hash) => vault.sketch(hash) ?? [])
    const membership = vault.log.membership()
    return this.#peers.devicesWith(id, record, broughtAt).filter((peer) => membership.accountOf(peer) !== undefined)
  }

  /** Object records this peer was asked for since the replica was opened. */
  recordsAsked(peer: DeviceId): Set<RecordHash> {
    const asked = this.#recordsAsked.get(peer) ?? new Set<RecordHash>()
    this.#recordsAsked.set(peer, asked)
    return asked
  }

  /** A link has ended: what its peer left waiting goes with it. */
  linkEnded(peer: DeviceId): void {
    for (const vault of this.#vaults.values()) vault.forgetPeer(peer)
  }

  /** To be called every few seconds: counts days, and takes a vault's pull from a link that has stalled. */
  async tick(): Promise<void> {
    for (const vault of this.#vaults.values()) vault.tick()
    this.recheckPlacement()
    await this.#savePresence(PRESENCE_STEP_MS)
    const nowMs = this.#host.clock.monotonicMs()
    if (nowMs - this.#tickedMs < DAYS_TICK_MS) return
    this.#tickedMs = nowMs
    await this.#days.tick()
    for (const vault of this.#vaults.values()) await vault.settleUnpins()
    await this.#peers.flush()
  }

  async close(): Promise<void> {
    this.#watchers.clear()
    await this.#savePresence(1)
    await this.#peers.flush()
  }

  #savePresence(stepMs: number): Promise<void> {
    const relaysOf = (vault: VaultId): DeviceId[] =>
      this.#vaults
        .get(vault)
        ?.log.membership()
        .relays.map(({ peer }) => peer) ?? []
    return this.#presence.save(relaysOf, stepMs)
  }

  #membershipChanged({ id, log }: VaultReplica): void {
    this.placed.recheck([id])
    const membership = log.membership()
    this.#peers.keepHoldings(id, (peer) => membership.accountOf(peer) !== undefined)
  }

  #emit(event: ReplicaEvent): void {
    // First, so that whoever hears of the entries sees by whom their objects are to be held.
    if (event.kind === 'admitted' && event.admission.membershipChanged) this.#membershipChanged(event.vault)
    for (const watcher of [...this.#watchers]) watcher(event)
  }
}

function throwHomeDamage(error: unknown): never {
  throw asHomeDamage(error)
}

/** Time in touch after which who was not met is written down: a crash forgets at most this. */
const PRESENCE_STEP_MS = 60_000
/** How often the days are looked at: each look is a durable write. */
const DAYS_TICK_MS = 600_000

/** Entries may have outlived their genesis. */
async function isStored(store: LogStore): Promise<boolean> {
  for await (const { header } of store.load()) return decodeHeader(header).genesis !== null
  return false
}
