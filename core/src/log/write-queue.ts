import type { KvChange, KvStore } from '../ports/kv-store.ts'

/**
 * Writes batches in the order they were given, those that wait together as one: a later entry must never be durable
 * without an earlier one. When a write fails, so does everything that waits behind it.
 */
export class WriteQueue {
  readonly #kv: KvStore
  #waiting: Waiting[] = []
  #busy = false

  constructor(kv: KvStore) {
    this.#kv = kv
  }

  write(batch: readonly KvChange[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject })
      if (!this.#busy) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#busy = true
    while (this.#waiting.length > 0) {
      const now = this.#waiting
      this.#waiting = []
      try {
        await this.#kv.write(now.flatMap(({ batch }) => batch))
        for (const { resolve } of now) resolve()
      } catch (error) {
        const failed = [...now, ...this.#waiting]
        this.#waiting = []
        for (const { reject } of failed) reject(error)
      }
    }
    this.#busy = false
  }
}

interface Waiting {
  readonly batch: readonly KvChange[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}
