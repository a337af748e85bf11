import { decode, encode } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { idBytes, idFromBytes, idFromHex, OBJECT_ID_BYTES } from '../base/ids.ts'
import type { EntryHash, ObjectId, RecordHash, VaultId } from '../base/ids.ts'
import { blake3Id } from '../proof/blake3.ts'
import type { KvChange, KvStore } from '../ports/kv-store.ts'
import { ASIDE, INCARNATION_DUE, putAside } from './aside.ts'
import { ENTRY_BYTES, encodeEntry, entryHash, entryValue, readEntryBytes } from './entry.ts'
import type { EntryBytes, VerifiedEntry } from './entry.ts'
import { decodeHeader } from './header.ts'
import type { ContentHash } from './header.ts'
import { WriteQueue } from './write-queue.ts'
import type { ObjectRecord } from './record.ts'
import { RecordRows } from './record-rows.ts'

/**
 * The entries and object records of one vault in a key-value store. Keys, all under `log/VAULT/`:
 * `e/NUMBER` entry without its sealed payload, numbered as it came, so that a range read is a causal order;
 * `n/HASH` that number; `p/HASH` sealed payload; `i/`, `o/` and `z/` object records (RecordRows); `x/HASH` object id of a dropped record;
 * `m/NAME` bookkeeping of others, and in `m/genesis` a second copy of the genesis: without it a vault has no name by
 * which anybody could be asked for the rest.
 */
export class LogStore {
  readonly #kv: KvStore
  readonly #root: string
  readonly #queue: WriteQueue
  readonly #records: RecordRows
  #next: number

  private constructor(kv: KvStore, root: string, next: number, records: RecordRows) {
    this.#kv = kv
    this.#records = records
    this.#root = root
    this.#queue = new WriteQueue(kv)
    this.#next = next
  }

  /** An empty store if there is nothing of the vault yet. */
  static async open(kv: KvStore, vault: VaultId): Promise<LogStore> {
    const root = `log/${vault}/`
    let next = 0
    for await (const [key] of kv.range({ ...within(`${root}e/`), reverse: true, limit: 1 }))
      next = Number(key.slice(-NUMBER_DIGITS)) + 1
    // What is set aside keeps its number for its own.
    for await (const [key] of kv.range({ ...within(`${ASIDE}${root}e/`), reverse: true, limit: 1 }))
      next = Math.max(next, Number(key.slice(-NUMBER_DIGITS)) + 1)
    return new LogStore(kv, root, next, await RecordRows.open(kv, root))
  }

