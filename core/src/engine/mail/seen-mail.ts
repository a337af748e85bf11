import { asArray, asUint, asVersion, decode, encode } from '../../base/codec.ts'
import { LIMITS } from '../../base/limits.ts'
import type { KvChange, KvStore } from '../../ports/kv-store.ts'
import type { EnvelopeId } from '../../sync/wire/envelope-bytes.ts'

/** Which envelopes this device has dealt with, or left to other devices: rows by envelope id. */
export class SeenMail {
  private readonly kv: KvStore
  private readonly daysSeen: () => number
  private readonly most: number
  /** Rows there are at most; undefined before they were counted. */
  private rows: number | undefined

  constructor(kv: KvStore, daysSeen: () => number, most = MOST_ROWS) {
    this.kv = kv
    this.daysSeen = daysSeen
    this.most = most
  }

  /** Whether what could not be opened is worth a row: a relay can invent such envelopes without end, and looking at one again does no harm. */
  async hasRoom(): Promise<boolean> {
    if (this.rows === undefined) {
      let rows = 0
      for await (const _ of this.kv.range({ gte: PREFIX, lt: AFTER, onDamaged: () => undefined })) rows += 1
      this.rows = rows
    }
    return this.rows < this.most
  }

  /** `done` can be deleted at the relay, `unknown` is to be looked at; what is left out is left to others. */
  async sort(ids: readonly EnvelopeId[]): Promise<{ done: EnvelopeId[]; unknown: EnvelopeId[] }> {
    const rows = await this.kv.getMany(ids.map((id) => PREFIX + id))
    const found = { done: [] as EnvelopeId[], unknown: [] as EnvelopeId[] }
    for (const [at, id] of ids.entries()) {
      const row = rows[at]
      if (row === undefined) found.unknown.push(id)
      else if (this.isDone(decodeRow(row))) found.done.push(id)
    }
    return found
  }

  done(id: EnvelopeId): KvChange {
    return this.row(id, DONE)
  }

  /** `isBad`: this device was to open it and could not. If no other one has for some days, nobody will: strangers must not fill a mailbox. */
  left(id: EnvelopeId, isBad: boolean): KvChange {
    return this.row(id, isBad ? LEFT_FOR_DAYS : LEFT)
  }

  /** Forgets what no key here could open any more. */
  async expire(): Promise<void> {
    const old: KvChange[] = []
    for await (const [key, value] of this.kv.range({ gte: PREFIX, lt: AFTER, onDamaged: () => undefined }))
      if (decodeRow(value).day + DAYS_KEPT < this.daysSeen()) old.push({ del: key })
    if (old.length > 0) await this.kv.write(old)
    this.rows = undefined
  }

  private isDone({ state, day }: Row): boolean {
    return state === DONE || (state === LEFT_FOR_DAYS && day + DAYS_LEFT <= this.daysSeen())
  }

  private row(id: EnvelopeId, state: number): KvChange {
    if (this.rows !== undefined) this.rows += 1
    return { put: PREFIX + id, value: encode([1, this.daysSeen(), state]) }
  }
}

interface Row {
  readonly day: number
  readonly state: number
}

/** Some full mailboxes. */
const MOST_ROWS = 4 * LIMITS.envelopesPerMailbox
const PREFIX = 'mail-seen/'
const AFTER = 'mail-seen0'
const [DONE, LEFT, LEFT_FOR_DAYS] = [0, 1, 2]
/** Days of this device's running in which another one has time to open it. */
const DAYS_LEFT = 7
/** As long as a key lives that could open it again. */
const DAYS_KEPT = LIMITS.keyDays + LIMITS.lastResortDays + 1

function decodeRow(value: Uint8Array): Row {
  const [version, day, state] = asArray(decode(value, 32), 3)
  asVersion(version, 1)
  return { day: asUint(day), state: asUint(state, LEFT_FOR_DAYS) }
}
