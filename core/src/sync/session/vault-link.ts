import type { DeviceId, EntryHash, LogId, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { LogPosition, ReceiveReport, Work } from './effects.ts'
import { vaultDigest } from '../replica/heads.ts'
import { holdingsDigest, holdingsOf } from '../replica/holdings.ts'
import type { Holdings } from '../replica/holdings.ts'
import type { Head } from '../../log/head-statement.ts'
import type { StatementNumber } from '../replica/heads.ts'
import type { Entries, LogRange, Message, NamedVault, ObjectState, WireStatement } from '../wire/messages.ts'
import { PeerHoldings } from './peer-holdings.ts'
import { shownHeads, withinHeads } from './shown-heads.ts'
import { StatementOffer } from './statement-offer.ts'
import type { EntrySketch, VaultView } from './sync-view.ts'

/** What the link as a whole knows of the peer. */
export interface LinkFacts {
  readonly peer: DeviceId
  /** The peer is a relay and this side is a device: it says which objects it holds complete. */
  peerTellsStates(): boolean
  /** Both sides are devices: they tell each other what they hold. */
  tellsHoldings(): boolean
}

/**
 * One vault on one link: what is asked of the peer, what it is told of, and when both sides are done. Pure: every
 * method only changes this state and emits effects.
 *
 * - A backlog is pulled by whoever lacks it, one `want` at a time; only small news are pushed unasked.
 * - `sent` counts the messages about the vault to the peer (other than idle), and the peer's `idle` says how many of
 *   them it has dealt with: when they agree and both are quiet, nothing is left.
 * - Entries of this home's own log that no peer has heard of stay unmentioned until the peer has shown what it
 *   holds of that log: if it holds more than this home does, this home's storage was rolled back.
 */
export class VaultLink {
  readonly vault: VaultId
  readonly #view: VaultView
  readonly #facts: LinkFacts
  readonly #emit: (work: Work) => void
  readonly #peer: PeerHoldings
  readonly #statements: StatementOffer
  readonly #statesAsked = new Set<EntryHash>()
  readonly #uploaded = new Set<EntryHash>()
  #told: readonly Head[] = []
  /** Digest of what the peer remembers of this side's holdings. */
  #holdingsTold: string | null = null
  /** The peer's heads are known. */
  #ready = false
  #headsSent = false
  #pulling: readonly LogRange[] | null = null
  #waitsForClaim = false
  #answering = false
  #inWork = 0
  #sent = 0
  #peerDealt = 0
  #dealt = 0
  #dealtTold = 0
  #settled = false

  constructor(view: VaultView, facts: LinkFacts, emit: (work: Work) => void) {
    this.vault = view.id
    this.#view = view
    this.#facts = facts
    this.#emit = emit
    this.#peer = new PeerHoldings(view)
    this.#statements = new StatementOffer(view)
  }

  get settled(): boolean {
    return this.#settled
  }

  /**
   * What this side says of the vault in a hello. The digest covers also what may not be shown yet: it tells nothing of it
   * but that there is something, so that the peer does not take itself for done.
   */
  name(): NamedVault {
    this.#told = this.#view.heads()
    const digest = vaultDigest(this.vault, this.#told, this.#view.numbers())
    return { vault: this.vault, digest, told: this.#view.toldBy(this.#facts.peer) }
  }

  /** Both sides have named the vault. Equal digests: the peer holds exactly what it was told of. `told`: as in its hello. */
  meet(equal: boolean, told: string | null): void {
    this.#holdingsTold = told
    if (!equal) return this.#sendHeads()
    for (const { log, seq } of this.#told) this.#peer.holds(log, seq)
    this.#statements.peerHas(this.#view.numbers())
    this.#emit({ kind: 'noteHeads', vault: this.vault, heads: this.#told, whole: true })
    this.#ready = true
    this.#offer()
    this.#rest()
  }

  end(): void {
    this.#view.release(this)
  }

  onHeads(heads: readonly Head[], numbers: readonly StatementNumber[]): void {
    this.#settled = false
    this.#dealt++
    if (!this.#headsSent && !this.#ready) this.#sendHeads()
    this.#emit({ kind: 'noteHeads', vault: this.vault, heads, whole: !this.#ready })
    for (const head of heads) this.#peer.showed(head)
    this.#statements.peerHas(numbers)
    if (this.#peer.logs > 2 * LIMITS.logsPerVault || this.#statements.size > 2 * LIMITS.logsPerVault)
      this.#emit({ kind: 'lie', code: 'TOO_LARGE' })
    this.#ready = true
    this.#goOn()
  }

  onWant(ranges: readonly LogRange[]): void {
    if (!this.#ready || this.#answering) return this.#emit({ kind: 'lie', code: 'MALFORMED' })
    this.#answering = true
    this.#work({ kind: 'answer', vault: this.vault, ranges: withinHeads(ranges, this.#shownHeads()) })
  }

  onEntries(message: Entries): void {
    this.#work({ kind: 'receive', vault: this.vault, entries: message.entries, role: message.role })
  }

  onReceived(role: Entries['role'], report: ReceiveReport): void {
    this.#inWork--
    this.#dealt++
    for (const { log, seq } of report.dropped) this.#peer.holds(log, seq)
    this.#peer.touched(report.touched)
    this.#peer.sent([...report.admitted, ...report.known])
    if (role !== 'pushed' && this.#pulling !== null) this.#endPull(role, report)
    this.#peer.parted(report.parted)
    if (report.withdrawn !== undefined) this.#peer.withdrawn(report.withdrawn)
    this.#goOn()
  }

  onDelivered(job: 'answer' | 'push', entries: readonly LogPosition[]): void {
    this.#inWork--
    if (job === 'answer') {
      this.#answering = false
      this.#dealt++
      this.#sent++
      for (const { log, seq } of entries) this.#peer.holds(log, seq)
    }
    this.#goOn()
  }

  onAsk(entries: readonly EntryHash[]): void {
    if (!this.#ready) return this.#emit({ kind: 'lie', code: 'MALFORMED' })
    this.#work({ kind: 'tellStates', vault: this.vault, entries })
  }

  onStatements(statements: readonly WireStatement[]): void {
    this.#work({ kind: 'acceptStatements', vault: this.vault, statements })
  }

  /** An answer to `ask`, or head statements, have been dealt with. */
  onDone(): void {
    this.#inWork--
    this.#dealt++
    this.#rest()
  }

  onState(state: ObjectState): void {
    if (!this.#facts.peerTellsStates()) return
    const brought = new Set(this.#view.broughtBy(state.entry))
    // News of an entry that is still to come: it is asked about then. Nothing is kept for what anybody could invent.
    if (brought.size === 0) return
    const incomplete = state.incomplete.map(({ record }) => record)
    if (![...incomplete, ...state.elsewhere].every((record) => brought.has(record)))
      return this.#emit({ kind: 'lie', code: 'MALFORMED' })
    this.#emit({ kind: 'noteState', state })
    if (incomplete.length === 0 || this.#uploaded.has(state.entry)) return
    this.#uploaded.add(state.entry)
    this.#work({ kind: 'upload', vault: this.vault, entry: state.entry, records: incomplete })
  }

  onHoldings(holdings: Holdings): void {
    if (!this.#facts.tellsHoldings()) return this.#emit({ kind: 'lie', code: 'MALFORMED' })
    this.#settled = false
    this.#dealt++
    this.#emit({ kind: 'noteHoldings', vault: this.vault, holdings })
    this.#rest()
  }

  /** What this side holds may have changed. */
  onHoldingsChanged(): void {
    this.#settled = false
    this.#rest()
  }

  onUploaded(entry: EntryHash): void {
    this.#inWork--
    this.#send({ kind: 'ask', vault: this.vault, entries: [entry] })
    this.#rest()
  }

  onIdle(dealt: number): void {
    this.#peerDealt = Math.max(this.#peerDealt, dealt)
    this.#rest()
  }

  onRenewed(): void {
    this.#inWork--
    this.#rest()
  }

  /** Entries became durable here, or another link stopped pulling. */
  onGrown(): void {
    if (this.#ready) this.#goOn()
  }

  onWithdrawn(log: LogId): void {
    this.#peer.withdrawn(log)
    this.onGrown()
  }

  /** What the peer said of objects is asked anew. */
  onForgotten(): void {
    this.#statesAsked.clear()
    this.#settled = false
    this.#rest()
  }

  /** Newer head statements are held. */
  onStatementsGrown(): void {
    this.#settled = false
    this.#rest()
  }

  /** Only when the peer has caught up: before, it may not know yet who of the signers is a member. */
  #offerStatements(): void {
    for (const statements of this.#statements.news()) this.#send({ kind: 'statements', vault: this.vault, statements })
  }

  #goOn(): void {
    this.#pull()
    this.#offer()
    this.#rest()
  }

  #pull(): void {
    if (this.#pulling !== null) return
    const ranges = this.#peer.wanted()
    this.#waitsForClaim = ranges.length > 0 && !this.#view.claim(this)
    if (ranges.length === 0) this.#view.release(this)
    if (ranges.length === 0 || this.#waitsForClaim) return
    this.#pulling = ranges
    this.#send({ kind: 'want', vault: this.vault, ranges })
  }

  #endPull(role: Entries['role'], report: ReceiveReport): void {
    const ranges = this.#pulling!
    this.#pulling = null
    const progress = report.touched.length + report.dropped.length > 0
    if (role === 'last' || !progress) this.#peer.finished(ranges)
    if (role === 'part' && !progress) this.#emit({ kind: 'lie', code: 'MALFORMED' })
  }

  /** Tells the peer of what it lacks: small news whole, everything else by its heads, to be asked for. */
  #offer(): void {
    if (!this.#ready || this.#answering) return
    const proofs = this.#peer.proofs()
    if (proofs.length > 0) this.#push(proofs)
    const { ranges, news, allNew } = this.#peer.lacking(this.#shownHeads())
    if (news.length === 0) return
    const small = allNew ? this.#smallNews(ranges) : []
    if (small.length > 0) return this.#push(small)
    this.#peer.offered(news)
    this.#send({ kind: 'heads', vault: this.vault, heads: news, numbers: [] })
  }

  /** All entries of these ranges if they are little, none if they are much. */
  #smallNews(ranges: readonly LogRange[]): readonly EntrySketch[] {
    const { entries, more } = this.#view.inOrder(ranges, PUSH_ENTRIES)
    const bytes = entries.reduce((sum, { hash }) => sum + this.#view.sizeOf(hash), 0)
    return more || bytes > PUSH_BYTES ? [] : entries
  }

  #push(entries: readonly EntrySketch[]): void {
    for (const { log, seq } of entries) this.#peer.holds(log, seq)
    this.#sent++
    this.#work({ kind: 'push', vault: this.vault, entries: entries.map(({ hash }) => hash) })
  }

  #sendHeads(): void {
    this.#headsSent = true
    const heads = this.#shownHeads()
    this.#peer.offered(heads)
    this.#send({ kind: 'heads', vault: this.vault, heads, numbers: this.#view.numbers() })
  }

  /** Nothing left to do on this side: say so once, and look whether the other side said so too. */
  #rest(): void {
    if (this.#settled || !this.#ready || this.#pulling !== null || this.#waitsForClaim || this.#inWork > 0) return
    if (this.#view.statementIsStale()) return this.#work({ kind: 'renew', vault: this.vault })
    if (this.#peerDealt >= this.#sent) {
      this.#askStates()
      this.#offerStatements()
      this.#tellHoldings()
    }
    if (this.#dealt > this.#dealtTold) {
      this.#dealtTold = this.#dealt
      this.#emit({ kind: 'send', message: { kind: 'idle', vault: this.vault, dealt: this.#dealt } })
    }
    if (this.#peerDealt < this.#sent) return
    this.#settled = true
    this.#emit({ kind: 'settled', vault: this.vault })
  }

  #askStates(): void {
    if (!this.#facts.peerTellsStates()) return
    const entries = this.#view.unknownStates(this.#facts.peer, this.#statesAsked, LIMITS.entriesPerFrame)
    for (const entry of entries) this.#statesAsked.add(entry)
    if (entries.length > 0) this.#send({ kind: 'ask', vault: this.vault, entries })
  }

  /** Once the peer has caught up: what is said is said of entries that it has. */
  #tellHoldings(): void {
    if (!this.#facts.tellsHoldings()) return
    const held = this.#view.holdings()
    if (held === undefined) return
    const holdings = holdingsOf(held, this.#shownHeads())
    const digest = holdingsDigest(this.vault, holdings)
    if (digest === this.#holdingsTold) return
    this.#holdingsTold = digest
    this.#send({ kind: 'holdings', vault: this.vault, holdings })
  }

  #shownHeads(): readonly Head[] {
    return shownHeads(this.#view, (log) => this.#ready && this.#peer.isClear(log))
  }

  /** Begins something that ends with an event of its own. */
  #work(work: Work): void {
    this.#settled = false
    this.#inWork++
    this.#emit(work)
  }

  #send(message: Message): void {
    this.#settled = false
    this.#sent++
    this.#emit({ kind: 'send', message })
  }
}

/** News up to here are sent whole; larger ones are announced, so that a peer with several links fetches them once. */
const PUSH_ENTRIES = 16
const PUSH_BYTES = 64 * 1024
