import { asArray, asBytes, asId, asUint, asVersion, decode, encode, idValue } from '../base/codec.ts'
import type { EntryHash, VaultId } from '../base/ids.ts'
import type { KvChange, KvStore } from '../ports/kv-store.ts'
import { decodeEntry, ENTRY_BYTES } from './entry.ts'
import type { UnverifiedEntry } from './entry.ts'

/*
 * What had to leave a log because it, or something it stands on, is damaged. Kept under `aside/` and the key it had, until
 * the entry is in the log again.
 */

/** In front of the key a row had. */
export const ASIDE = 'aside/'

/** There from the moment entries were set aside until this home has gone on in another incarnation: its own may be among them. */
export const INCARNATION_DUE = `${ASIDE}incarnation-due`

/** `entry` unknown: neither it nor its name can be read. `whole`: `bytes` is the encoded entry; else what there is of a row. */
export interface AsideRow {
  readonly key: string
  readonly entry: EntryHash | null
  readonly whole: boolean
}

export function putAside(key: string, row: Omit<AsideRow, 'key'>, bytes: Uint8Array): KvChange {
  return {
    put: ASIDE + key,
    value: encode([1, row.entry === null ? null : idValue(row.entry), row.whole ? 1 : 0, bytes])
  }
}

/** The entries of one vault that are set aside. Only their names are in memory. */
export class Aside {
  readonly #kv: KvStore
  #rows: AsideRow[]

  private constructor(kv: KvStore, rows: AsideRow[]) {
    this.#kv = kv
    this.#rows = rows
  }

  static async open(kv: KvStore, vault: VaultId): Promise<Aside> {
    const rows: AsideRow[] = []
    const root = `${ASIDE}log/${vault}/`
    for await (const [key, value] of kv.range({ gte: root, lt: `${root}~` })) {
      const { entry, whole } = readRow(value)
      rows.push({ key, entry, whole })
    }
    return new Aside(kv, rows)
  }

  /** Number of entries. */
  get size(): number {
    const named = new Set(this.#rows.map(({ entry }) => entry))
    named.delete(null)
    return named.size + this.#rows.filter(({ entry }) => entry === null).length
  }

  /** The next whole ones, in the order they had in the log, that `isHere` does not know. */
  async whole(
    max: number,
    isHere: (entry: EntryHash) => boolean,
    after = ''
  ): Promise<{ entries: UnverifiedEntry[]; last: string | undefined }> {
    const lot = this.#rows
      .filter(({ key, entry, whole }) => whole && key > after && entry !== null && !isHere(entry))
      .slice(0, max)
    const values = await this.#kv.getMany(lot.map(({ key }) => key))
    const entries = values.flatMap((value) => (value === undefined ? [] : [decodeEntry(readRow(value).bytes)]))
    return { entries, last: lot.at(-1)?.key }
  }

  /** They are in the log again, durably. With `unnamed` also what nobody can tell any more what it was. */
  async drop(isHere: (entry: EntryHash) => boolean, options: { unnamed: boolean } = { unnamed: false }): Promise<void> {
    const back = this.#rows.filter(({ entry }) => (entry === null ? options.unnamed : isHere(entry)))
    if (back.length === 0) return
    await this.#kv.write(back.map(({ key }) => ({ del: key })))
    this.#rows = this.#rows.filter((row) => !back.includes(row))
  }

  /** Whether all that is left are rows of which nobody can tell what they were. */
  get onlyUnnamed(): boolean {
    return this.#rows.every(({ entry }) => entry === null)
  }
}

function readRow(value: Uint8Array): { entry: EntryHash | null; whole: boolean; bytes: Uint8Array } {
  const [version, entry, whole, bytes] = asArray(decode(value, ROW_BYTES), 4)
  asVersion(version, 1)
  return {
    entry: entry === null ? null : asId<EntryHash>(entry),
    whole: asUint(whole, 1) === 1,
    bytes: asBytes(bytes, { max: ENTRY_BYTES })
  }
}

const ROW_BYTES = ENTRY_BYTES + 128
