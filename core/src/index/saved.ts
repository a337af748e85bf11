import { asArray, asBytes, asId, asUint, asVersion, decode, encode, idValue } from '../base/codec.ts'
import { concat, equalBytes, fromUtf8, toHex, fromHex, utf8 } from '../base/bytes.ts'
import type { Value } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { INCARNATION_BYTES, logIdOf, splitLogId } from '../base/ids.ts'
import type { DeviceId, EntryHash, Incarnation, LogId, VaultId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { ChangeRecord } from './change-table.ts'
import { compareOpIds } from './operations.ts'
import type { Actor } from './operations.ts'
import type { Held, Registers } from './registers.ts'

/** One document as this device keeps it: never sent, so its form is free to change with the version number. */
export interface SavedDocument {
  readonly vault: VaultId
  readonly documents: number
  readonly doc: number
  /** Automerge's own save. */
  readonly automerge: Uint8Array
  readonly records: readonly ChangeRecord[]
  readonly heads: readonly string[]
  readonly values: Iterable<[string, readonly Held[]]>
}

/** A head in the codec, then the large parts as they are: the codec would copy and compare them. */
export function encodeSaved(saved: Omit<SavedDocument, 'values'> & { registers: Registers }): Uint8Array {
  const parts = [saved.automerge, ...columns(saved.registers)]
  const { vault, documents, doc, heads } = saved
  const records = [...saved.records].sort(byLogThenSeq).map(recordValue)
  const headBytes = fromHex([...heads].sort().join(''))
  const head = encode([1, idValue(vault), documents, doc, records, headBytes, parts.map((part) => part.length)])
  return concat(bytesOf(Uint32Array.of(head.length)), head, ...parts)
}

/** Throws MALFORMED, UNSUPPORTED_VERSION. */
export function decodeSaved(bytes: Uint8Array): SavedDocument {
  const start = 4 + (bytes.length < 4 ? 0 : numbersOf(bytes.subarray(0, 4))[0]!)
  const head = decode(bytes.subarray(4, start), SAVED_BYTES)
  const [version, vault, documents, doc, records, heads, lengths] = asArray(head, 7)
  asVersion(version, 1)
  const headBytes = asBytes(heads, { max: SAVED_BYTES })
  const [automerge, ...values] = cut(
    bytes.subarray(start),
    asArray(lengths, PARTS).map((length) => asUint(length, SAVED_BYTES))
  )
  return {
    vault: asId<VaultId>(vault),
    documents: asUint(documents, LIMITS.documents),
    doc: asUint(doc, LIMITS.documents - 1),
    automerge: automerge!,
    records: recordsOf(asArray(records, { max: SAVED_BYTES })),
    heads: Array.from({ length: headBytes.length / 32 }, (_, i) => toHex(headBytes.subarray(i * 32, i * 32 + 32))),
    values: readColumns(values)
  }
}

function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
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

/** Keys and values by columns: five long byte strings are read many times faster than a hundred thousand small records. */
function columns(registers: Registers): Uint8Array[] {
  const entries = [...registers.entries()].sort(([a], [b]) => (a < b ? -1 : 1))
  const helds = entries.flatMap(([, values]) => (values.length < 2 ? values : [...values].sort(compareOpIds)))
  const actors = [...new Set(helds.map((held) => held.actor))].sort()
  const actorNumber = new Map(actors.map((actor, number) => [actor, number]))
  const counts = Uint32Array.from(entries, ([, values]) => values.length)
  const heads = new Uint32Array(helds.length * 3)
  helds.forEach((held, i) => heads.set([held.counter, actorNumber.get(held.actor)!, held.value.length], i * 3))
  return [
    utf8(entries.map(([key]) => key).join('\n')),
    fromHex(actors.join('')),
    bytesOf(counts),
    bytesOf(heads),
    concat(...helds.map((held) => held.value))
  ]
}

function* readColumns(items: readonly Uint8Array[]): Iterable<[string, readonly Held[]]> {
  const [keys, actorBytes, countBytes, headBytes, values] = items
  const names = keys!.length === 0 ? [] : fromUtf8(keys!).split('\n')
  const actors = Array.from(
    { length: actorBytes!.length / 16 },
    (_, i) => toHex(actorBytes!.subarray(i * 16, i * 16 + 16)) as Actor
  )
  const counts = numbersOf(countBytes!)
  const heads = numbersOf(headBytes!)
  if (counts.length !== names.length) throw new HoldfastError('MALFORMED', 'columns of different length')
  let head = 0
  let at = 0
  for (let i = 0; i < names.length; i++) {
    const held: Held[] = []
    for (let n = counts[i]!; n > 0; n--, head += 3) {
      const end = at + (heads[head + 2] ?? Number.POSITIVE_INFINITY)
      const actor = actors[heads[head + 1] ?? -1]
      if (actor === undefined || end > values!.length) throw new HoldfastError('MALFORMED', 'columns that do not fit')
      held.push({ counter: heads[head]!, actor, value: values!.subarray(at, end) })
      at = end
    }
    yield [names[i]!, held]
  }
}

/** Little-endian on every machine. */
function bytesOf(numbers: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(numbers.length * 4))
  numbers.forEach((number, i) => view.setUint32(i * 4, number, true))
  return new Uint8Array(view.buffer)
}

function numbersOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const numbers = new Uint32Array(bytes.byteLength >> 2)
  for (let i = 0; i < numbers.length; i++) numbers[i] = view.getUint32(i * 4, true)
  return numbers
}

/** Automerge's save and five columns. */
const PARTS = 6
/** What one document can come to; a save is this device's own, so this only stops a length that cannot be true. */
const SAVED_BYTES = 2 ** 31
