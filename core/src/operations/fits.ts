import type { DeviceId, RecordHash } from '../base/ids.ts'
import { freeBytesOf, roomsOf, type Asks } from '../engine/relays/rooms.ts'
import { isOwnVault } from '../engine/sharing/sharing.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { contentOf } from './look.ts'
import type { OperationIo } from './operation.ts'
import { everythingBelow } from './places.ts'

/** Something that is to go to a relay, named as people know it. */
export interface Wanted {
  readonly path: string
  readonly bytes: number
}

/** A relay that has no room for all that is to go there. */
export interface TooMuch {
  readonly relay: string
  readonly id: DeviceId
  readonly neededBytes: number
  readonly freeBytes: number
  /** What takes most of it. */
  readonly largest: readonly Wanted[]
}

/** How much of all that is new each relay is to hold: the copies are spread evenly. */
export function shareOfEach(engine: Pick<OpEngine, 'relays' | 'personal'>): number {
  return Math.min(1, engine.personal.replica.log.membership().copies / Math.max(1, engine.relays().length))
}

/** Says of each relay that has no room for all of it what is largest. Before the first byte is sent. */
export async function tellWhatDoesNotFit(
  engine: OpEngine,
  wantedAt: (relay: DeviceId) => readonly Wanted[] | Promise<readonly Wanted[]>,
  io: Pick<OperationIo, 'emit'>,
  share = 1
): Promise<void> {
  for (const one of await whatDoesNotFit(engine, wantedAt, 'now', share))
    await io.emit({ type: 'does-not-fit', ...one })
}

/** `share`: of what is wanted, how much each relay gets. */
export async function whatDoesNotFit(
  engine: OpEngine,
  wantedAt: (relay: DeviceId) => readonly Wanted[] | Promise<readonly Wanted[]>,
  asks: Asks = 'now',
  share = 1
): Promise<TooMuch[]> {
  const rooms = await roomsOf(engine, asks)
  const tooMuch: TooMuch[] = []
  for (const { peer, name } of engine.relays()) {
    const room = rooms.get(peer)
    const freeBytes = room && freeBytesOf(room)
    if (freeBytes === undefined) continue
    const wanted = await wantedAt(peer)
    const neededBytes = Math.ceil(wanted.reduce((sum, { bytes }) => sum + bytes, 0) * share)
    if (neededBytes <= freeBytes) continue
    const largest = [...wanted].sort((one, other) => other.bytes - one.bytes).slice(0, LARGEST)
    tooMuch.push({ relay: name, id: peer, neededBytes, freeBytes, largest })
  }
  return tooMuch
}

/** The files that are whole here, that this relay is to hold for this account, and that it is not known to hold. */
export function pendingAt(engine: OpEngine, relay: DeviceId): Wanted[] {
  const { replica } = engine.home
  const seen = new Set<RecordHash>()
  const pending: Wanted[] = []
  for (const { path, node, vault } of everythingBelow(engine, undefined)) {
    const content = contentOf(node)
    if (content === undefined || vault === undefined || !isOwnVault(engine, vault)) continue
    const own = vault.replica
    const record = own.log.pins().recordOf(content.object)
    if (record === undefined || seen.has(record.hash) || !own.mayNameTo(relay)) continue
    seen.add(record.hash)
    const isThere = replica.peers.objectState(own.id, record.hash).complete.includes(relay)
    if (isThere || !replica.placed.isResponsible(own.id, relay, content.object)) continue
    if (engine.exchange.wanted.isComplete(record.hash)) pending.push({ path: pathText(path), bytes: content.size })
  }
  return pending
}

const LARGEST = 5
