import { HoldfastError } from '../base/errors.ts'
import type { DeviceId, EntryHash, EpochId, LogId, VaultId } from '../base/ids.ts'
import { CountedSet } from './counted-set.ts'
import type { CountChange } from './counted-set.ts'
import { draftHeader } from './draft.ts'
import type { DraftOptions } from './draft.ts'
import { entryOf } from './entry.ts'
import type { Entry, EntryBytes, UnverifiedEntry, VerifiedEntry } from './entry.ts'
import type { Recipient } from './epoch-body.ts'
import { writableEpochOf } from './epochs.ts'
import type { EpochInfo } from './epochs.ts'
import type { Genesis } from './genesis.ts'
import { isBefore } from './graph.ts'
import type { EntrySummary, Node } from './graph.ts'
import type { Head } from './head-statement.ts'
import { entriesAfter, headsIn, missingFor } from './heads.ts'
import type { Header } from './header.ts'
import { recipientsOf } from './membership.ts'
import type { Membership } from './membership.ts'
import { PinState } from './pins.ts'
import { repeatable } from './repeat.ts'
import { State } from './state.ts'
import type { Statement } from './statement.ts'
import { assertGenesis, assertSignatures, assertValid, assertWriterKnown, findPlace } from './verify.ts'

export type Verdict =
  | { readonly kind: 'verified'; readonly entry: VerifiedEntry }
  | { readonly kind: 'known' }
  /** Ancestors that have not arrived. Nothing was checked that needs them, not even the signature. */
  | { readonly kind: 'waiting'; readonly missing: EntryHash[] }
  /** Verified, but another entry of that log has its number: keep both, and freeze the log. */
  | { readonly kind: 'forked'; readonly entry: VerifiedEntry; readonly other: EntryHash }

export interface Admission extends CountChange {
  readonly membershipChanged: boolean
}

export interface CausalPast {
  /** Whether some entry of the log with this number lies in the past. */
  has(log: LogId, seq: number): boolean
  includes(hash: EntryHash): boolean
  readonly parents: EntryHash[]
}

/**
 * Everything about one vault that follows from its verified entries, and the only door through which entries come in:
 * `verify`, then make it durable, then `admit`. A verified entry that is not yet admitted can already be built on by
 * the next `verify`; whoever cannot make it durable calls `forget`. Needs no secret.
 */
export class VaultLog {
  readonly vault: VaultId
  readonly genesis: Genesis
  readonly #state: State
  readonly #counted: CountedSet
  readonly #pins = new PinState()

  private constructor(entry: Entry, genesis: Genesis) {
    this.vault = entry.vault
    this.genesis = genesis
    this.#state = new State(entry.vault, genesis)
    this.#counted = new CountedSet(this.#state, this.#pins)
    this.#stage(entry, [])
    this.admit(entry as Entry as VerifiedEntry)
  }

  /** Throws NOT_A_MEMBER, BAD_SIGNATURE or MALFORMED. */
  static async fromGenesis(entry: UnverifiedEntry): Promise<VaultLog> {
    await assertGenesis(entry)
    return new VaultLog(entry, entry.header.genesis!)
  }

  /** A log whose genesis this device verified and stored before. */
  static fromStored(genesis: EntryBytes): VaultLog {
    const entry = entryOf(genesis)
    if (entry.header.genesis === null)
      throw new HoldfastError('HOME_DAMAGED', 'a log that does not begin with its genesis')
    return new VaultLog(entry, entry.header.genesis)
  }

