import { concat } from '../base/bytes.ts'
import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import { ID_BYTES, idBytes, idFromBytes } from '../base/ids.ts'
import type { EpochId, RecordHash, VaultId } from '../base/ids.ts'
import { shortOf } from '../base/short-id.ts'
import type { KvChange, KvStore } from '../ports/kv-store.ts'
import { decodeRecord, encodeRecord, KEY_SLOT_BYTES } from './record.ts'
import type { ObjectRecord } from './record.ts'

/** Of the hash so many characters name a row: 144 bits. Whoever makes two records of one name has only its own to lose. */
const NAME_CHARACTERS = 24
/** What CBOR puts before bytes of such a length. */
const HEAD_BYTES = 2
const SLOT_BYTES = HEAD_BYTES + KEY_SLOT_BYTES
const EPOCH_BYTES = HEAD_BYTES + ID_BYTES
const NUMBER_BYTES = 2
/** The rows of a vault that are about records. */
export const RECORD_ROWS: readonly string[] = ['i/', 'o/', 'z/']
/** In place of a number: nothing was left out. */
const WHOLE = 0xffff

/**
 * The object records of one vault: `o/NAME` is a record without its epoch id, and a number instead; `i/NUMBER` and, should that
 * be damaged, `z/NUMBER` say which epoch that is. All records of an epoch hold the same 32 bytes there.
 */
export class RecordRows {
  readonly #kv: KvStore
  readonly #root: string
  readonly #epochs = new Map<number, Uint8Array>()
  readonly #numbers = new Map<EpochId, number>()
  /** Numbers whose rows are durable. */
  readonly #written = new Set<number>()
  #next = 0

