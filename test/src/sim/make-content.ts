import type { Rng } from './rng.ts'

const KiB = 1024
const MiB = 1024 * KiB
const SMALL = [0, 1, 17, 100, 1000, 5000, 20_000]
/** Around what stands in the manifest itself, the smallest chunk and the largest. */
const EDGES = [64 * KiB - 1, 64 * KiB, 64 * KiB + 1, 256 * KiB - 1, 256 * KiB, 256 * KiB + 1]
const LARGE = [2 * MiB - 1, 2 * MiB, 2 * MiB + 1, 3 * MiB]

/** Bytes of one file: of every size at which something changes, random, compressible, or like another's. */
export function makeContent(rng: Rng): Uint8Array {
  const size = rng
    .weighted([
      [70, SMALL],
      [14, EDGES],
      [1, LARGE]
    ])
    .at(rng.below(4))!
  const like = rng.weighted([
    [5, 'random'],
    [3, 'text'],
    [3, 'others']
  ])
  const bytes = like === 'random' ? rng.bytes(size) : pattern(size)
  // No two contents are the same, so that a hash names its write; a short one has no room for that.
  if (like !== 'random' && size > 8) bytes.set(rng.bytes(4), like === 'text' ? 0 : size - 4)
  return bytes
}

/** The same for the same size and a beginning of it for a smaller one: files that share chunks. */
function pattern(size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; at++) bytes[at] = (at * 31 + (at >> 8) * 7) & 0xff
  return bytes
}
