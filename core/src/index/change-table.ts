import type { EntryHash, LogId } from '../base/ids.ts'
import type { CausalPast } from './entry.ts'
import type { OpId } from './operations.ts'

/** One change of one document: which entry made it and which operation numbers it uses. */
export interface ChangeRecord {
  readonly log: LogId
  /** Number of the entry in its log, not of the change. */
  readonly seq: number
  readonly entry: EntryHash
  /** Automerge's hash, hex; empty for a stray. */
  readonly hash: string
  readonly startOp: number
  readonly count: number
  /** How many documents the entry touches: a save that lacks one of them is torn. */
  readonly documents: number
  /** What each operation set, null for a delete; absent in a record read from a save. */
  readonly keys?: readonly (string | null)[]
}

/**
 * The changes of one document by log, and which of them others build on. A *stray* is the change of a counted entry
 * that lost a fork: it is applied nowhere, but its operation numbers stay taken, so that they are the same on a device
 * that has not seen the fork.
 */
export class ChangeTable {
  readonly chains = new Map<LogId, ChangeRecord[]>()
  readonly strays: ChangeRecord[] = []
  #heads: ChangeRecord[] = []
  readonly #pastOf: (entry: EntryHash) => CausalPast

  constructor(pastOf: (entry: EntryHash) => CausalPast) {
    this.#pastOf = pastOf
  }

  get heads(): readonly ChangeRecord[] {
    return this.#heads
  }

  /** The changes of this past that no other of them contains. */
  frontier(past: CausalPast): readonly ChangeRecord[] {
    if (this.#heads.every((head) => contains(past, head))) return this.#heads
    const latest = [...this.chains.values()]
      .map((chain) => chain[countWithin(chain, past) - 1])
      .filter((record) => record !== undefined)
    return latest.filter(
      (record) => !latest.some((other) => other !== record && contains(this.#pastOf(other.entry), record))
    )
  }

  /** 1 + the largest operation number in this past, strays included. */
  nextOp(past: CausalPast, frontier: readonly ChangeRecord[]): number {
    let last = 0
    for (const record of frontier) last = Math.max(last, lastOp(record))
    for (const record of this.strays) if (contains(past, record)) last = Math.max(last, lastOp(record))
    return last + 1
  }

  /** The Automerge number of the log's next change of this document within this past. */
  nextSeq(log: LogId, past: CausalPast): number {
    return countWithin(this.chains.get(log) ?? [], past) + 1
  }

  /** The change in this past that made an operation of this log. */
  find(log: LogId, id: OpId, past: CausalPast): ChangeRecord | undefined {
    const chain = this.chains.get(log) ?? []
    const record = chain[firstIndex(chain, (candidate) => lastOp(candidate) >= id.counter)]
    return record !== undefined && record.startOp <= id.counter && contains(past, record) ? record : undefined
  }

  add(record: ChangeRecord, frontier: readonly ChangeRecord[]): void {
    this.#chain(record)
    this.#heads = [...this.#heads.filter((head) => !frontier.includes(head)), record]
  }

  /** Puts back what `records`, ascending by number within each log, and `heads` of a save say. */
  restore(records: readonly ChangeRecord[], heads: readonly string[]): void {
    for (const record of records) {
      if (record.hash === '') this.strays.push(record)
      else this.#chain(record)
    }
    const wanted = new Set(heads)
    this.#heads = records.filter((record) => wanted.has(record.hash))
  }

  *records(): Iterable<ChangeRecord> {
    for (const chain of this.chains.values()) yield* chain
    yield* this.strays
  }

  #chain(record: ChangeRecord): void {
    const chain = this.chains.get(record.log)
    if (chain === undefined) this.chains.set(record.log, [record])
    else chain.push(record)
  }
}

export function contains(past: CausalPast, record: { log: LogId; seq: number; entry: EntryHash }): boolean {
  return past.has(record.log, record.seq, record.entry)
}

export function lastOp(record: ChangeRecord): number {
  return record.startOp + record.count - 1
}

/** How many of a chain's records, which stand in order, lie in this past. */
export function countWithin(chain: readonly { log: LogId; seq: number; entry: EntryHash }[], past: CausalPast): number {
  return firstIndex(chain, (record) => !contains(past, record))
}

/** Index of the first item that fits, when all after it fit too; the length when none does. */
function firstIndex<T>(items: readonly T[], fits: (item: T) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (fits(items[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}
