import { asArray, asUint, asVersion, decode, encode } from '../../base/codec.ts'
import { idFromHex } from '../../base/ids.ts'
import type { DeviceId, EntryHash, ObjectId, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { HeadStatement } from '../../log/head-statement.ts'
import type { VaultLog } from '../../log/vault-log.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { KvChange, KvStore } from '../../ports/kv-store.ts'

/** What decides whether unpins take effect at one holder. */
export interface UnpinPlace {
  readonly log: VaultLog
  readonly blobs: BlobStore
  /** This home. What it holds it has seen. */
  readonly device: DeviceId
  /** Days on which this home ran. */
  readonly daysSeen: number
  statementOf(device: DeviceId): HeadStatement | undefined
}

/**
 * When the unpins of one vault take effect here (FORMAT.md 5.10). Each is dated, in days of this home's own running, when it is
 * first seen to count; a row that is lost begins anew, which only ever keeps something longer.
 */
export class UnpinBook {
  readonly #kv: KvStore
  readonly #root: string
  readonly #rows = new Map<EntryHash, Row>()

  private constructor(kv: KvStore, vault: VaultId) {
    this.#kv = kv
    this.#root = `sync-unpin/${vault}/`
  }

  static async open(kv: KvStore, vault: VaultId): Promise<UnpinBook> {
    const book = new UnpinBook(kv, vault)
    for await (const [key, value] of kv.range({ gte: book.#root, lt: `${book.#root}~` }))
      book.#rows.set(idFromHex<EntryHash>(key.slice(book.#root.length)), decodeRow(value))
    return book
  }

  /** What has taken effect before: told to a log that was just read. */
  settleIn(log: VaultLog): void {
    for (const [entry, { state }] of this.#rows) if (state === IN_EFFECT) log.pins().settleUnpins(entry)
  }

  /** Objects whose unpins are held back here, because too many came on one day. */
  heldBack(log: VaultLog): ObjectId[] {
    const pins = log.pins()
    const held = pins.unpins().filter(({ entry, state }) => state === 'waiting' && this.#isHeldBack(entry))
    return [...new Set(held.flatMap(({ objects }) => objects))].filter((object) => pins.stateOf(object) === 'leaving')
  }

  /**
   * Looks at all unpins: dates what is new, holds back what is too much for a day, lets take effect what is due, durable first.
   * Returns whether anything new is held back.
   */
  async look(place: UnpinPlace): Promise<boolean> {
    const pins = place.log.pins()
    const unpins = pins.unpins()
    if (unpins.length === 0 && this.#rows.size === 0) return false
    const rows = new Map<EntryHash, Row>()
    for (const { entry, state } of unpins) {
      const row = this.#rows.get(entry)
      if (state === 'waiting') rows.set(entry, row ?? { day: place.daysSeen, state: WAITING })
      else if (state === 'in effect' && row !== undefined) rows.set(entry, row)
    }
    const today = [...rows].flatMap(([entry, row]) => (row.day === place.daysSeen ? [entry] : []))
    const held = today.some((entry) => !this.#rows.has(entry)) ? await tooMany(place, today) : []
    for (const entry of held) rows.set(entry, { day: place.daysSeen, state: HELD_BACK })
    const due = [...rows].filter(([entry, row]) => row.state !== IN_EFFECT && isDue(row, entry, place))
    for (const [entry, { day }] of due) rows.set(entry, { day, state: IN_EFFECT })
    const isNews = held.some((entry) => !this.#isHeldBack(entry))
    await this.#keep(rows)
    for (const [entry] of due) pins.settleUnpins(entry)
    // Void, or counted no more: should it come back, it waits anew.
    for (const { entry, state } of unpins) if (state === 'void') pins.settleUnpins(entry, false)
    return isNews
  }

  #isHeldBack(entry: EntryHash): boolean {
    return this.#rows.get(entry)?.state === HELD_BACK
  }

  async #keep(rows: ReadonlyMap<EntryHash, Row>): Promise<void> {
    const changes: KvChange[] = []
    for (const [entry, row] of rows) {
      const known = this.#rows.get(entry)
      if (known?.day === row.day && known.state === row.state) continue
      changes.push({ put: this.#root + entry, value: encode([1, row.day, row.state]) })
    }
    for (const entry of this.#rows.keys()) if (!rows.has(entry)) changes.push({ del: this.#root + entry })
    if (changes.length > 0) await this.#kv.write(changes)
    this.#rows.clear()
    for (const [entry, row] of rows) this.#rows.set(entry, row)
  }
}

interface Row {
  /** Of this home's days: when the unpin was first seen to count. */
  readonly day: number
  readonly state: typeof WAITING | typeof IN_EFFECT | typeof HELD_BACK
}

const WAITING = 0
const IN_EFFECT = 1
const HELD_BACK = 2
const ROW_BYTES = 32

function decodeRow(bytes: Uint8Array): Row {
  const [version, day, state] = asArray(decode(bytes, ROW_BYTES), 3)
  asVersion(version, 1)
  const known = [WAITING, IN_EFFECT, HELD_BACK] as const
  return { day: asUint(day), state: known[asUint(state)] ?? WAITING }
}

function isDue({ day, state }: Row, entry: EntryHash, place: UnpinPlace): boolean {
  const days = place.daysSeen - day
  if (state === HELD_BACK) return days >= LIMITS.unpinHeldBackDays
  if (days < LIMITS.unpinLeastDays) return false
  return days >= LIMITS.unpinDays || writers(place.log).every((device) => hasSeen(device, entry, place))
}

/** Devices in good standing of whoever may write. */
function writers(log: VaultLog): DeviceId[] {
  const members = [...log.membership().accounts.values()]
  return members.flatMap(({ role, devices }) => (role === 'reader' ? [] : [...devices.keys()]))
}

/**
 * The device says that it holds the entry, and everything it says that it holds is here: a pin that it wrote before it saw the
 * unpin, too.
 */
function hasSeen(device: DeviceId, entry: EntryHash, { device: self, log, statementOf }: UnpinPlace): boolean {
  if (device === self) return true
  const heads = statementOf(device)?.heads ?? []
  if (!heads.every(({ hash }) => log.has(hash))) return false
  return heads.some(({ hash }) => hash === entry || log.pastOf(hash).includes(entry))
}

/**
 * Entries of today's that are held back: together they withdraw more than `massUnpins` objects and more than half of all that lie
 * here. What is not here anyway is not counted: a home that has just joined is shown the unpins of years at once.
 */
async function tooMany({ log, blobs }: UnpinPlace, entries: readonly EntryHash[]): Promise<readonly EntryHash[]> {
  const pins = log.pins()
  const today = new Set(entries)
  const named = new Set(
    pins
      .unpins()
      .filter(({ entry }) => today.has(entry))
      .flatMap(({ objects }) => objects)
  )
  const leaving = [...named].filter((object) => pins.stateOf(object) === 'leaving')
  if (leaving.length <= LIMITS.massUnpins) return []
  const manifests = (objects: readonly ObjectId[]) => objects.flatMap((one) => pins.recordOf(one)?.manifest.id ?? [])
  const live = new Set([...pins.liveRecords()].flatMap((record) => pins.objectOf(record) ?? []))
  const count = async (objects: readonly ObjectId[]): Promise<number> => {
    let held = 0
    const ids = manifests(objects)
    for (let at = 0; at < ids.length; at += LIMITS.blobsPerPass)
      held += (await blobs.has(ids.slice(at, at + LIMITS.blobsPerPass))).filter(Boolean).length
    return held
  }
  const gone = await count(leaving)
  return gone > LIMITS.massUnpins && gone * 2 > (await count([...live])) ? entries : []
}
