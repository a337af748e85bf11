import type { EntryHash, LogId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { LogPosition } from './effects.ts'
import type { Head } from '../../log/head-statement.ts'
import type { LogRange } from '../wire/messages.ts'
import type { EntrySketch, VaultView } from './sync-view.ts'

/**
 * What one peer is known to hold of one vault, as it said or as it was sent, and what follows from it: which ranges to
 * ask it for, and which of our heads it lacks. Numbers only ever rise, so that nothing is asked for or offered twice.
 */
export class PeerHoldings {
  readonly #view: VaultView
  readonly #has = new Map<LogId, number>()
  readonly #asked = new Map<LogId, number>()
  readonly #offered = new Map<LogId, number>()
  /** Number from which the peer's log differs, or may differ, from ours: fetched, so that a fork is proven. */
  readonly #suspects = new Map<LogId, number>()
  readonly #stepsBack = new Map<LogId, number>()
  /** The last entry of each log the peer is known to stand on, and logs it was shown to be forked. */
  readonly #stands = new Map<LogId, EntryHash>()
  readonly #proven = new Set<LogId>()

  constructor(view: VaultView) {
    this.#view = view
  }

  /** Logs the peer has spoken of: a bound on what it can make this side keep. */
  get logs(): number {
    return this.#has.size
  }

  holds(log: LogId, seq: number): void {
    raise(this.#has, log, seq)
  }

  showed(head: Head): void {
    this.#stands.set(head.log, head.hash)
    raise(this.#has, head.log, head.seq)
    if (head.seq > this.#view.heldSeq(head.log)) return
    if (!this.#view.holds(head.hash)) this.#suspects.set(head.log, head.seq)
  }

  /** These entries of the peer were dealt with: they are not asked for again on this link. */
  touched(positions: readonly LogPosition[]): void {
    for (const { log, seq } of positions) {
      raise(this.#has, log, seq)
      raise(this.#asked, log, seq)
      if (this.#suspects.get(log) === seq) this.#suspects.delete(log)
    }
  }

  /** What was asked for is not asked for again, whatever came. */
  finished(ranges: readonly LogRange[]): void {
    for (const { log, to } of ranges) {
      raise(this.#asked, log, to)
      this.#suspects.delete(log)
    }
  }

  /** The peer sent these entries. */
  sent(entries: readonly EntryHash[]): void {
    for (const hash of entries) {
      const sketch = this.#view.sketch(hash)
      if (sketch !== undefined) this.#stands.set(sketch.log, hash)
    }
  }

  /** Two entries with one number for each log that the peer builds on not knowing that it is forked; once a log. */
  proofs(): EntrySketch[] {
    return this.#view.forkProofs().flatMap(({ log, entries }) => {
      const stands = this.#stands.get(log)
      if (stands === undefined || this.#proven.has(log) || this.#view.counts(stands)) return []
      this.#proven.add(log)
      return entries
    })
  }

  /** These entries did not continue what is held here: the place where the logs part lies further back. */
  parted(positions: readonly LogPosition[]): void {
    for (const { log, seq } of positions) {
      const steps = (this.#stepsBack.get(log) ?? 0) * 2 + 1
      if (seq <= 1 || steps > LIMITS.entriesPerFrame * 4) continue
      this.#stepsBack.set(log, steps)
      this.#suspects.set(log, Math.max(1, Math.min(seq - 1, this.#view.heldSeq(log)) - steps + 1))
    }
  }

  withdrawn(log: LogId): void {
    this.#asked.delete(log)
    this.#suspects.delete(log)
  }

  wanted(): LogRange[] {
    const ranges: LogRange[] = []
    for (const [log, to] of this.#has) {
      const suspect = this.#suspects.get(log)
      const from = suspect ?? Math.max(this.#view.heldSeq(log), this.#asked.get(log) ?? 0) + 1
      if (from <= to) ranges.push({ log, from, to })
    }
    return ranges.sort((a, b) => (a.log < b.log ? -1 : 1)).slice(0, LIMITS.logsPerVault)
  }

  /** What of these heads the peer lacks, as ranges; `news`: the heads among them it has not been told of either. */
  lacking(heads: readonly Head[]): { ranges: LogRange[]; news: Head[]; allNew: boolean } {
    const lacking = heads.filter(({ log, seq }) => seq > (this.#has.get(log) ?? 0))
    const ranges = lacking.map(({ log, seq }) => ({ log, from: (this.#has.get(log) ?? 0) + 1, to: seq }))
    const news = lacking.filter(({ log, seq }) => seq > (this.#offered.get(log) ?? 0))
    return { ranges, news, allNew: ranges.every(({ log, from }) => from > (this.#offered.get(log) ?? 0)) }
  }

  offered(heads: readonly Head[]): void {
    for (const { log, seq } of heads) raise(this.#offered, log, seq)
  }

  /** Whether nothing the peer holds of this log is missing or different here. */
  isClear(log: LogId): boolean {
    if (this.#suspects.has(log)) return false
    return (this.#has.get(log) ?? 0) <= Math.max(this.#view.heldSeq(log), this.#asked.get(log) ?? 0)
  }
}

export function raise<K>(map: Map<K, number>, key: K, value: number): void {
  if (value > (map.get(key) ?? -1)) map.set(key, value)
}
