/**
 * Group commit: what is added while a commit runs goes into the next one together, so that N callers share one fsync.
 * Items are committed in the order in which they were added. A failed commit rejects exactly those it held.
 */
export class Grouper<Item> {
  readonly #commit: (items: readonly Item[]) => Promise<void>
  readonly #weigh: (item: Item) => number
  readonly #maxWeight: number
  #waiting: Waiting<Item>[] = []
  #running: Promise<void> | undefined

  /** A group is closed when its items together weigh `maxWeight`; it always takes at least one. */
  constructor(commit: (items: readonly Item[]) => Promise<void>, weigh: (item: Item) => number, maxWeight: number) {
    this.#commit = commit
    this.#weigh = weigh
    this.#maxWeight = maxWeight
  }

  add(item: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Resolves when nothing waits and nothing runs. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  async #run(): Promise<void> {
    await Promise.resolve() // callers of the same turn join the first group
    while (this.#waiting.length > 0) {
      const group = this.#take()
      try {
        await this.#commit(group.map((waiting) => waiting.item))
        for (const waiting of group) waiting.resolve()
      } catch (error) {
        for (const waiting of group) waiting.reject(error)
      }
    }
    this.#running = undefined
  }

  #take(): Waiting<Item>[] {
    let count = 0
    for (let weight = 0; count < this.#waiting.length && (count === 0 || weight < this.#maxWeight); count++) {
      weight += this.#weigh(this.#waiting[count]!.item)
    }
    return this.#waiting.splice(0, count)
  }
}

interface Waiting<Item> {
  readonly item: Item
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}
