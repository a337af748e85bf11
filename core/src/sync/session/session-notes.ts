import type { ErrorCode } from '../../base/errors.ts'
import type { DeviceId, LogId, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { Head } from '../../log/head-statement.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Work } from './effects.ts'
import type { Holdings } from '../replica/holdings.ts'
import type { Replica } from '../replica/replica.ts'

/** Writes what one session learns of its peer into the peer book. */
export class SessionNotes {
  readonly #replica: Replica
  readonly #peer: DeviceId
  readonly #clock: Clock
  readonly #onForgotten: (vault: VaultId) => void
  readonly #shown = new Map<VaultId, Map<LogId, Head>>()
  #clockSaid = false
  readonly #refusals = new Map<VaultId, ErrorCode>()
  readonly #less = new Map<VaultId, readonly { log: LogId; seq: number }[]>()

  /** `onForgotten`: what the peer said of the vault's objects counts no more. */
  constructor(replica: Replica, peer: DeviceId, clock: Clock, onForgotten: (vault: VaultId) => void) {
    this.#replica = replica
    this.#peer = peer
    this.#clock = clock
    this.#onForgotten = onForgotten
  }

  /** Vaults the peer should know and does not, and why that is a problem. */
  get refusals(): ReadonlyMap<VaultId, ErrorCode> {
    return this.#refusals
  }

  take(work: Extract<Work, { kind: 'noteHeads' | 'noteState' | 'noteHoldings' | 'noteRefusal' | 'settled' }>): void {
    if (work.kind === 'noteRefusal') this.#refused(work.vault)
    if (work.kind === 'noteHeads') this.#heads(work.vault, work.heads, work.whole)
    if (work.kind === 'settled') this.#settled(work.vault)
    if (work.kind === 'noteHoldings') this.#holdings(work.vault, work.holdings)
    if (work.kind !== 'noteState') return
    const { vault, entry, incomplete, elsewhere } = work.state
    this.#replica.peers.noteState(this.#peer, vault, entry, {
      records: this.#replica.vault(vault)?.broughtBy(entry) ?? [],
      incomplete: incomplete.map(({ record }) => record),
      elsewhere
    })
  }

  lie(code: ErrorCode): void {
    // Of strangers nothing is kept: they can have as many names as they like.
    if (this.#isKnown()) this.#replica.peers.noteLie(this.#peer, code)
    this.#replica.problem({ vault: null, peer: this.#peer, code: 'PEER_LIES' })
  }

  /** Nothing goes by a peer's clock, so one that is far off is only said; which of the two it is nobody here can know. */
  clockOf(peerMs: number): void {
    if (this.#isKnown()) this.#replica.clocks.told(peerMs)
    if (this.#clockSaid || !this.#isKnown() || Math.abs(peerMs - this.#clock.nowMs()) <= LIMITS.clockApartMs) return
    this.#clockSaid = true
    this.#replica.problem({ vault: null, peer: this.#peer, code: 'CLOCK_OFF' })
  }

  #isKnown(): boolean {
    return this.#replica.vaults().some((vault) => vault.mayNameTo(this.#peer))
  }

  /** What it may have held of the vault is no copy any more. Having shown it before, the peer has lost it. */
  #refused(vault: VaultId): void {
    const { peers } = this.#replica
    const code = peers.hasShown(this.#peer, vault) ? 'ROLLED_BACK' : 'REFUSED'
    this.#refusals.set(vault, code)
    peers.forgetStates(this.#peer, vault)
    if (code === 'ROLLED_BACK') peers.noteRollback(this.#peer)
    void peers.flush().catch(() => undefined)
  }

  /** Of who is no member nothing is kept: what it holds would not count. */
  #holdings(vault: VaultId, holdings: Holdings): void {
    const isMember = this.#replica.vault(vault)?.log.membership().accountOf(this.#peer) !== undefined
    if (isMember) this.#replica.peers.noteHoldings(this.#peer, vault, holdings)
  }

  #heads(vault: VaultId, heads: readonly Head[], whole: boolean): void {
    this.#refusals.delete(vault)
    if (whole) {
      // What the peer signed of itself counts as shown, also when it came here by way of somebody else.
      this.#replica.peers.noteHeads(this.#peer, vault, this.#replica.vault(vault)?.statementHeads(this.#peer) ?? [])
      this.#less.set(vault, this.#replica.peers.shownLess(this.#peer, vault, heads))
    }
    const shown = this.#shown.get(vault) ?? new Map<LogId, Head>()
    for (const head of heads) shown.set(head.log, head)
    this.#shown.set(vault, shown)
  }

  /**
   * A peer that shows less than before was rolled back, unless the rest does not count any more, which this side may have learnt
   * in this very exchange: so it is judged at the end of it.
   */
  #settled(id: VaultId): void {
    const vault = this.#replica.vault(id)
    if (vault === undefined) return
    const here = new Map(vault.heads().map(({ log, seq }) => [log, seq]))
    if ((this.#less.get(id) ?? []).some(({ log, seq }) => seq <= (here.get(log) ?? 0))) {
      this.#replica.peers.noteRollback(this.#peer)
      // With the entries it may have lost what it once said that it holds.
      this.#replica.peers.forgetStates(this.#peer, id)
      this.#onForgotten(id)
      this.#replica.problem({ vault: id, peer: this.#peer, code: 'ROLLED_BACK' })
    }
    this.#less.delete(id)
    const told = vault.statementHeads(this.#peer)
    this.#replica.peers.noteHeads(this.#peer, id, [...(this.#shown.get(id)?.values() ?? []), ...told])
    this.#shown.delete(id)
    this.#replica.peers.noteExchange(this.#peer, this.#replica.roleOf(this.#peer), this.#clock.nowMs())
    void this.#replica.peers.flush().catch(() => undefined)
  }
}

/** Refusals that an honest peer cannot cause: it checks the same before it stores or sends. */
export function isLie(code: ErrorCode): boolean {
  return LIES.has(code)
}

const LIES: ReadonlySet<ErrorCode> = new Set([
  'MALFORMED',
  'TOO_LARGE',
  'HASH_MISMATCH',
  'BAD_SIGNATURE',
  'NOT_A_MEMBER'
])
