/** The same bytes for the same seed on every machine (xorshift32). Not for secrets. */
export function bytesFrom(seed: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = seed >>> 0 || 1
  for (let at = 0; at < length; at++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[at] = state >>> 24
  }
  return bytes
}