  /** One durable batch: all of it or nothing. Entries must come after what they build on, here or in an earlier call. */
  async append(entries: readonly VerifiedEntry[], records: readonly ObjectRecord[] = []): Promise<void> {
    const batch: KvChange[] = []
    for (const entry of entries) {
      const isGenesis = entry.header.kind === 'genesis'
      if (isGenesis) this.#next = Math.max(1, this.#next)
      const number = isGenesis ? GENESIS_NUMBER : numberText(this.#next++)
      const sealed = entry.body === null ? entry.bytes.payload : null
      const value = encode(entryValue(sealed === null ? entry.bytes : { ...entry.bytes, payload: null }))
      batch.push({ put: this.#key('e', number), value })
      if (isGenesis) batch.push({ put: this.#key('m', GENESIS_COPY), value })
      batch.push({ put: this.#key('n', entry.hash), value: encode(number) })
      if (sealed !== null) batch.push({ put: this.#key('p', entry.hash), value: sealed })
    }
    const { changes, done } = this.#records.puts(records)
    await this.#queue.write([...batch, ...changes])
    done()
  }

  /** Every entry in a causal order, without sealed payloads. Feed the first to VaultLog.fromStored, the others to `trust`. */
  async *load(): AsyncIterable<EntryBytes> {
    for await (const [, value] of this.#kv.range(within(`${this.#root}e/`))) yield readEntryBytes(stored(value))
  }

  /** A whole entry, or undefined. Throws HOME_DAMAGED or HASH_MISMATCH when what is stored is not what it says. */
  async entryBytes(hash: EntryHash): Promise<EntryBytes | undefined> {
    const number = await this.#kv.get(this.#key('n', hash))
    if (number === undefined) return undefined
    const [value, payload] = await this.#kv.getMany([this.#key('e', String(stored(number))), this.#key('p', hash)])
    if (value === undefined) throw new HoldfastError('HOME_DAMAGED', 'an entry that is listed and not there')
    const bytes = readEntryBytes(stored(value))
    if (entryHash(bytes) !== hash) throw new HoldfastError('HASH_MISMATCH')
    return payload === undefined ? bytes : { ...bytes, payload }
  }

  /** The payload of an entry, checked against the hash its header names. Throws HASH_MISMATCH. */
  async payload(hash: EntryHash): Promise<Uint8Array | undefined> {
    const bytes = await this.entryBytes(hash)
    if (bytes === undefined || bytes.payload === null) return undefined
    if (blake3Id<ContentHash>(bytes.payload) !== decodeHeader(bytes.header).payloadHash)
      throw new HoldfastError('HASH_MISMATCH')
    return bytes.payload
  }

  /** Throws HASH_MISMATCH when what is stored is another record. */
  async record(hash: RecordHash): Promise<ObjectRecord | undefined> {
    return this.#records.get(hash)
  }

  /** Every record that is here and whole. */
  records(): AsyncIterable<ObjectRecord> {
    return this.#records.all()
  }

  /** Records that were dropped, and the objects they described. */
  async *dropped(): AsyncIterable<{ record: RecordHash; object: ObjectId }> {
    const root = `${this.#root}x/`
    for await (const [key, value] of this.#kv.range(within(root))) {
      yield {
        record: idFromHex<RecordHash>(key.slice(root.length)),
        object: idFromBytes<ObjectId>(value, OBJECT_ID_BYTES)
      }
    }
  }

  /** What writes these damaged rows again: see `RecordRows.again`. */
  recordsAgain(damaged: readonly string[], records: Iterable<ObjectRecord>): KvChange[] {
    return this.#records.again(damaged, records)
  }

  async putRecords(records: readonly ObjectRecord[]): Promise<void> {
    const { changes, done } = this.#records.puts(records)
    await this.#kv.write([...changes, ...records.map((record) => ({ del: this.#key('x', record.hash) }))])
    done()
  }

  /**
   * Drops records and with them their key slots; what stays is which object each was of. Deleting is not erasing:
   * after a shred the caller goes on with `compactRecords`.
   */
  async dropRecords(hashes: readonly RecordHash[]): Promise<void> {
    const batch: KvChange[] = []
    for (const hash of hashes) {
      const record = await this.#records.readable(hash)
      if (record !== undefined) batch.push({ put: this.#key('x', hash), value: idBytes(record.object) })
      batch.push({ del: this.#records.keyOf(hash) })
    }
    if (batch.length > 0) await this.#kv.write(batch)
  }

  /** Rewrites what held the records, so that dropped ones are gone from the raw medium. */
  async compactRecords(): Promise<void> {
    await this.#records.compact()
  }

  /** Takes entries out again that no other entry here builds on; `alongside` becomes durable in the same batch. */
  async removeEntries(hashes: readonly EntryHash[], alongside: readonly KvChange[] = []): Promise<void> {
    const batch: KvChange[] = [...alongside]
    for (const hash of hashes) {
      const number = await this.#kv.get(this.#key('n', hash))
      if (number === undefined) continue
      batch.push(
        { del: this.#key('e', String(stored(number))) },
        { del: this.#key('n', hash) },
        { del: this.#key('p', hash) }
      )
    }
    await this.#kv.write(batch)
  }

  /** As `removeEntries` with both; `hashes` are kept aside until `Aside.drop`, of `others` the caller keeps what is needed. */
  async setAside(
    hashes: readonly EntryHash[],
    alongside: readonly KvChange[],
    others: readonly EntryHash[]
  ): Promise<void> {
    const kept: KvChange[] = [...alongside, { put: INCARNATION_DUE, value: new Uint8Array(0) }]
    for (const hash of hashes) {
      const [number, bytes] = [await this.#kv.get(this.#key('n', hash)), await this.entryBytes(hash)]
      if (number === undefined || bytes === undefined) continue
      kept.push(putAside(this.#key('e', String(stored(number))), { entry: hash, whole: true }, encodeEntry(bytes)))
    }
    await this.removeEntries([...hashes, ...others], kept)
  }

  async getMeta(name: string): Promise<Uint8Array | undefined> {
    return this.#kv.get(this.#key('m', name))
  }

  async putMeta(name: string, value: Uint8Array): Promise<void> {
    await this.#kv.write([{ put: this.#key('m', name), value }])
  }

  async *allMeta(): AsyncIterable<readonly [name: string, value: Uint8Array]> {
    const root = `${this.#root}m/`
    for await (const [key, value] of this.#kv.range(within(root))) yield [key.slice(root.length), value]
  }

  #key(kind: 'e' | 'n' | 'p' | 'x' | 'm', name: string): string {
    return `${this.#root}${kind}/${name}`
  }
}

/** Vaults of which the store has at least the genesis. */
export async function listVaults(kv: KvStore): Promise<VaultId[]> {
  const vaults: VaultId[] = []
  let from = 'log/'
  while (true) {
    let found: VaultId | undefined
    const name = (key: string): VaultId => (found = idFromHex<VaultId>(key.split('/')[1] ?? ''))
    for await (const [key] of kv.range({ gte: from, lt: 'log0', limit: 1, onDamaged: name })) name(key)
    if (found === undefined) return vaults
    vaults.push(found)
    // '0' is the character after '/': past everything of this vault.
    from = `log/${found}0`
  }
}

/** Enough for every number a program can count to, in an order that text has too. */
const NUMBER_DIGITS = 16

/** The genesis is the first whenever it comes. */
export const GENESIS_NUMBER = numberText(0)
export const GENESIS_COPY = 'genesis'

function numberText(number: number): string {
  return String(number).padStart(NUMBER_DIGITS, '0')
}

function within(prefix: string): { gte: string; lt: string } {
  return { gte: prefix, lt: `${prefix.slice(0, -1)}0` }
}

function stored(bytes: Uint8Array): ReturnType<typeof decode> {
  try {
    return decode(bytes, ENTRY_BYTES)
  } catch (cause) {
    throw new HoldfastError('HOME_DAMAGED', 'a stored entry that cannot be read', { cause })
  }
}
