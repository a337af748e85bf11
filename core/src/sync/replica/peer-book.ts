import type { ErrorCode } from '../../base/errors.ts'
import type { DeviceId, EntryHash, LogId, RecordHash, VaultId } from '../../base/ids.ts'
import type { Head } from '../../log/head-statement.ts'
import type { KvChange, KvStore } from '../../ports/kv-store.ts'
import type { LogPosition } from '../session/effects.ts'
import { PeerHeld } from './holdings.ts'
import type { Holdings } from './holdings.ts'
import { loadPeerRows, peerRow, floorRow, holdingsKey, holdingsRow, stateRow } from './peer-rows.ts'
import type { EntryState, PeerRow } from './peer-rows.ts'

/** What one peer is known for, for `status`. Times are this device's own. */
export interface PeerInfo extends PeerRow {
  readonly peer: DeviceId
}

/**
 * What this home remembers of its peers: the most each has shown of every log (less is a rollback), when it was last
 * exchanged with, what it lied about, and which objects a relay holds complete. Memory is ahead of the disk, `flush` catches
 * up: all of it is learnt again from the peer when it is lost.
 */
export class PeerBook {
  readonly #kv: KvStore
  readonly #peers = new Map<DeviceId, PeerRow>()
  readonly #floors = new Map<string, Map<LogId, number>>()
  readonly #byVault = new Map<VaultId, Map<DeviceId, RelayStates>>()
  readonly #held = new Map<VaultId, Map<DeviceId, PeerHeld>>()
  #unsaved = new Map<string, KvChange>()
  #forgotten = 0
  #said = 0
  #saving: Promise<void> = Promise.resolve()

  private constructor(kv: KvStore) {
    this.#kv = kv
  }

  /** `recordsOf`: records an entry brings; the stored rows name only those that were not complete. */
  static async open(
    kv: KvStore,
    recordsOf: (vault: VaultId, entry: EntryHash) => readonly RecordHash[]
  ): Promise<PeerBook> {
    const book = new PeerBook(kv)
    await loadPeerRows(kv, {
      peer: (peer, row) => book.#peers.set(peer, row),
      floor: (peer, vault, heads) => book.#floors.set(peer + vault, heads),
      holdings: (peer, vault, said) => book.#heldOf(vault).set(peer, new PeerHeld(vault, said)),
      state: (peer, vault, entry, said) =>
        book.#states(peer, vault).note(entry, { records: recordsOf(vault, entry), ...said })
    })
    return book
  }

