/** One medium under test, and a way to open the store on it again and again. */
export interface Subject<Store> {
  open(): Promise<Store>
  /** Whether the bytes lie anywhere on the raw medium. */
  rawContains(needle: Uint8Array): Promise<boolean>
  /** Flips a bit in every place of the raw medium that holds `needle`; the store is closed. */
  damage(needle: Uint8Array): Promise<void>
  remove(): Promise<void>
}

/** Reproducible bytes that do not compress and do not repeat: each seed has others. */
export function noise(seed: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1
  for (let at = 0; at < length; at++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[at] = state >>> 11
  }
  return bytes
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

/** For `assert.rejects` and `assert.throws`. */
export function code(expected: string): (error: unknown) => boolean {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === expected) return true
    throw error
  }
}