  /** `root`: what all keys of the vault begin with. */
  static async open(kv: KvStore, root: string): Promise<RecordRows> {
    const rows = new RecordRows(kv, root)
    const seen: number[] = []
    for (const kind of ['i', 'z'])
      for await (const [key, value] of kv.range({ ...rows.#range(kind), onDamaged: (key) => rows.#take(key) }))
        seen.push(...rows.#take(key, value))
    await rows.#writeTwins(seen)
    await rows.#bringForward()
    return rows
  }

  private constructor(kv: KvStore, root: string) {
    this.#kv = kv
    this.#root = root
  }

  /** To be written in one batch, and `done` called when it is durable. */
  puts(records: readonly ObjectRecord[]): { changes: KvChange[]; done(): void } {
    const numbers = new Set(records.map(({ epoch }) => this.#numberOf(epoch)))
    const fresh = [...numbers].filter((number) => number !== WHOLE && !this.#written.has(number))
    const changes: KvChange[] = fresh.flatMap((number) => this.#names(number))
    for (const record of records) changes.push({ put: this.keyOf(record.hash), value: this.#stored(record) })
    return { changes, done: () => fresh.forEach((number) => this.#written.add(number)) }
  }

  /** What writes these damaged rows again, as far as it is known here what they held. `records`: all that are here. */
  again(damaged: readonly string[], records: Iterable<ObjectRecord>): KvChange[] {
    if (damaged.length === 0) return []
    const keys = new Set(damaged)
    const names = [...this.#epochs.keys()].flatMap((number) => this.#names(number))
    const gone = [...records].filter(({ hash }) => keys.has(this.keyOf(hash)))
    return [...names.filter(({ put }) => keys.has(put)), ...this.puts(gone).changes]
  }

  keyOf(hash: RecordHash): string {
    return this.#key('o', nameOf(hash))
  }

  /** Throws HASH_MISMATCH when what is stored is another record. */
  async get(hash: RecordHash): Promise<ObjectRecord | undefined> {
    const stored = await this.#kv.get(this.keyOf(hash))
    if (stored === undefined) return undefined
    const record = this.#record(stored)
    if (record.hash !== hash) throw new HoldfastError('HASH_MISMATCH')
    return record
  }

  /** The same; undefined where it cannot be read: a damaged record is as good as none, it is fetched again. */
  async readable(hash: RecordHash): Promise<ObjectRecord | undefined> {
    try {
      return await this.get(hash)
    } catch (error) {
      if (isHoldfastError(error)) return undefined
      throw error
    }
  }

  /** Every record that is here and whole. */
  async *all(): AsyncIterable<ObjectRecord> {
    const range = this.#range('o')
    for await (const [key, stored] of this.#kv.range({ ...range, onDamaged: () => undefined })) {
      const record = this.#readable(stored)
      if (record !== undefined && range.gte + nameOf(record.hash) === key) yield record
    }
  }

  /** Rewrites what held the records, so that dropped ones are gone from the raw medium. */
  compact(): Promise<void> {
    return this.#kv.compact(this.#range('o'))
  }

  #numberOf(epoch: EpochId): number {
    const known = this.#numbers.get(epoch)
    if (known !== undefined) return known
    if (this.#next >= WHOLE) return WHOLE
    const number = this.#next++
    this.#numbers.set(epoch, number)
    this.#epochs.set(number, idBytes(epoch))
    return number
  }

  #names(number: number): { put: string; value: Uint8Array }[] {
    return ['i', 'z'].map((kind) => ({ put: this.#key(kind, numberText(number)), value: this.#epochs.get(number)! }))
  }

  /** A number whose rows are damaged is given to no other epoch. Returns it where the row can be read. */
  #take(key: string, value?: Uint8Array): [number] | [] {
    const number = Number(key.slice(key.lastIndexOf('/') + 1))
    this.#next = Math.max(this.#next, number + 1)
    if (value?.length !== ID_BYTES) return []
    this.#epochs.set(number, value)
    this.#numbers.set(idFromBytes<EpochId>(value), number)
    this.#written.add(number)
    return [number]
  }

  /** Of two rows that say the same one was lost: before the other is, too. */
  async #writeTwins(seen: readonly number[]): Promise<void> {
    const lone = [...this.#written].filter((number) => seen.indexOf(number) === seen.lastIndexOf(number))
    if (lone.length === 0) return
    await this.#kv.write(lone.flatMap((number) => this.#names(number))).catch((error: unknown) => {
      if (!isHoldfastError(error, 'STORE_FULL')) throw error // what can be read is read on a full disk, too
    })
  }

  #stored(record: ObjectRecord): Uint8Array {
    const bytes = encodeRecord(record)
    const number = this.#numberOf(record.epoch)
    const last = Uint8Array.of(number >> 8, number & 255)
    if (number === WHOLE) return concat(bytes, last)
    const slot = bytes.length - SLOT_BYTES
    return concat(bytes.subarray(0, slot - EPOCH_BYTES), bytes.subarray(slot), last)
  }

  #record(stored: Uint8Array): ObjectRecord {
    const end = stored.length - NUMBER_BYTES
    const number = end < SLOT_BYTES ? undefined : stored[end]! * 256 + stored[end + 1]!
    if (number === WHOLE) return decodeRecord(stored.subarray(0, end))
    const epoch = number === undefined ? undefined : this.#epochs.get(number)
    if (epoch === undefined) throw new HoldfastError('MALFORMED', 'a record of no known epoch')
    const slot = end - SLOT_BYTES
    return decodeRecord(concat(stored.subarray(0, slot), EPOCH_HEAD, epoch, stored.subarray(slot, end)))
  }

  #readable(stored: Uint8Array): ObjectRecord | undefined {
    try {
      return this.#record(stored)
    } catch (error) {
      if (isHoldfastError(error)) return undefined
      throw error
    }
  }

  /**
   * Rows as an earlier version wrote them, `r/HASH` with all of the record, are written anew; what they were is compacted away, or a
   * shred of one would leave its key slot on the medium.
   */
  async #bringForward(): Promise<void> {
    const range = this.#range('r')
    let hasAny = false
    for (let isMore = true; isMore; ) {
      const before: ObjectRecord[] = []
      const gone: KvChange[] = []
      const onDamaged = (key: string): void => void gone.push({ del: key })
      for await (const [key, value] of this.#kv.range({ ...range, limit: AT_ONCE, onDamaged })) {
        gone.push({ del: key })
        try {
          before.push(decodeRecord(value))
        } catch (error) {
          if (!isHoldfastError(error)) throw error
        }
      }
      isMore = gone.length > 0
      hasAny ||= isMore
      const { changes, done } = this.puts(before)
      if (isMore) await this.#kv.write([...gone, ...changes])
      done()
    }
    if (hasAny) await this.#kv.compact(range)
  }

  #key(kind: string, name: string): string {
    return `${this.#root}${kind}/${name}`
  }

  #range(kind: string): { gte: string; lt: string } {
    return { gte: `${this.#root}${kind}/`, lt: `${this.#root}${kind}0` }
  }
}

const AT_ONCE = 4000
/** Before the 32 bytes of an epoch id, in CBOR. */
const EPOCH_HEAD = Uint8Array.of(0x58, ID_BYTES)

/** Where the record of a vault lies. */
export function recordKey(vault: VaultId, hash: RecordHash): string {
  return `log/${vault}/o/${nameOf(hash)}`
}

function nameOf(hash: RecordHash): string {
  return shortOf(hash).slice(0, NAME_CHARACTERS)
}

function numberText(number: number): string {
  return String(number).padStart(5, '0')
}
