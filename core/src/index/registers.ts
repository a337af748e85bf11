import { sameOpId } from './operations.ts'
import type { Actor, OpId } from './operations.ts'

/** One value of a key, with the operation that wrote it. */
export interface Held extends OpId {
  readonly value: Uint8Array
}

/**
 * The values of a document's keys: what was set and by no applied operation replaced. Automerge holds the same (a test
 * compares them), but asking it for each key would take most of the time in which a vault opens.
 */
export class Registers {
  readonly #values = new Map<string, readonly Held[]>()

  get(key: string): readonly Held[] {
    return this.#values.get(key) ?? NONE
  }

  entries(): IterableIterator<[string, readonly Held[]]> {
    return this.#values.entries()
  }

  get size(): number {
    return this.#values.size
  }

  apply(key: string, value: Uint8Array | null, counter: number, actor: Actor, preds: readonly OpId[]): void {
    const before = this.get(key)
    const kept = preds.length === 0 ? before : before.filter((held) => !preds.some((pred) => sameOpId(pred, held)))
    const after = value === null ? kept : [...kept, { counter, actor, value }]
    if (after.length === 0) this.#values.delete(key)
    else this.#values.set(key, after)
  }

  restore(key: string, values: readonly Held[]): void {
    this.#values.set(key, values)
  }
}

const NONE: readonly Held[] = []