  /**
   * Throws MALFORMED, CHAIN_BROKEN, NOT_A_MEMBER, BAD_SIGNATURE, TOO_LARGE, FORKED (the entry itself builds on the
   * proof that its log is frozen), or RATE_LIMITED (more entries of a log that do not count than are kept; `wanted`,
   * for what was asked for because something else builds on it, lifts that).
   */
  async verify(entry: UnverifiedEntry, options?: { wanted?: boolean }): Promise<Verdict> {
    const early = this.#held(entry)
    if (early !== null) return early
    const place = findPlace(this.#state, entry)
    if ('missing' in place) return { kind: 'waiting', missing: place.missing }
    assertWriterKnown(this.#state, entry, place.parents)
    await assertSignatures(entry)
    // While the signature was checked another entry may have taken this place, or this very entry arrived again.
    const held = this.#held(entry)
    if (held !== null) return held
    const now = findPlace(this.#state, entry)
    if ('missing' in now) return { kind: 'waiting', missing: now.missing }
    const node = this.#state.graph.make(entry, now.parents)
    assertValid(this.#state, entry, node)
    if (options?.wanted !== true && this.#counted.isCrowded(node))
      throw new HoldfastError('RATE_LIMITED', 'too many entries that do not count')
    this.#state.stage(node)
    return this.#verdict(entry)
  }

  /** Takes a verified entry in, once it is durable. Its parents must have been admitted before. */
  admit(entry: VerifiedEntry): Admission {
    const node = this.#state.graph.nodes.get(entry.hash)
    if (node === undefined) throw new HoldfastError('INTERNAL', 'an entry that was never verified')
    if (node.place >= 0) return { newlyCounted: [], uncounted: [], membershipChanged: false }
    if (node.parents.some((parent) => parent.place < 0))
      throw new HoldfastError('INTERNAL', 'an entry before its parents')
    const before = this.#counted.membership
    this.#state.graph.admit(node)
    const change = this.#counted.add(node)
    return { ...change, membershipChanged: before !== this.#counted.membership }
  }

  /** A verified entry that could not be made durable: it and what was verified on top of it are as never seen. */
  forget(hash: EntryHash): void {
    const node = this.#state.graph.nodes.get(hash)
    if (node !== undefined && node.place < 0) this.#state.forget(node)
  }

  /** Re-reads what this device verified before it stored it: form and hashes are checked again, signatures are not. */
  trust(stored: EntryBytes): VerifiedEntry {
    const entry = entryOf(stored, { payloadAside: true })
    if (this.#state.graph.nodes.has(entry.hash)) return entry as Entry as VerifiedEntry
    const place = findPlace(this.#state, entry)
    if ('missing' in place) throw new HoldfastError('HOME_DAMAGED', 'a stored entry without its parents')
    this.#stage(entry, place.parents)
    return entry as Entry as VerifiedEntry
  }

  /** Admitted. */
  has(hash: EntryHash): boolean {
    return this.#admitted(hash) !== undefined
  }

  entry(hash: EntryHash): EntrySummary | undefined {
    return this.#admitted(hash)
  }

  /** Everything held, each after its causal past. */
  order(): EntryHash[] {
    return this.#state.graph.order.map(({ hash }) => hash)
  }

  /** What this device has to offer, at most one head a log, by log. Entries that do not count are left out. */
  heads(): Head[] {
    return headsIn(this.#state.graph, this.#counted.shared)
  }

  /** Entries of one log with a higher number, in causal order; of a forked log all branches. */
  entriesAfter(log: LogId, seq: number): EntryHash[] {
    return entriesAfter(this.#state.graph, log, seq)
  }

  /** What a peer with these heads lacks of what this device has to offer, in causal order. */
  missingFor(heads: readonly Head[]): EntryHash[] {
    return missingFor(this.#state.graph, this.#counted.shared, heads)
  }

  /** Throws NOT_FOUND. */
  pastOf(hash: EntryHash): CausalPast {
    const { graph } = this.#state
    const node = graph.nodes.get(hash)
    if (node === undefined) throw new HoldfastError('NOT_FOUND')
    return {
      has: (log, seq) => graph.numbered(log, seq).some((other) => isBefore(other, node)),
      includes: (other) => {
        const past = graph.nodes.get(other)
        return past !== undefined && isBefore(past, node)
      },
      parents: node.parents.map((parent) => parent.hash)
    }
  }

  isCounted(hash: EntryHash): boolean {
    const node = this.#admitted(hash)
    return node !== undefined && this.#counted.has(node)
  }

  /** What counts, each after its causal past. */
  counted(): EntryHash[] {
    return this.#state.graph.order.flatMap((node) => (this.#counted.has(node) ? [node.hash] : []))
  }

  /** What is held and does not count. */
  quarantined(): EntryHash[] {
    return this.#state.graph.order.flatMap((node) => (this.#counted.has(node) ? [] : [node.hash]))
  }

  /** Logs known to carry two entries with one number, with what proves it if both are held. */
  frozenLogs(): { log: LogId; proof: readonly [EntryHash, EntryHash] | null }[] {
    return [...this.#counted.frozen].sort().map((log) => ({ log, proof: this.#proofOf(log) }))
  }

  /**
   * Removals in effect that this device should say again in an entry of its own, because the entries that carry them
   * do not count (two who removed each other). Until somebody did, no epoch can be made for those who are left.
   */
  removalsToRepeat(device: DeviceId): Statement[] {
    return repeatable(this.#state, this.#counted.tops, this.#counted.looseRemovals(), device)
  }

  membership(): Membership {
    return this.#counted.membership
  }

  /** Whether its account has revoked the device: no certificate brings it back. */
  isRevoked(device: DeviceId): boolean {
    return this.#counted.isRevoked(device)
  }

  /** Membership on top of these entries. Throws NOT_FOUND. */
  membershipAt(parents: readonly EntryHash[]): Membership {
    return this.#state.standings.on(parents.map((hash) => this.#node(hash))).membership
  }

  /** Whom a new epoch must be given to in the entry with this header: its own past decides, not what is held. */
  recipientsAt(header: Header): Recipient[] {
    return recipientsOf(this.membershipAt(header.prev === null ? header.seen : [header.prev, ...header.seen]))
  }

  epochs(): EpochInfo[] {
    return this.#state.epochs.list((node) => this.#counted.has(node), this.membership())
  }

  writableEpoch(): EpochId | null {
    return writableEpochOf(this.epochs())
  }

  /** Counted entries that hand out an epoch, its making first. */
  epochEntries(epoch: EpochId): EntryHash[] {
    const nodes = this.#state.epochs.handedOutBy(epoch).filter((node) => this.#counted.has(node))
    return nodes.map(({ hash }) => hash)
  }

  pins(): PinState {
    return this.#pins
  }

  /** Header of the next local entry. Throws FORKED when that log is frozen. */
  draft(options: DraftOptions): Header {
    return draftHeader(this.#state, this.#counted.tops, this.#counted.frozen, options)
  }

  #stage(entry: Entry, parents: readonly Node[]): void {
    this.#state.stage(this.#state.graph.make(entry, parents))
  }

  #held(entry: UnverifiedEntry): Verdict | null {
    const node = this.#state.graph.nodes.get(entry.hash)
    if (node === undefined) return null
    return node.place >= 0 ? { kind: 'known' } : this.#verdict(entry)
  }

  #verdict(unverified: UnverifiedEntry): Verdict {
    const entry = unverified as Entry as VerifiedEntry
    const other = this.#state.forks.rivalOf(this.#node(entry.hash))
    return other === undefined ? { kind: 'verified', entry } : { kind: 'forked', entry, other }
  }

  #proofOf(log: LogId): readonly [EntryHash, EntryHash] | null {
    for (const hash of this.entriesAfter(log, 0)) {
      const other = this.#state.forks.rivalOf(this.#node(hash))
      if (other !== undefined) return [hash, other]
    }
    return null
  }

  #admitted(hash: EntryHash): Node | undefined {
    const node = this.#state.graph.nodes.get(hash)
    return node !== undefined && node.place >= 0 ? node : undefined
  }

  #node(hash: EntryHash): Node {
    const node = this.#state.graph.nodes.get(hash)
    if (node === undefined) throw new HoldfastError('NOT_FOUND')
    return node
  }
}
