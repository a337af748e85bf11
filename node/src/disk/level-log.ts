import { maskedCrc32c } from '@holdfast/core/base/crc32c'
import { DELETION, LevelBytes, VALUE } from './level-bytes.ts'
import type { LevelRow } from './level-bytes.ts'

const BLOCK_BYTES = 32768
const HEADER_BYTES = 7
const FULL = 1
const FIRST = 2
const MIDDLE = 3
const LAST = 4

/**
 * Whether a write-ahead log of LevelDB, or its manifest, lost something that had been acknowledged. LevelDB itself drops
 * what it cannot read without a word. Half a record at the end is what a crash leaves. But every batch is durable before
 * the next is begun, so a record that is unreadable and has another behind it was whole once.
 * Layout: github.com/google/leveldb, doc/log_format.md.
 */
export function isLogDamaged(log: Uint8Array): boolean {
  let unreadable = false
  for (const piece of piecesOf(log)) {
    if (piece === undefined) unreadable = true
    else if (unreadable && (piece.type === FULL || piece.type === FIRST)) return true
  }
  return false
}

/** Every record of a log that is whole. */
export function* recordsOf(log: Uint8Array): Generator<Uint8Array> {
  let begun: Uint8Array[] | undefined
  for (const piece of piecesOf(log)) {
    if (piece?.type === FULL) yield piece.bytes
    if (piece?.type === FIRST) begun = [piece.bytes]
    else if (piece?.type === MIDDLE) begun?.push(piece.bytes)
    else {
      if (piece?.type === LAST && begun !== undefined) yield Buffer.concat([...begun, piece.bytes])
      begun = undefined
    }
  }
}

/** What the batches in a write-ahead log wrote. */
export function* rowsOfLog(log: Uint8Array): Generator<LevelRow> {
  for (const record of recordsOf(log)) {
    const bytes = new LevelBytes(record)
    const low = bytes.fixed32()
    const high = bytes.fixed32()
    if (low === undefined || high === undefined || bytes.fixed32() === undefined) continue
    let sequence = high * 2 ** 32 + low
    for (let kind = bytes.byte(); kind === VALUE || kind === DELETION; kind = bytes.byte()) {
      const key = bytes.slice()
      const value = kind === VALUE ? bytes.slice() : undefined
      if (key === undefined || (kind === VALUE && value === undefined)) break
      yield { key, sequence: sequence++, value }
    }
  }
}

interface Piece {
  readonly type: number
  readonly bytes: Uint8Array
}

/** Whole pieces in order, and undefined for whatever lies between them. */
function* piecesOf(log: Uint8Array): Generator<Piece | undefined> {
  for (let block = 0; block < log.length; block += BLOCK_BYTES) {
    const end = Math.min(block + BLOCK_BYTES, log.length)
    let lost = false
    for (let at = block; at + HEADER_BYTES <= end; ) {
      const next = endOfPiece(log, at, end)
      if (next !== undefined) yield { type: log[at + HEADER_BYTES - 1]!, bytes: log.subarray(at + HEADER_BYTES, next) }
      else if (!lost) yield undefined
      // Lengths cannot be trusted any more: LevelDB goes on with the next block, here the next piece is looked for.
      lost = next === undefined
      at = next ?? at + 1
    }
  }
}

/** Undefined when no whole piece begins here. */
function endOfPiece(log: Uint8Array, at: number, end: number): number | undefined {
  const type = log[at + HEADER_BYTES - 1]!
  const next = at + HEADER_BYTES + log[at + 4]! + log[at + 5]! * 256
  if (type < FULL || type > LAST || next > end) return undefined
  const stored = new DataView(log.buffer, log.byteOffset + at).getUint32(0, true)
  return stored === maskedCrc32c(log, at + HEADER_BYTES - 1, next) ? next : undefined
}
