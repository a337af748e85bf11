import { asArray, asUint, asVersion, decode, encode } from '../base/codec.ts'
import type { VaultId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { headsValue, readHeads } from '../log/head-statement.ts'
import type { Head } from '../log/head-statement.ts'
import type { KvChange, KvStore } from '../ports/kv-store.ts'

/**
 * What a vault held at the beginning of each day on which this home ran and its clock agreed with a peer's. So "so many days
 * ago" needs no clock: it is the row that many days back. Rows that are lost only make things younger than they are.
 */
export class RetentionDays {
  readonly #kv: KvStore
  readonly #root: string
  readonly #rows = new Map<number, Row>()
  #last = 0

  private constructor(kv: KvStore, vault: VaultId) {
    this.#kv = kv
    this.#root = `retention/${vault}/`
  }

  static async open(kv: KvStore, vault: VaultId): Promise<RetentionDays> {
    const days = new RetentionDays(kv, vault)
    for await (const [key, value] of kv.range({ gte: days.#root, lt: `${days.#root}~` })) {
      const number = Number(key.slice(days.#root.length))
      days.#rows.set(number, decodeRow(value))
      days.#last = Math.max(days.#last, number)
    }
    return days
  }

  /** Notes what is held now, once for each of this home's days, and forgets what lies further back than `keepDays`. */
  async note(daysSeen: number, heads: readonly Head[], keepDays: number): Promise<void> {
    const last = this.#rows.get(this.#last)
    if (last !== undefined && last.daysSeen >= daysSeen) return
    const number = this.#last + 1
    const changes: KvChange[] = [{ put: this.#key(number), value: encode([1, daysSeen, headsValue(heads)]) }]
    const far = [...this.#rows.keys()].filter((one) => one < number - keepDays).sort((a, b) => a - b)
    // The newest of them still says what was there before the rows that may be missing.
    far.pop()
    for (const one of far) changes.push({ del: this.#key(one) })
    await this.#kv.write(changes)
    for (const one of far) this.#rows.delete(one)
    this.#rows.set(number, { daysSeen, heads })
    this.#last = number
  }

  /** What was held at the beginning of the day `days` days before the last one that was noted; undefined: too few were. */
  heads(days: number): readonly Head[] | undefined {
    const fitting = [...this.#rows.keys()].filter((one) => one <= this.#last - days)
    return fitting.length === 0 ? undefined : this.#rows.get(Math.max(...fitting))!.heads
  }

  #key(number: number): string {
    return this.#root + String(number).padStart(NUMBER_DIGITS, '0')
  }
}

interface Row {
  readonly daysSeen: number
  readonly heads: readonly Head[]
}

const NUMBER_DIGITS = 8
const ROW_BYTES = 64 + LIMITS.logsPerVault * 96

function decodeRow(bytes: Uint8Array): Row {
  const [version, daysSeen, heads] = asArray(decode(bytes, ROW_BYTES), 3)
  asVersion(version, 1)
  return { daysSeen: asUint(daysSeen), heads: readHeads(heads) }
}
