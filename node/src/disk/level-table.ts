import { crc32cStep, mask, maskedCrc32c } from '@holdfast/core/base/crc32c'
import { DELETION, LevelBytes, splitTag, TAG_BYTES, VALUE } from './level-bytes.ts'
import type { LevelRow } from './level-bytes.ts'

/** Index handle and metaindex handle, padded to 40 bytes, and the magic number. */
const FOOTER_BYTES = 48
const MAGIC = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb] as const
/** Kind of compression and checksum. */
const TRAILER_BYTES = 5
const UNCOMPRESSED = 0

interface Handle {
  readonly from: number
  readonly to: number
}

/**
 * Whether LevelDB can read a table without harm. It does not look at its checksums, reads nonsense out of a damaged block and
 * may end the process over it. Where only values are damaged (they have checksums of their own) it can.
 * Layout: github.com/google/leveldb, doc/table_format.md.
 */
export function isTableSound(table: Uint8Array): boolean {
  const footer = readFooter(table)
  if (footer === undefined || !MAGIC.every((byte, at) => table[table.length - MAGIC.length + at] === byte)) return false
  const [metaindex, index] = footer
  // The metaindex lists the filter, which says of rows that they are not there.
  for (const block of [metaindex, index, ...blocksOf(table, metaindex)])
    if (block === undefined || !isBlockWhole(table, block)) return false
  let last: Uint8Array | undefined
  for (const { key: upTo, value } of entriesOf(table, index)) {
    const block = readHandle(table, new LevelBytes(value))
    if (block === undefined || !(isBlockWhole(table, block) || isInOrder(table, block, last, upTo))) return false
    last = upTo
  }
  return true
}

/** What can still be read of a table that may be damaged anywhere; a row of a damaged block may be wrong in any part. */
export function* rowsOfTable(table: Uint8Array): Generator<LevelRow> {
  const footer = readFooter(table)
  const listed = (footer === undefined ? [] : blocksOf(table, footer[1])).filter((handle) => handle !== undefined)
  const blocks = listed.length > 0 ? listed : wholeBlocksFromStart(table)
  for (const block of blocks) {
    for (const entry of entriesOf(table, block)) {
      if (!isRow(entry)) continue
      const { sequence, kind } = splitTag(entry.key.subarray(-TAG_BYTES))
      yield { key: entry.key.subarray(0, -TAG_BYTES), sequence, value: kind === VALUE ? entry.value : undefined }
    }
  }
}

function readFooter(table: Uint8Array): readonly [metaindex: Handle, index: Handle] | undefined {
  if (table.length < FOOTER_BYTES) return undefined
  const bytes = new LevelBytes(table, table.length - FOOTER_BYTES)
  const metaindex = readHandle(table, bytes)
  const index = readHandle(table, bytes)
  return metaindex === undefined || index === undefined ? undefined : [metaindex, index]
}

/** Undefined for a block that would not lie inside the table. */
function readHandle(table: Uint8Array, bytes: LevelBytes): Handle | undefined {
  const from = bytes.varint()
  const length = bytes.varint()
  if (from === undefined || length === undefined) return undefined
  const to = from + length
  return to + TRAILER_BYTES <= table.length ? { from, to } : undefined
}

function isBlockWhole(table: Uint8Array, { to, from }: Handle): boolean {
  return maskedCrc32c(table, from, to + 1) === new LevelBytes(table, to + 1).fixed32()
}

/** Whether a block whose checksum does not fit is one all the same: every entry is there, in order, after `last` and up to `upTo`. */
function isInOrder(table: Uint8Array, block: Handle, last: Uint8Array | undefined, upTo: Uint8Array): boolean {
  const starts = restartsOf(table, block.from, block.to)
  const end = starts.pop()!
  const count = new LevelBytes(table, block.to - 4, block.to).fixed32()
  if (table[block.to] !== UNCOMPRESSED || count !== starts.length || end !== block.to - 4 * (count + 1)) return false
  let before = last
  for (const [at, start] of starts.entries()) {
    const next = starts[at + 1] ?? end
    let reached = start
    for (const entry of entriesBetween(table, start, next)) {
      if (!isRow(entry) || (before !== undefined && !isBefore(before, entry.key))) return false
      before = entry.key
      reached = entry.end
    }
    if (reached !== next) return false
  }
  return before !== undefined && !isBefore(upTo, before)
}

