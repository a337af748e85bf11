import type { Random } from '@holdfast/core/ports/random'

/** A stream of numbers that follows from its seed alone (xoshiro128**). Not for secrets: for a world that repeats. */
export class Rng implements Random {
  readonly #state = new Uint32Array(4)

  constructor(seed: string | number) {
    // FNV-1a over the text with a different start for each word, so that near seeds give far states.
    const text = String(seed)
    for (let word = 0; word < 4; word++) {
      let hash = 0x811c9dc5 ^ (word * 0x9e3779b9)
      for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
      this.#state[word] = hash | 1
    }
    for (let warm = 0; warm < 16; warm++) this.next()
  }

  /** 32 bits. */
  next(): number {
    const s = this.#state
    const result = Math.imul(rotate(Math.imul(s[1]!, 5), 7), 9) >>> 0
    const shifted = s[1]! << 9
    s[2]! ^= s[0]!
    s[3]! ^= s[1]!
    s[1]! ^= s[2]!
    s[0]! ^= s[3]!
    s[2]! ^= shifted
    s[3] = rotate(s[3]!, 11)
    return result
  }

  /** 0 to below `bound`. */
  below(bound: number): number {
    return Math.floor((this.next() / 2 ** 32) * bound)
  }

  between(min: number, max: number): number {
    return min + this.below(max - min + 1)
  }

  chance(probability: number): boolean {
    return this.next() / 2 ** 32 < probability
  }

  /** Undefined of an empty list. */
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.below(items.length)]
  }

  /** Draws one by weight. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    let left = this.below(items.reduce((sum, [weight]) => sum + weight, 0))
    for (const [weight, item] of items) if ((left -= weight) < 0) return item
    throw new Error('nothing to draw from')
  }

  bytes(length: number): Uint8Array {
    const words = new Uint32Array(Math.ceil(length / 4))
    for (let at = 0; at < words.length; at++) words[at] = this.next()
    return new Uint8Array(words.buffer, 0, length)
  }

  /** A stream of its own, so that one user's draws do not shift another's. */
  fork(name: string): Rng {
    return new Rng(`${name}/${this.next()}/${this.next()}`)
  }
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}
