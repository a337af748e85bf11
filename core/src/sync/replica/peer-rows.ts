import { asArray, asIds, asInt, asText, asUint, asVersion, decode, encode, idValue } from '../../base/codec.ts'
import { ERRORS } from '../../base/errors.ts'
import type { ErrorCode } from '../../base/errors.ts'
import { idFromHex, splitLogId } from '../../base/ids.ts'
import type { DeviceId, EntryHash, LogId, RecordHash, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { KvStore } from '../../ports/kv-store.ts'
import { asLog } from './heads.ts'
import { asHoldings, holdingsValue } from './holdings.ts'
import type { Holdings } from './holdings.ts'

/** How the peer book lies in the key-value store. */
export interface PeerRow {
  readonly role: 'device' | 'relay'
  readonly lastExchangeMs: number | null
  readonly lies: number
  readonly lastLie: ErrorCode | null
  /** Times the peer showed less than it had shown before. */
  readonly rollbacks: number
}

/** What a relay said of the objects one entry brings. */
export interface EntryState {
  /** All of them. */
  readonly records: readonly RecordHash[]
  readonly incomplete: readonly RecordHash[]
  /** Other relays' to hold. */
  readonly elsewhere: readonly RecordHash[]
}

export interface PeerRowReader {
  peer(peer: DeviceId, row: PeerRow): void
  floor(peer: DeviceId, vault: VaultId, heads: Map<LogId, number>): void
  holdings(peer: DeviceId, vault: VaultId, said: Holdings): void
  state(peer: DeviceId, vault: VaultId, entry: EntryHash, said: Omit<EntryState, 'records'>): void
}

export interface Row {
  readonly put: string
  readonly value: Uint8Array
}

export function peerRow(peer: DeviceId, row: PeerRow): Row {
  const { role, lastExchangeMs, lies, lastLie, rollbacks } = row
  return {
    put: `${PREFIX}p/${peer}`,
    value: encode([1, role === 'relay' ? 1 : 0, lastExchangeMs, lies, lastLie, rollbacks])
  }
}

export function floorRow(peer: DeviceId, vault: VaultId, floor: ReadonlyMap<LogId, number>): Row {
  const heads = [...floor].map(([log, seq]) => {
    const { device, incarnation } = splitLogId(log)
    return [idValue(device), idValue(incarnation), seq]
  })
  return { put: `${PREFIX}f/${peer}/${vault}`, value: encode([1, heads]) }
}

export function stateRow(
  peer: DeviceId,
  vault: VaultId,
  entry: EntryHash,
  { incomplete, elsewhere }: Omit<EntryState, 'records'>
): Row {
  return {
    put: `${PREFIX}s/${peer}/${vault}/${entry}`,
    value: encode([1, incomplete.map(idValue), elsewhere.map(idValue)])
  }
}

export function holdingsRow(peer: DeviceId, vault: VaultId, said: Holdings): Row {
  return { put: holdingsKey(peer, vault), value: encode([1, ...holdingsValue(said)]) }
}

export function holdingsKey(peer: DeviceId, vault: VaultId): string {
  return `${PREFIX}h/${peer}/${vault}`
}

/** Throws MALFORMED when a row is damaged. */
export async function loadPeerRows(kv: KvStore, to: PeerRowReader): Promise<void> {
  for await (const [key, value] of kv.range({ gte: PREFIX, lt: `${PREFIX}~` })) {
    const [kind, peerHex, vaultHex, entryHex] = key.slice(PREFIX.length).split('/')
    const peer = idFromHex<DeviceId>(peerHex ?? '')
    const items = asArray(decode(value, ROW_BYTES), { max: 6 })
    asVersion(items[0], 1)
    if (kind === 'p') to.peer(peer, readPeer(items))
    if (kind === 'f') to.floor(peer, idFromHex<VaultId>(vaultHex ?? ''), readFloor(items))
    if (kind === 'h') to.holdings(peer, idFromHex<VaultId>(vaultHex ?? ''), asHoldings(items.slice(1)))
    if (kind === 's')
      to.state(peer, idFromHex<VaultId>(vaultHex ?? ''), idFromHex<EntryHash>(entryHex ?? ''), {
        incomplete: asIds(items[1], LIMITS.pinListItems),
        elsewhere: asIds(items[2], LIMITS.pinListItems)
      })
  }
}

const PREFIX = 'sync-peer/'
/** The largest row: floors of all logs a peer may have spoken of, or all records of one entry. */
const ROW_BYTES = 1024 * 1024

type Items = ReturnType<typeof asArray>

function readPeer(items: Items): PeerRow {
  const [, role, lastExchangeMs, lies, lastLie, rollbacks] = items
  const code = lastLie === null ? null : (asText(lastLie, 64) as ErrorCode)
  return {
    role: asUint(role, 1) === 1 ? 'relay' : 'device',
    lastExchangeMs: lastExchangeMs === null ? null : asInt(lastExchangeMs),
    lies: asUint(lies),
    lastLie: code !== null && code in ERRORS ? code : null,
    rollbacks: asUint(rollbacks)
  }
}

function readFloor(items: Items): Map<LogId, number> {
  const heads = asArray(items[1], { max: 2 * LIMITS.logsPerVault })
  return new Map(
    heads.map((item) => {
      const [device, incarnation, seq] = asArray(item, 3)
      return [asLog(device, incarnation), asUint(seq)]
    })
  )
}