function isRow({ key, value }: Entry): boolean {
  const kind = key.length > TAG_BYTES ? key[key.length - TAG_BYTES] : undefined
  return kind === VALUE || (kind === DELETION && value.length === 0)
}

/** Keys ascend, and what was written about one key descends by its sequence number. */
function isBefore(a: Uint8Array, b: Uint8Array): boolean {
  const order = Buffer.compare(a.subarray(0, -TAG_BYTES), b.subarray(0, -TAG_BYTES))
  if (order !== 0) return order < 0
  return Buffer.compare(tagOf(a), tagOf(b)) > 0
}

const tagOf = (key: Uint8Array): Uint8Array => key.slice(-TAG_BYTES).reverse()

/** What a list of blocks names, in order; undefined where a place was damaged, or lies where no block can be. */
function blocksOf(table: Uint8Array, list: Handle): (Handle | undefined)[] {
  const found: (Handle | undefined)[] = []
  let end = 0
  for (const { value } of entriesOf(table, list)) {
    const handle = readHandle(table, new LevelBytes(value))
    const isBehind = handle !== undefined && handle.from >= end && handle.to <= list.from
    found.push(isBehind ? handle : undefined)
    if (isBehind) end = handle.to
  }
  return found
}

/** Without an index: blocks lie one behind the other, and where one ends its checksum fits. */
function* wholeBlocksFromStart(table: Uint8Array): Generator<Handle> {
  for (let from = 0; ; ) {
    const to = endOfBlock(table, from)
    if (to === undefined) return
    yield { from, to }
    from = to + TRAILER_BYTES
  }
}

function endOfBlock(table: Uint8Array, from: number): number | undefined {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength)
  let crc = -1
  for (let at = from; at + TRAILER_BYTES <= table.length; at++) {
    crc = crc32cStep(crc, table[at]!)
    if (mask(~crc) === view.getUint32(at + 1, true)) return at
  }
  return undefined
}

interface Entry {
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly end: number
}

/**
 * Keys are stored as what differs from the key before, anew from every restart point on. So what is not an entry costs what lies
 * before the next of these points.
 */
function* entriesOf(table: Uint8Array, { from, to }: Handle): Generator<Entry> {
  const starts = restartsOf(table, from, to)
  const end = starts.pop()!
  for (const [at, start] of starts.entries()) yield* entriesBetween(table, start, starts[at + 1] ?? end)
}

/** Where to begin, in order, and the end of the entries. */
function restartsOf(table: Uint8Array, from: number, to: number): number[] {
  const count = to - from >= 4 ? new LevelBytes(table, to - 4, to).fixed32()! : 0
  const end = to - 4 * (count + 1)
  if (count === 0 || end < from) return [from, to]
  const starts = [from]
  for (const bytes = new LevelBytes(table, end, to - 4); bytes.left > 0; ) {
    const start = from + bytes.fixed32()!
    if (start > starts.at(-1)! && start < end) starts.push(start)
  }
  return [...starts, end]
}

function* entriesBetween(table: Uint8Array, from: number, to: number): Generator<Entry> {
  let key: Uint8Array = new Uint8Array(0)
  for (const bytes = new LevelBytes(table, from, to); bytes.left > 0; ) {
    const shared = bytes.varint()
    const own = bytes.varint()
    const length = bytes.varint()
    if (shared === undefined || own === undefined || length === undefined || shared > key.length) return
    const rest = bytes.take(own)
    const value = bytes.take(length)
    if (rest === undefined || value === undefined) return
    key = Buffer.concat([key.subarray(0, shared), rest])
    yield { key, value, end: bytes.at }
  }
}
