import { fromHex } from '../../base/bytes.ts'
import { asArray, asBytes, asId, asIds, asInt, asUint, asVersion, decode, encode, idValue } from '../../base/codec.ts'
import type { Value } from '../../base/codec.ts'
import { HoldfastError } from '../../base/errors.ts'
import { splitLogId } from '../../base/ids.ts'
import type { BlobId, EntryHash, LogId, RecordHash, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { assertAscending } from '../../log/header.ts'
import { readHeads } from '../../log/head-statement.ts'
import type { Head } from '../../log/head-statement.ts'
import { asDigest, asLog, asNumbers, numbersValue, sortedHeadsValue } from '../replica/heads.ts'
import type { StatementNumber } from '../replica/heads.ts'
import { asHoldings, holdingsValue } from '../replica/holdings.ts'
import type { Holdings } from '../replica/holdings.ts'

/** The messages of `/holdfast/sync/1` (FORMAT.md 7.1). */
export type Message =
  | Hello
  | {
      readonly kind: 'heads'
      readonly vault: VaultId
      readonly heads: readonly Head[]
      readonly numbers: readonly StatementNumber[]
    }
  | { readonly kind: 'want'; readonly vault: VaultId; readonly ranges: readonly LogRange[] }
  | Entries
  | { readonly kind: 'statements'; readonly vault: VaultId; readonly statements: readonly WireStatement[] }
  | ObjectState
  | { readonly kind: 'idle'; readonly vault: VaultId; readonly dealt: number }
  | { readonly kind: 'refused'; readonly vault: VaultId }
  | { readonly kind: 'ask'; readonly vault: VaultId; readonly entries: readonly EntryHash[] }
  | { readonly kind: 'holdings'; readonly vault: VaultId; readonly holdings: Holdings }

export type Role = 'device' | 'relay'

/** Which vaults a side names to the peer. A later one adds to the ones before. `told`: digest of the holdings that the peer told last. */
export interface Hello {
  readonly kind: 'hello'
  readonly role: Role
  readonly vaults: readonly NamedVault[]
  readonly nowMs: number
}

export interface NamedVault {
  readonly vault: VaultId
  readonly digest: string
  readonly told: string | null
}

/** Both ends included. */
export interface LogRange {
  readonly log: LogId
  readonly from: number
  readonly to: number
}

/** `part`: of an answer to `want` with more to ask for; `last` of such an answer; `pushed`: not asked for. */
export interface Entries {
  readonly kind: 'entries'
  readonly vault: VaultId
  readonly entries: readonly WireEntry[]
  readonly role: 'part' | 'last' | 'pushed'
}

/** An entry as it is stored, with the object records it brings as far as they still exist. */
export interface WireEntry {
  readonly entry: Uint8Array
  readonly records: readonly Uint8Array[]
}

export interface WireStatement {
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
}

/**
 * The entry is durable at the relay that says so. Of its objects, those in `incomplete` are to be there and are not whole, those
 * in `elsewhere` are other relays' to hold; all others are pinned.
 */
export interface ObjectState {
  readonly kind: 'state'
  readonly vault: VaultId
  readonly entry: EntryHash
  readonly incomplete: readonly { readonly record: RecordHash; readonly missing: readonly BlobId[] }[]
  readonly elsewhere: readonly RecordHash[]
}

export function encodeMessage(message: Message): Uint8Array {
  return encode(messageValue(message))
}

/** Throws TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION. */
export function decodeMessage(bytes: Uint8Array): Message {
  const value = decode(bytes, LIMITS.syncFrameBytes)
  const items = asArray(value, { max: 5 })
  const read = READERS[asUint(items[0], READERS.length - 1)]!
  return read(items)
}

/** Most blobs one object state names as missing: more follow when it is asked again. */
export const MISSING_PER_STATE = LIMITS.blobIdsPerMessage

const ROLES: readonly Role[] = ['device', 'relay']
const ENTRY_ROLES: readonly Entries['role'][] = ['part', 'last', 'pushed']

function messageValue(m: Message): Value {
  switch (m.kind) {
    case 'hello':
      return [
        0,
        2,
        ROLES.indexOf(m.role),
        m.vaults.map(({ vault, digest, told }) => [
          idValue(vault),
          fromHex(digest),
          told === null ? null : fromHex(told)
        ]),
        m.nowMs
      ]
    case 'heads':
      return [1, idValue(m.vault), sortedHeadsValue(m.heads), numbersValue(m.numbers)]
    case 'want':
      return [2, idValue(m.vault), m.ranges.map(rangeValue)]
    case 'entries':
      return [3, idValue(m.vault), m.entries.map(({ entry, records }) => [entry, records]), ENTRY_ROLES.indexOf(m.role)]
    case 'statements':
      return [4, idValue(m.vault), m.statements.map(({ bytes, signature }) => [bytes, signature])]
    case 'state':
      return [
        5,
        idValue(m.vault),
        idValue(m.entry),
        m.incomplete.map(({ record, missing }) => [idValue(record), missing.map(idValue)]),
        m.elsewhere.map(idValue)
      ]
    case 'idle':
      return [6, idValue(m.vault), m.dealt]
    case 'refused':
      return [7, idValue(m.vault)]
    case 'ask':
      return [8, idValue(m.vault), m.entries.map(idValue)]
    case 'holdings':
      return [9, idValue(m.vault), ...holdingsValue(m.holdings)]
  }
}

/** In the order of the numbers on the wire. */
const READERS: readonly ((items: readonly Value[]) => Message)[] = [
  (items) => {
    const [, version, role, vaults, nowMs] = asArray(items, 5)
    asVersion(version, 2)
    const named = asArray(vaults, { max: LIMITS.vaultsPerHello }).map((item) => {
      const [vault, digest, told] = asArray(item, 3)
      return { vault: asId<VaultId>(vault), digest: asDigest(digest), told: told === null ? null : asDigest(told) }
    })
    return { kind: 'hello', role: ROLES[asUint(role, 1)]!, vaults: named, nowMs: asInt(nowMs) }
  },
  (items) => {
    const [, vault, heads, numbers] = asArray(items, 4)
    return { kind: 'heads', vault: asId<VaultId>(vault), heads: readHeads(heads), numbers: asNumbers(numbers) }
  },
  (items) => {
    const [, vault, ranges] = asArray(items, 3)
    const wanted = asArray(ranges, { max: LIMITS.logsPerVault }).map(asRange)
    assertAscending(wanted.map(({ log }) => log))
    return { kind: 'want', vault: asId<VaultId>(vault), ranges: wanted }
  },
  (items) => {
    const [, vault, entries, role] = asArray(items, 4)
    const sent = asArray(entries, { max: LIMITS.entriesPerFrame }).map(asWireEntry)
    return { kind: 'entries', vault: asId<VaultId>(vault), entries: sent, role: ENTRY_ROLES[asUint(role, 2)]! }
  },
  (items) => {
    const [, vault, statements] = asArray(items, 3)
    return {
      kind: 'statements',
      vault: asId<VaultId>(vault),
      statements: asArray(statements, { max: LIMITS.statementsPerEntry }).map(asWireStatement)
    }
  },
  (items) => {
    const [, vault, entry, incomplete, elsewhere] = asArray(items, 5)
    const objects = asArray(incomplete, { max: LIMITS.pinListItems }).map((item) => {
      const [record, missing] = asArray(item, 2)
      return {
        record: asId<RecordHash>(record),
        missing: asArray(missing, { max: MISSING_PER_STATE }).map((blob) => asId<BlobId>(blob))
      }
    })
    return {
      kind: 'state',
      vault: asId<VaultId>(vault),
      entry: asId<EntryHash>(entry),
      incomplete: objects,
      elsewhere: asIds<RecordHash>(elsewhere, LIMITS.pinListItems)
    }
  },
  (items) => {
    const [, vault, dealt] = asArray(items, 3)
    return { kind: 'idle', vault: asId<VaultId>(vault), dealt: asUint(dealt) }
  },
  (items) => ({ kind: 'refused', vault: asId<VaultId>(asArray(items, 2)[1]) }),
  (items) => {
    const [, vault, entries] = asArray(items, 3)
    return {
      kind: 'ask',
      vault: asId<VaultId>(vault),
      entries: asArray(entries, { max: LIMITS.entriesPerFrame }).map((hash) => asId<EntryHash>(hash))
    }
  },
  (items) => {
    const [, vault, ...said] = asArray(items, 5)
    return { kind: 'holdings', vault: asId<VaultId>(vault), holdings: asHoldings(said) }
  }
]

function rangeValue({ log, from, to }: LogRange): Value {
  const { device, incarnation } = splitLogId(log)
  return [idValue(device), idValue(incarnation), from, to]
}

function asRange(value: Value): LogRange {
  const [device, incarnation, first, last] = asArray(value, 4)
  const from = asUint(first)
  const to = asUint(last)
  if (from < 1 || from > to) throw new HoldfastError('MALFORMED', 'a range of no numbers')
  return { log: asLog(device, incarnation), from, to }
}

function asWireEntry(value: Value): WireEntry {
  const [entry, records] = asArray(value, 2)
  return {
    entry: asBytes(entry, { max: LIMITS.syncFrameBytes }),
    records: asArray(records, { max: LIMITS.pinListItems }).map((record) =>
      asBytes(record, { max: LIMITS.recordBytes })
    )
  }
}

function asWireStatement(value: Value): WireStatement {
  const [bytes, signature] = asArray(value, 2)
  return { bytes: asBytes(bytes, { max: LIMITS.syncFrameBytes }), signature: asBytes(signature, 64) }
}
