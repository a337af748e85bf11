/** The stored bytes of a row, or undefined where there was none. */
type Before = Uint8Array | undefined

/**
 * What ranges still see after it was overwritten. A transaction of IndexedDB ends as soon as whoever reads does something else, so a
 * long range takes several, and whoever writes meanwhile first puts aside what a range has yet to come to.
 */
export class Snapshots {
  readonly #open = new Set<Snapshot>()

  begin(gte: string, lt: string): Snapshot {
    const snapshot = new Snapshot(gte, lt, () => this.#open.delete(snapshot))
    this.#open.add(snapshot)
    return snapshot
  }

  /** Called in the transaction that is about to change the row. */
  beforeChange(store: IDBObjectStore, key: string): void {
    const concerned = [...this.#open].filter((snapshot) => snapshot.needs(key))
    if (concerned.length === 0) return
    for (const snapshot of concerned) snapshot.expect(key)
    const request = store.get(key) as IDBRequest<Before>
    request.onsuccess = () => {
      for (const snapshot of concerned) snapshot.keep(key, request.result)
    }
    // The change came to nothing.
    request.onerror = () => {
      for (const snapshot of concerned) snapshot.forget(key)
    }
  }
}

export class Snapshot {
  #gte: string
  #lt: string
  readonly #kept = new Map<string, Before>()
  readonly #expected = new Set<string>()
  readonly end: () => void

  constructor(gte: string, lt: string, end: () => void) {
    this.#gte = gte
    this.#lt = lt
    this.end = end
  }

  needs(key: string): boolean {
    return key >= this.#gte && key < this.#lt && !this.#expected.has(key)
  }

  expect(key: string): void {
    this.#expected.add(key)
  }

  forget(key: string): void {
    this.#expected.delete(key)
  }

  keep(key: string, before: Before): void {
    this.#kept.set(key, before)
  }

  /**
   * Corrects rows that were read from `gte` up to and without `lt` (a part of the range at its begin or its end) to what they were
   * when the range began. That part is done with then.
   */
  corrected(rows: readonly Row[], gte: string, lt: string): Row[] {
    const isIn = (key: string): boolean => key >= gte && key < lt
    const changed = [...this.#kept].filter(([key]) => isIn(key))
    if (this.#gte === gte) this.#gte = lt
    else this.#lt = gte
    if (changed.length === 0) return [...rows]
    const all = new Map<string, unknown>(rows)
    for (const [key, before] of changed) {
      if (before === undefined) all.delete(key)
      else all.set(key, before)
      this.#kept.delete(key)
    }
    return [...all].sort(([a], [b]) => (a < b ? -1 : 1))
  }
}

/** As it came out of the database: what it is, is still to be checked. */
export type Row = readonly [key: string, stored: unknown]
