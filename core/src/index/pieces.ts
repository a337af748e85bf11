import { HoldfastError } from '../base/errors.ts'
import { fromVarints, toVarints } from './varints.ts'

/** Pieces of bytes, one behind another. */
export interface Pieces {
  readonly bytes: Uint8Array
  readonly lengths: readonly number[]
}

/** What is left of some bytes when known pieces of them are taken out. */
export interface Cut {
  /** Everything else, joined. */
  readonly rest: Uint8Array
  /** For each piece that was found: how many pieces before it were not, and how many bytes of `rest` stand before it. */
  readonly places: Uint8Array
}

/** A shorter piece is not worth the two numbers that say where it was. */
const LEAST_BYTES = 8
/** How far ahead a piece is looked for, and after how many that were not there none is looked for any more. */
const AHEAD_BYTES = 1 << 20
const MISSES = 16

/** Takes out each piece where it first comes behind the one before it. Whatever the bytes are, `join` gives them back. */
export function cut(bytes: Uint8Array, pieces: Pieces): Cut {
  const rest = new Uint8Array(bytes.length)
  const places: number[] = []
  let [at, kept, start, skipped, misses] = [0, 0, 0, 0, 0]
  for (const length of pieces.lengths) {
    const isLooked = length >= LEAST_BYTES && misses < MISSES
    const found = isLooked ? indexOf(bytes, at, pieces.bytes, start, length) : -1
    start += length
    if (isLooked) misses = found < 0 ? misses + 1 : 0
    if (found < 0) {
      skipped++
      continue
    }
    places.push(skipped, found - at)
    kept = copy(bytes, at, found, rest, kept)
    skipped = 0
    at = found + length
  }
  kept = copy(bytes, at, bytes.length, rest, kept)
  return { rest: rest.slice(0, kept), places: toVarints(places) }
}

/** `pieces` are those that `cut` had. Throws MALFORMED. */
export function join({ rest, places }: Cut, pieces: Pieces): Uint8Array {
  const { bytes, lengths } = pieces
  const numbers = fromVarints(places)
  const joined = new Uint8Array(rest.length + bytes.length)
  let [at, from, start, piece] = [0, 0, 0, 0]
  for (let i = 0; i < numbers.length; i += 2) {
    for (let skipped = numbers[i]!; skipped > 0 && piece < lengths.length; skipped--) start += lengths[piece++]!
    const end = from + (numbers[i + 1] ?? Number.POSITIVE_INFINITY)
    const length = lengths[piece++]
    if (length === undefined || end > rest.length) throw new HoldfastError('MALFORMED', 'pieces that do not fit')
    at = copy(rest, from, end, joined, at)
    at = copy(bytes, start, start + length, joined, at)
    from = end
    start += length
  }
  return joined.slice(0, copy(rest, from, rest.length, joined, at))
}

/** Returns where it ends. Byte by byte: most are short, and a view of each would cost more. */
function copy(source: Uint8Array, from: number, end: number, target: Uint8Array, to: number): number {
  for (let i = from, at = to; i < end; i++, at++) target[at] = source[i]!
  return to + end - from
}

function indexOf(bytes: Uint8Array, from: number, pieces: Uint8Array, start: number, length: number): number {
  const last = Math.min(bytes.length - length, from + AHEAD_BYTES)
  const first = pieces[start]!
  for (let at = from; at <= last; at++) {
    if (bytes[at] !== first) continue
    let same = 1
    while (same < length && bytes[at + same] === pieces[start + same]) same++
    if (same === length) return at
  }
  return -1
}