  list(): PeerInfo[] {
    return [...this.#peers].map(([peer, row]) => ({ peer, ...row }))
  }

  lastExchangeMs(peer: DeviceId): number | undefined {
    return this.#peers.get(peer)?.lastExchangeMs ?? undefined
  }

  noteExchange(peer: DeviceId, role: PeerRow['role'], nowMs: number): void {
    this.#putPeer(peer, { ...this.#peer(peer), role, lastExchangeMs: nowMs })
  }

  /** The peer sent what is provably wrong. */
  noteLie(peer: DeviceId, code: ErrorCode): void {
    const row = this.#peer(peer)
    this.#putPeer(peer, { ...row, lies: row.lies + 1, lastLie: code })
  }

  /** Forgives: the user has looked at it. */
  forgiveLies(peer: DeviceId): void {
    this.#putPeer(peer, { ...this.#peer(peer), lies: 0, lastLie: null })
  }

  /** Logs of which a peer shows less than it has shown before. */
  shownLess(peer: DeviceId, vault: VaultId, shown: readonly Head[]): { log: LogId; seq: number }[] {
    const now = new Map(shown.map(({ log, seq }) => [log, seq]))
    const floor = this.#floors.get(peer + vault) ?? []
    return [...floor].flatMap(([log, seq]) => ((now.get(log) ?? 0) < seq ? [{ log, seq }] : []))
  }

  /** The peer has shown these heads: from now on less is a rollback. */
  noteHeads(peer: DeviceId, vault: VaultId, shown: readonly Head[]): void {
    const floor = this.#floors.get(peer + vault) ?? new Map<LogId, number>()
    const higher = shown.filter(({ log, seq }) => seq > (floor.get(log) ?? 0))
    if (higher.length === 0) return
    for (const { log, seq } of higher) floor.set(log, seq)
    this.#floors.set(peer + vault, floor)
    this.#save(floorRow(peer, vault, floor))
  }

  /** Peers that have shown anything of this vault. */
  shownTo(vault: VaultId): DeviceId[] {
    return [...this.#peers.keys()].filter((peer) => this.#floors.has(peer + vault))
  }

  hasShown(peer: DeviceId, vault: VaultId): boolean {
    return this.#floors.has(peer + vault)
  }

  noteRollback(peer: DeviceId): void {
    const row = this.#peer(peer)
    this.#putPeer(peer, { ...row, rollbacks: row.rollbacks + 1 })
  }

  /** A relay told which objects of this entry it does not hold complete, and which are others' to hold. */
  noteState(relay: DeviceId, vault: VaultId, entry: EntryHash, said: EntryState): void {
    this.#said++
    this.#states(relay, vault).note(entry, said)
    this.#save(stateRow(relay, vault, entry, said))
  }

  /** It was seen not to hold what it said it holds: from now on nothing is known of the entry's objects there. */
  forgetState(relay: DeviceId, vault: VaultId, entry: EntryHash, records: readonly RecordHash[]): void {
    this.#forgotten++
    this.#states(relay, vault).forget(entry, records)
    const { put: del } = stateRow(relay, vault, entry, { incomplete: [], elsewhere: [] })
    this.#unsaved.set(del, { del })
  }

  /** What the relay said of this vault's objects holds no more. */
  forgetStates(relay: DeviceId, vault: VaultId): void {
    const relays = this.#byVault.get(vault)
    for (const entry of relays?.get(relay)?.entries.keys() ?? []) {
      const { put: del } = stateRow(relay, vault, entry, { incomplete: [], elsewhere: [] })
      this.#unsaved.set(del, { del })
    }
    relays?.delete(relay)
    this.#forgotten++
    this.keepHoldings(vault, (peer) => peer !== relay)
  }

  /** A device told what it holds of the vault, in place of what it told before. Kept apart from what relays say: it proves nothing. */
  noteHoldings(device: DeviceId, vault: VaultId, said: Holdings): void {
    this.#heldOf(vault).set(device, new PeerHeld(vault, said))
    this.#save(holdingsRow(device, vault, said))
  }

  /** What other devices said they hold of the vault counts no more. */
  keepHoldings(vault: VaultId, isKept: (device: DeviceId) => boolean): void {
    for (const device of [...(this.#held.get(vault)?.keys() ?? [])]) {
      if (isKept(device)) continue
      this.#held.get(vault)!.delete(device)
      const del = holdingsKey(device, vault)
      this.#unsaved.set(del, { del })
    }
  }

  /** Digest of what the device told last; null when nothing of it is remembered. */
  toldBy(device: DeviceId, vault: VaultId): string | null {
    return this.#held.get(vault)?.get(device)?.digest ?? null
  }

  /** Devices that said they hold this object whole. `broughtAt`: where the entries stand that bring it. */
  devicesWith(vault: VaultId, record: RecordHash, broughtAt: readonly LogPosition[]): DeviceId[] {
    return [...(this.#held.get(vault) ?? [])].flatMap(([device, held]) => (held.has(record, broughtAt) ? [device] : []))
  }

  /** Only these relays keep anything of the vault for it. */
  keepStates(vault: VaultId, named: ReadonlySet<DeviceId>): void {
    for (const relay of [...(this.#byVault.get(vault)?.keys() ?? [])])
      if (!named.has(relay)) this.forgetStates(relay, vault)
  }

  /** Grows when a relay says something of what it holds. */
  get said(): number {
    return this.#said
  }

  /** Grows when something that a relay had said counts no more. */
  get forgotten(): number {
    return this.#forgotten
  }

  /** Whether the relay has said anything of the entry. */
  hasState(relay: DeviceId, vault: VaultId, entry: EntryHash): boolean {
    return this.#states(relay, vault).entries.has(entry)
  }

  /** Whether the relay said of the entry that all its objects are complete there. */
  hasComplete(relay: DeviceId, vault: VaultId, entry: EntryHash): boolean {
    return this.#states(relay, vault).entries.get(entry) === true
  }

  /** Whether the relay said that it holds this object complete. */
  holdsObject(relay: DeviceId, vault: VaultId, record: RecordHash): boolean {
    return this.#states(relay, vault).complete.has(record)
  }

  /** Objects the relay said it holds complete. */
  completeAt(relay: DeviceId, vault: VaultId): readonly RecordHash[] {
    return [...this.#states(relay, vault).complete]
  }

  /** Relays that said they hold this object complete, and those that said they do not. */
  objectState(vault: VaultId, record: RecordHash): { complete: DeviceId[]; incomplete: DeviceId[] } {
    const complete: DeviceId[] = []
    const incomplete: DeviceId[] = []
    for (const [relay, states] of this.#byVault.get(vault) ?? []) {
      if (states.complete.has(record)) complete.push(relay)
      if (states.incomplete.has(record)) incomplete.push(relay)
    }
    return { complete, incomplete }
  }

  /** Resolves when everything noted before is durable. */
  async flush(): Promise<void> {
    this.#saving = this.#saving.then(async () => {
      const batch = [...this.#unsaved.values()]
      if (batch.length === 0) return
      this.#unsaved = new Map()
      await this.#kv.write(batch)
    })
    const mine = this.#saving
    this.#saving = mine.catch(() => undefined)
    await mine
  }

  #states(relay: DeviceId, vault: VaultId): RelayStates {
    const relays = this.#byVault.get(vault) ?? new Map<DeviceId, RelayStates>()
    this.#byVault.set(vault, relays)
    const states = relays.get(relay) ?? new RelayStates()
    relays.set(relay, states)
    return states
  }

  #heldOf(vault: VaultId): Map<DeviceId, PeerHeld> {
    const held = this.#held.get(vault) ?? new Map<DeviceId, PeerHeld>()
    this.#held.set(vault, held)
    return held
  }

  #peer(peer: DeviceId): PeerRow {
    return this.#peers.get(peer) ?? { role: 'device', lastExchangeMs: null, lies: 0, lastLie: null, rollbacks: 0 }
  }

  #putPeer(peer: DeviceId, row: PeerRow): void {
    this.#peers.set(peer, row)
    this.#save(peerRow(peer, row))
  }

  #save(change: { put: string; value: Uint8Array }): void {
    this.#unsaved.set(change.put, change)
  }
}

/** What one relay said of one vault's objects. */
class RelayStates {
  /** True: all of the entry's objects are complete. */
  readonly entries = new Map<EntryHash, boolean>()
  readonly complete = new Set<RecordHash>()
  readonly incomplete = new Set<RecordHash>()

  note(entry: EntryHash, { records, incomplete, elsewhere }: EntryState): void {
    this.entries.set(entry, incomplete.length + elsewhere.length === 0)
    for (const record of records) {
      this.complete.add(record)
      this.incomplete.delete(record)
    }
    for (const record of incomplete) {
      this.complete.delete(record)
      this.incomplete.add(record)
    }
    for (const record of elsewhere) {
      this.complete.delete(record)
      this.incomplete.delete(record)
    }
  }

  forget(entry: EntryHash, records: readonly RecordHash[]): void {
    this.entries.delete(entry)
    for (const record of records) {
      this.complete.delete(record)
      this.incomplete.delete(record)
    }
  }
}
