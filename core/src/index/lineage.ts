import type { EntryHash, LogId } from '../base/ids.ts'
import { contains, countWithin } from './change-table.ts'
import type { CausalPast, IndexEntry } from './entry.ts'

/** An entry by where it stands. */
interface Link {
  readonly log: LogId
  readonly seq: number
  readonly entry: EntryHash
}

/**
 * Which entries of each log are applied. A log that forked has, at every fork, one side that counts for the index: the
 * one whose first entry has the smaller hash. The others are strays, with everything written on them by that log.
 */
export class Lineage {
  readonly #chains = new Map<LogId, Link[]>()
  /** With each stray how much of its log's chain it follows. */
  #strays: { link: Link; follows: number }[] = []
  readonly #known = new Map<EntryHash, 'applied' | 'stray'>()
  readonly #pastOf: (entry: EntryHash) => CausalPast

  constructor(pastOf: (entry: EntryHash) => CausalPast) {
    this.#pastOf = pastOf
  }

  standingOf(entry: EntryHash): 'applied' | 'stray' | undefined {
    return this.#known.get(entry)
  }

  /** Every entry that is applied here or set aside. */
  entries(): Iterable<EntryHash> {
    return this.#known.keys()
  }

  /** `next`: follows its log's chain. `astray`: follows a stray. Otherwise it forks: the entry of the chain that it competes with. */
  standing(entry: Pick<IndexEntry, 'log' | 'past'>): 'next' | 'astray' | { rival: EntryHash } {
    const chain = this.#chains.get(entry.log) ?? []
    const follows = countWithin(chain, entry.past)
    if (
      this.#strays.some(
        (stray) => stray.link.log === entry.log && stray.follows >= follows && contains(entry.past, stray.link)
      )
    )
      return 'astray'
    return follows === chain.length ? 'next' : { rival: chain[follows]!.entry }
  }

  /**
   * Whether somebody who has seen exactly this past has applied an entry that is a stray here: it holds one and does not
   * hold the entry that one lost against.
   */
  sawOtherwise(past: CausalPast): boolean {
    return this.#strays.some(
      ({ link, follows }) => contains(past, link) && follows >= countWithin(this.#chains.get(link.log) ?? [], past)
    )
  }

  add(entry: Pick<IndexEntry, 'log' | 'seq' | 'hash'>): void {
    this.#link({ log: entry.log, seq: entry.seq, entry: entry.hash })
  }

  addStray(entry: Pick<IndexEntry, 'log' | 'seq' | 'hash' | 'past'>): void {
    const link = { log: entry.log, seq: entry.seq, entry: entry.hash }
    this.#known.set(entry.hash, 'stray')
    this.#strays.push({ link, follows: countWithin(this.#chains.get(entry.log) ?? [], entry.past) })
  }

  /** One change of a save, of any document. After the last one `settle` puts them in order. */
  restore(record: Link & { hash: string }): void {
    if (this.#known.has(record.entry)) return
    const { log, seq, entry } = record
    if (record.hash !== '') return this.#link({ log, seq, entry })
    this.#known.set(entry, 'stray')
    this.#strays.push({ link: { log, seq, entry }, follows: 0 })
  }

  settle(): void {
    for (const chain of this.#chains.values()) chain.sort((a, b) => a.seq - b.seq)
    this.#strays = this.#strays.map(({ link }) => ({
      link,
      follows: countWithin(this.#chains.get(link.log) ?? [], this.#pastOf(link.entry))
    }))
  }

  #link(link: Link): void {
    this.#known.set(link.entry, 'applied')
    const chain = this.#chains.get(link.log)
    if (chain === undefined) this.#chains.set(link.log, [link])
    else chain.push(link)
  }
}
