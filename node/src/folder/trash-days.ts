import { asArray, asText, asUint, asVersion, decode, encode } from '@holdfast/core/base/codec'
import { isHoldfastError } from '@holdfast/core/base/errors'
import type { KvStore } from '@holdfast/core/ports/kv-store'

const PREFIX = 'folder/trash/'
const ROW_BYTES = 2 ** 20
const MOST_DAYS = 40_000
const DAY_CHARS = 10

/**
 * How long what sync took from one folder has been in its trash, in days of this home: those on which it ran and its clock agreed
 * with a peer's. The trash itself is named by the clock, which may jump. A row that is lost makes everything young again.
 */
export class TrashDays {
  readonly #kv: KvStore
  readonly #key: string
  /** Days counted so far, and the home's day that was counted last. */
  #days: number
  #daysSeen: number
  /** Of each day of the trash (2026-11-20): how many were counted when something was last taken on it. */
  #since: ReadonlyMap<string, number>

  private constructor(kv: KvStore, key: string, { days, daysSeen, since }: Row) {
    this.#kv = kv
    this.#key = key
    this.#days = days
    this.#daysSeen = daysSeen
    this.#since = since
  }

  static async load(kv: KvStore, folder: string): Promise<TrashDays> {
    const key = PREFIX + folder
    return new TrashDays(kv, key, readRow(await kv.get(key).catch(() => undefined)))
  }

  /**
   * Notes what there is in the trash, and that `today` (as the clock has it) may be growing. `daysSeen`: the day of this home;
   * undefined while its clock agrees with nobody. Returns whether that is a new one; on a full disk it is noted later, for
   * what the trash takes of it is to go all the same.
   */
  async note(there: readonly string[], today: string, daysSeen: number | undefined): Promise<boolean> {
    const isNewDay = daysSeen !== undefined && daysSeen > this.#daysSeen
    const days = this.#days + (isNewDay ? 1 : 0)
    const since = new Map(there.map((day) => [day, day === today ? days : (this.#since.get(day) ?? days)]))
    if (!isNewDay && isSame(since, this.#since)) return false
    const row: Row = { days, daysSeen: isNewDay ? daysSeen : this.#daysSeen, since }
    try {
      await this.#kv.write([{ put: this.#key, value: encodeRow(row) }])
    } catch (error) {
      if (!isHoldfastError(error, 'STORE_FULL')) throw error
      return false
    }
    this.#days = days
    this.#daysSeen = row.daysSeen
    this.#since = since
    return isNewDay
  }

  /** Days for which nothing was added to it. */
  age(day: string): number {
    return this.#days - (this.#since.get(day) ?? this.#days)
  }

  async clear(): Promise<void> {
    await this.#kv.write([{ del: this.#key }])
  }
}

interface Row {
  readonly days: number
  readonly daysSeen: number
  readonly since: ReadonlyMap<string, number>
}

const NONE: Row = { days: 0, daysSeen: 0, since: new Map() }

function encodeRow({ days, daysSeen, since }: Row): Uint8Array {
  return encode([1, days, daysSeen, [...since].map(([day, count]) => [day, count])])
}

function readRow(value: Uint8Array | undefined): Row {
  if (value === undefined) return NONE
  try {
    const [version, days, daysSeen, since] = asArray(decode(value, ROW_BYTES), 4)
    asVersion(version, 1)
    const pairs = asArray(since, { max: MOST_DAYS }).map((item) => {
      const [day, count] = asArray(item, 2)
      return [asText(day, DAY_CHARS), asUint(count)] as const
    })
    return { days: asUint(days), daysSeen: asUint(daysSeen), since: new Map(pairs) }
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return NONE
  }
}

function isSame(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  return one.size === other.size && [...one].every(([day, count]) => other.get(day) === count)
}
