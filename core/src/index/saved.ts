import { asArray, asBytes, asId, asUint, asVersion, decode, encode, idValue } from '../base/codec.ts'
import { concat, equalBytes, toHex, fromHex, utf8 } from '../base/bytes.ts'
import type { Value } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { INCARNATION_BYTES, logIdOf, splitLogId } from '../base/ids.ts'
import type { DeviceId, EntryHash, Incarnation, LogId, VaultId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { ChangeRecord } from './change-table.ts'
import { base64Into, base64Length } from './base64.ts'
import { cut, join } from './pieces.ts'
import type { Pieces } from './pieces.ts'
import type { Held, Registers } from './registers.ts'
import { COLUMNS, fromColumns, inOrder, toColumns } from './saved-columns.ts'
import type { Values } from './saved-columns.ts'

/** One document as this device keeps it: never sent, so its form is free to change with the version number. */
export interface SavedDocument {
  readonly vault: VaultId
  readonly documents: number
  readonly doc: number
  /** Automerge's own save, put together when it is asked for. Throws MALFORMED. */
  automerge(): Uint8Array
  readonly records: readonly ChangeRecord[]
  readonly heads: readonly string[]
  readonly values: Values
}

export interface DocumentToSave extends Omit<SavedDocument, 'automerge' | 'values'> {
  readonly automerge: Uint8Array
  readonly registers: Registers
}

/**
 * A head in the codec, then the large parts as they are: the codec would copy and compare them. Automerge's save holds every key and
 * value in their order once more, as text: they are taken out of it, and what is left is a twentieth.
 */
export function encodeSaved(saved: DocumentToSave): Uint8Array {
  const values = inOrder(saved.registers)
  const { rest, places } = cut(saved.automerge, textsOf(values))
  const parts = [rest, places, ...toColumns(values)]
  const { vault, documents, doc, heads } = saved
  const records = [...saved.records].sort(byLogThenSeq).map(recordValue)
  const headBytes = fromHex([...heads].sort().join(''))
  const lengths = parts.map((part) => part.length)
  const head = encode([VERSION, idValue(vault), documents, doc, records, headBytes, lengths])
  const start = new Uint8Array(4)
  new DataView(start.buffer).setUint32(0, head.length)
  return concat(start, head, ...parts)
}

/** Throws MALFORMED, UNSUPPORTED_VERSION. */
export function decodeSaved(bytes: Uint8Array): SavedDocument {
  if (bytes.length < 4) throw new HoldfastError('MALFORMED')
  const start = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  const head = asArray(decode(bytes.subarray(4, start), SAVED_BYTES), 7)
  const [version, vault, documents, doc, records, heads, lengths] = head
  asVersion(version, VERSION)
  const headBytes = asBytes(heads, { max: SAVED_BYTES })
  const [rest, places, ...columns] = partsOf(
    bytes.subarray(start),
    asArray(lengths, PARTS).map((length) => asUint(length, SAVED_BYTES))
  )
  return {
    vault: asId<VaultId>(vault),
    documents: asUint(documents, LIMITS.documents),
    doc: asUint(doc, LIMITS.documents - 1),
    automerge: () => join({ rest: rest!, places: places! }, textsOf([...fromColumns(columns)])),
    records: recordsOf(asArray(records, { max: SAVED_BYTES })),
    heads: Array.from({ length: headBytes.length / 32 }, (_, i) => toHex(headBytes.subarray(i * 32, i * 32 + 32))),
    values: fromColumns(columns)
  }
}

/** As they stand in Automerge's save: all keys, then all values. */
function textsOf(values: readonly (readonly [key: string, held: readonly Held[]])[]): Pieces {
  const keys = utf8(values.map(([key]) => key).join(''))
  let room = keys.length
  for (const [, held] of values) for (const { value } of held) room += base64Length(value)
  const bytes = new Uint8Array(room)
  bytes.set(keys)
  const lengths = values.map(([key]) => key.length)
  let at = keys.length
  for (const [, held] of values)
    for (const { value } of held) {
      at = base64Into(bytes, at, value)
      lengths.push(base64Length(value))
    }
  return { bytes, lengths }
}

function partsOf(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  if (lengths.reduce((sum, length) => sum + length, 0) !== bytes.length)
    throw new HoldfastError('MALFORMED', 'parts of other lengths than the head says')
  let at = 0
  return lengths.map((length) => bytes.subarray(at, (at += length)))
}

/** They stand by log: its name is made once, since tens of thousands may follow one another. */
function recordsOf(items: readonly Value[]): ChangeRecord[] {
  let last: { device: Uint8Array; incarnation: Uint8Array; log: LogId } | undefined
  return items.map((item) => {
    const [deviceItem, incarnationItem, ...rest] = asArray(item, 8)
    const [device, incarnation] = [asBytes(deviceItem, 32), asBytes(incarnationItem, INCARNATION_BYTES)]
    if (last === undefined || !equalBytes(last.device, device) || !equalBytes(last.incarnation, incarnation))
      last = { device, incarnation, log: logIdOf(toHex(device) as DeviceId, toHex(incarnation) as Incarnation) }
    return recordOf(last.log, rest)
  })
}

function recordOf(log: LogId, [seq, entry, hash, startOp, count, documents]: readonly Value[]): ChangeRecord {
  return {
    log,
    seq: asUint(seq),
    entry: asId<EntryHash>(entry),
    hash: toHex(asBytes(hash, { max: 32 })),
    startOp: asUint(startOp),
    count: asUint(count),
    documents: asUint(documents, LIMITS.documents)
  }
}

function recordValue(record: ChangeRecord) {
  const { device, incarnation } = splitLogId(record.log)
  return [
    idValue(device),
    idValue(incarnation),
    record.seq,
    idValue(record.entry),
    fromHex(record.hash),
    record.startOp,
    record.count,
    record.documents
  ]
}

function byLogThenSeq(a: ChangeRecord, b: ChangeRecord): number {
  if (a.log !== b.log) return a.log < b.log ? -1 : 1
  return a.seq - b.seq || (a.entry < b.entry ? -1 : 1)
}

const VERSION = 2
/** What is left of Automerge's save, where the rest stood, and the columns. */
const PARTS = 2 + COLUMNS
/** What one document can come to; a save is this device's own, so this only stops a length that cannot be true. */
const SAVED_BYTES = 2 ** 31
