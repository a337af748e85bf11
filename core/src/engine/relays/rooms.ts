import { asArray, asUint, asVersion, decode, encode } from '../../base/codec.ts'
import type { DeviceId } from '../../base/ids.ts'
import type { Connection } from '../../net/connection.ts'
import type { KvStore } from '../../ports/kv-store.ts'
import type { Engine } from '../engine.ts'
import { within } from '../later.ts'
import { askRelay } from './relay-client.ts'

/** What this account uses of a relay, as the relay said. */
export interface Room {
  readonly usedBytes: number
  /** 0: no bound. */
  readonly quotaBytes: number
  /** When it said so. */
  readonly saidMs: number
}

/**
 * What each relay last said. Those that are connected are asked again, if that is some seconds ago: `now` it is waited for, `behind` it
 * is for whoever looks next, `never` not at all.
 */
export async function roomsOf(engine: Engine, asks: Asks = 'now'): Promise<ReadonlyMap<DeviceId, Room>> {
  const { kv, clock } = engine.home
  const rooms = new Map<DeviceId, Room>()
  await Promise.all(
    engine.relays().map(async ({ peer }) => {
      const known = await read(kv, peer)
      const isFresh = known !== undefined && Math.abs(clock.nowMs() - known.saidMs) < FRESH_MS
      const asked = isFresh || asks === 'never' ? undefined : askAt(engine, peer)
      const room = (asks === 'now' ? await asked : undefined) ?? known
      if (room !== undefined) rooms.set(peer, room)
    })
  )
  return rooms
}

export type Asks = 'now' | 'behind' | 'never'

/** Undefined where there is no bound. */
export function freeBytesOf({ usedBytes, quotaBytes }: Room): number | undefined {
  return quotaBytes === 0 ? undefined : Math.max(0, quotaBytes - usedBytes)
}

/** Asks and remembers. Throws what `askRelay` throws. */
export async function askRoom({ home }: Pick<Engine, 'home'>, connection: Connection): Promise<Room> {
  const { bytes, quotaBytes } = await askRelay(connection, { kind: 'account' }, 'account', home.wait)
  const room = { usedBytes: bytes, quotaBytes, saidMs: Math.max(0, Math.round(home.clock.nowMs())) }
  await home.kv.write([
    { put: keyOf(connection.peerKey), value: encode([1, room.usedBytes, room.quotaBytes, room.saidMs]) }
  ])
  return room
}

/** Undefined when it is not connected, or does not say it soon. Asked once at a time. */
function askAt(engine: Engine, peer: DeviceId): Promise<Room | undefined> {
  const asking = ASKING.get(engine) ?? new Map<DeviceId, Promise<Room | undefined>>()
  ASKING.set(engine, asking)
  const known = asking.get(peer)
  if (known !== undefined) return known
  const asked = askSoon(engine, peer)
    .catch(() => undefined) // nobody may be waiting for it
    .finally(() => asking.delete(peer))
  asking.set(peer, asked)
  return asked
}

const ASKING = new WeakMap<Engine, Map<DeviceId, Promise<Room | undefined>>>()

async function askSoon(engine: Engine, peer: DeviceId): Promise<Room | undefined> {
  if (!engine.isOnline) return undefined
  const connection = engine.network.host.connections().find(({ peerKey }) => peerKey === peer)
  if (connection === undefined) return undefined
  const asked = askRoom(engine, connection).catch(() => undefined)
  return within(engine.home.wait, ANSWER_MS, (signal) =>
    Promise.race([
      asked,
      new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined)))
    ])
  )
}

async function read(kv: KvStore, peer: DeviceId): Promise<Room | undefined> {
  try {
    const bytes = await kv.get(keyOf(peer))
    if (bytes === undefined) return undefined
    const items = asArray(decode(bytes, MOST_BYTES), 4)
    asVersion(items[0], 1)
    return { usedBytes: asUint(items[1]), quotaBytes: asUint(items[2]), saidMs: asUint(items[3]) }
  } catch {
    return undefined // damaged: it is asked again
  }
}

const keyOf = (peer: DeviceId): string => `relay-room/${peer}`
const MOST_BYTES = 64
const ANSWER_MS = 3_000
const FRESH_MS = 10_000
