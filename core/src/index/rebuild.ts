import { isHoldfastError } from '../base/errors.ts'
import type { EntryHash } from '../base/ids.ts'
import { contains } from './change-table.ts'
import type { CausalPast, IndexEntry, IndexOptions } from './entry.ts'
import { Index } from './index.ts'

export interface Rebuilt {
  readonly index: Index
  /** Entries that are void: they carry a bad operation. */
  readonly refused: EntryHash[]
}

/**
 * The index of exactly these counted entries, each after its past: used when an entry stops counting and when a log
 * has forked. Where two entries of one log are concurrent the smaller hash keeps its side; the other side is applied nowhere, and what
 * others wrote on top of it is built without it. Whether an entry is void is decided on its own past alone, so it never
 * depends on which side won.
 */
export function rebuild(entries: readonly IndexEntry[], options: IndexOptions): Rebuilt {
  const verdicts = new Map<EntryHash, boolean>()
  const index = replay(entries, options, verdicts)
  return { index, refused: entries.filter((entry) => verdicts.get(entry.hash) === false).map((entry) => entry.hash) }
}

/** Plays the entries until no fork is decided otherwise than it began; each round settles one, so it ends. */
function replay(entries: readonly IndexEntry[], options: IndexOptions, verdicts: Map<EntryHash, boolean>): Index {
  const lost = new Set<EntryHash>()
  for (;;) {
    const index = Index.create(options)
    const loser = play(index, entries, verdicts, lost)
    if (loser === undefined) return index
    lost.add(loser)
    index.close()
  }
}

/** Returns the entry that was applied and must not be, if it meets one. */
function play(
  index: Index,
  entries: readonly IndexEntry[],
  verdicts: Map<EntryHash, boolean>,
  lost: ReadonlySet<EntryHash>
): EntryHash | undefined {
  const worlds = new Worlds(entries, index.options, verdicts)
  try {
    for (const entry of entries) {
      if (index.has(entry.hash)) continue
      if (!verdicts.has(entry.hash))
        verdicts.set(entry.hash, passes(index.lineage.sawOtherwise(entry.past) ? worlds.of(entry.past) : index, entry))
      if (verdicts.get(entry.hash) === false) continue
      const standing = index.lineage.standing(entry)
      if (typeof standing === 'object' && entry.hash < standing.rival && !lost.has(entry.hash)) return standing.rival
      if (standing === 'next' && !lost.has(entry.hash)) index.merge(entry)
      else index.setAside(entry)
    }
    return undefined
  } finally {
    worlds.close()
  }
}

function passes(index: Index, entry: IndexEntry): boolean {
  try {
    index.check(entry)
    return true
  } catch (error) {
    if (isHoldfastError(error, 'BAD_OPERATION')) return false
    throw error
  }
}

/** Indexes of what single entries had seen. The last one is kept and extended: entries that need one mostly follow each other. */
class Worlds {
  readonly #entries: readonly IndexEntry[]
  readonly #options: IndexOptions
  readonly #verdicts: Map<EntryHash, boolean>
  #last: { index: Index; entries: readonly IndexEntry[] } | undefined

  constructor(entries: readonly IndexEntry[], options: IndexOptions, verdicts: Map<EntryHash, boolean>) {
    this.#entries = entries
    this.#options = options
    this.#verdicts = verdicts
  }

  of(past: CausalPast): Index {
    const within = this.#entries.filter((entry) =>
      contains(past, { log: entry.log, seq: entry.seq, entry: entry.hash })
    )
    if (this.#last !== undefined && this.#extend(this.#last.index, this.#last.entries, within)) return this.#last.index
    this.close()
    this.#last = { index: replay(within, this.#options, this.#verdicts), entries: within }
    return this.#last.index
  }

  close(): void {
    this.#last?.index.close()
    this.#last = undefined
  }

  #extend(index: Index, had: readonly IndexEntry[], wanted: readonly IndexEntry[]): boolean {
    const set = new Set(wanted)
    if (!had.every((entry) => set.has(entry))) return false
    for (const entry of wanted) {
      if (index.has(entry.hash) || this.#verdicts.get(entry.hash) === false) continue
      if (index.lineage.standing(entry) !== 'next') return false
      index.merge(entry)
    }
    this.#last = { index, entries: wanted }
    return true
  }
}
