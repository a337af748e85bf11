import type { EntryHash, ObjectId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { CausalPast } from '../index/entry.ts'
import type { FileState } from '../index/file-state.ts'
import type { Index } from '../index/index.ts'
import { decodeContent } from '../index/records.ts'
import type { Head } from '../log/head-statement.ts'
import type { PinState } from '../log/pins.ts'
import type { ObjectRecord } from '../log/record.ts'
import type { VaultLog } from '../log/vault-log.ts'
import type { VaultReplica } from '../sync/replica/vault-replica.ts'

/** What is to be kept of what was replaced or removed. */
export interface Keep {
  /** Of a living file so many earlier versions, the newest, however old. Of a removed one: none. */
  readonly versions: number
  /** What the vault held when the days began for which every version is kept: what was replaced or removed by then is old. */
  readonly before: readonly Head[]
  /** What it held when today began. */
  readonly today: readonly Head[]
}

/** What an entry that changes no name pins again, or gives up. */
export interface PinChange {
  readonly records?: readonly ObjectRecord[]
  readonly unpins?: readonly ObjectId[]
}

/**
 * Objects of versions that need not be kept any more, the oldest first: as many as, with all that was given up today by
 * whomever, are a tenth of the versions there are. None where a log forked or is damaged: then the index does not show all that counts.
 */
export function toGiveUp(index: Index, { log, asideEntries }: VaultReplica, keep: Keep): PinChange[] {
  if (log.frozenLogs().length > 0 || asideEntries > 0) return []
  const pins = log.pins()
  const { outdated, kept } = outdatedVersions(index, keep, (object) => pins.stateOf(object) === 'pinned')
  const today = unpinnedSince(keep.today, log)
  const most = Math.max(1, Math.floor((kept + today) * MOST_A_DAY)) - today
  const unpins = outdated.slice(0, Math.max(0, Math.min(most, LIMITS.operationsPerEntry)))
  return unpins.length === 0 ? [] : [{ unpins }]
}

/** Records of what living files name though somebody gave it up, in lots that fit an entry. */
export function toPinAgain(index: Index, pins: PinState): PinChange[] {
  const given = new Set(pins.unpins().flatMap(({ objects }) => objects))
  const lost = [...given].filter((object) => pins.stateOf(object) !== 'pinned' && !pins.isShredded(object))
  if (lost.length === 0) return []
  const live = liveObjects(index)
  const lots: ObjectRecord[][] = []
  let room = 0
  for (const object of lost) {
    const record = live.has(object) ? pins.lastRecordOf(object) : undefined
    if (record === undefined) continue
    const items = 8 + record.blobs.length
    if (lots.length === 0 || room < items) lots.push([])
    room = (lots.at(-1)!.length === 0 ? ITEMS_PER_LOT : room) - items
    lots.at(-1)!.push(record)
  }
  return lots.map((records) => ({ records }))
}

/** The part of a vault's versions that one day may take. */
const MOST_A_DAY = 0.1
/** Blobs that the records of one entry name, each record counted as eight more: far below what a frame takes. */
const ITEMS_PER_LOT = 16_384

/** An object that any file's content, or any version to be kept, names is not outdated. `kept`: how many versions there are. */
function outdatedVersions(
  index: Index,
  { versions, before }: Keep,
  isPinned: (object: ObjectId) => boolean
): { outdated: ObjectId[]; kept: number } {
  const live = liveObjects(index)
  const needed = new Set<ObjectId>()
  const past = pastOf(before)
  const old = new Map<ObjectId, number>()
  const kept = new Set<ObjectId>()
  for (const state of index.tree.states()) {
    const lives = state.contents.length > 0
    let newer = 0
    for (const { object, counter } of newestFirst(state)) {
      if (live.has(object) || !isPinned(object)) continue
      kept.add(object)
      const isAmongNewest = lives && newer++ < versions
      if (!isAmongNewest && index.keptWithin(state.id, object, past)) old.set(object, counter)
      else needed.add(object)
    }
  }
  const found = [...old].filter(([object]) => !needed.has(object))
  found.sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))
  return { outdated: found.map(([object]) => object), kept: kept.size }
}

/** Objects that living files name, those of a conflict too. */
function liveObjects(index: Index): Set<ObjectId> {
  const found = new Set<ObjectId>()
  for (const { contents } of index.tree.states())
    for (const { value } of contents) {
      const content = decodeContent(value)
      if (content.kind !== 'folder') found.add(content.object)
    }
  return found
}

function newestFirst({ versions }: FileState): { object: ObjectId; counter: number }[] {
  const found = [...(versions ?? [])].map(([object, values]) => ({ object, ...values.at(-1)! }))
  return found.sort((a, b) => b.counter - a.counter || (a.actor < b.actor ? 1 : -1))
}

function unpinnedSince(heads: readonly Head[], log: VaultLog): number {
  const past = pastOf(heads)
  const isNew = (hash: EntryHash): boolean => {
    const entry = log.entry(hash)
    return entry !== undefined && !past.has(entry.log, entry.header.seq, hash)
  }
  const fresh = log
    .pins()
    .unpins()
    .filter(({ entry }) => isNew(entry))
  return new Set(fresh.flatMap(({ objects }) => objects)).size
}

/** What lay at or before these heads. Right where no log forked. */
function pastOf(heads: readonly Head[]): CausalPast {
  const tops = new Map(heads.map(({ log, seq }) => [log, seq]))
  return { has: (log, seq) => seq <= (tops.get(log) ?? 0) }
}
