import type { EntryHash, LogId } from '../../base/ids.ts'
import type { LogRange } from '../wire/messages.ts'
import type { EntrySketch } from '../session/sync-view.ts'

/** An entry that is durable here; `place`: in the order in which entries came, which is a causal one. */
export interface IndexedEntry extends EntrySketch {
  readonly place: number
}

/** The entries of one vault by their place in their logs: what ranges of them to send, in which order. */
export class EntryIndex {
  readonly #entries = new Map<EntryHash, IndexedEntry>()
  readonly #withRecords: EntryHash[] = []
  /** By number − 1; several only where a log has forked. */
  readonly #logs = new Map<LogId, (IndexedEntry | IndexedEntry[])[]>()

  add(sketch: EntrySketch): void {
    if (sketch.hasRecords) this.#withRecords.push(sketch.hash)
    const entry: IndexedEntry = { ...sketch, place: this.#entries.size }
    this.#entries.set(entry.hash, entry)
    const log = this.#logs.get(entry.log) ?? []
    this.#logs.set(entry.log, log)
    const there = log[entry.seq - 1]
    log[entry.seq - 1] = there === undefined ? entry : Array.isArray(there) ? [...there, entry] : [there, entry]
  }

  /** Entries that bring object records, in causal order. */
  get withRecords(): readonly EntryHash[] {
    return this.#withRecords
  }

  get(hash: EntryHash): IndexedEntry | undefined {
    return this.#entries.get(hash)
  }

  heldSeq(log: LogId): number {
    return this.#logs.get(log)?.length ?? 0
  }

  /** Entries with this number: none, one, or the branches of a fork. */
  at(log: LogId, seq: number): readonly IndexedEntry[] {
    const there = this.#logs.get(log)?.[seq - 1]
    return there === undefined ? [] : Array.isArray(there) ? there : [there]
  }

  /** The first `max` entries of these ranges in causal order; only those that may be told. */
  inOrder(
    ranges: readonly LogRange[],
    max: number,
    mayTell: (hash: EntryHash) => boolean
  ): { entries: IndexedEntry[]; more: boolean } {
    const cursors = ranges.map(({ log, from, to }) => ({ log, next: from, to: Math.min(to, this.heldSeq(log)) }))
    const entries: IndexedEntry[] = []
    for (;;) {
      const first = earliest(cursors.map((cursor) => ({ cursor, place: this.#placeAt(cursor) })))
      if (first === undefined) return { entries, more: false }
      const found = this.at(first.log, first.next).filter(({ hash }) => mayTell(hash))
      if (entries.length > 0 && entries.length + found.length > max) return { entries, more: true }
      entries.push(...found)
      first.next++
    }
  }

  #placeAt({ log, next, to }: Cursor): number {
    const [entry] = next <= to ? this.at(log, next) : []
    return entry?.place ?? Number.POSITIVE_INFINITY
  }
}

interface Cursor {
  readonly log: LogId
  readonly to: number
  next: number
}

function earliest(candidates: readonly { cursor: Cursor; place: number }[]): Cursor | undefined {
  let best: { cursor: Cursor; place: number } | undefined
  for (const one of candidates) if (one.place < (best?.place ?? Number.POSITIVE_INFINITY)) best = one
  return best?.cursor
}
