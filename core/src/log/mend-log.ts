import { decode, encode } from '../base/codec.ts'
import { isHoldfastError } from '../base/errors.ts'
import type { EntryHash, VaultId } from '../base/ids.ts'
import type { KvChange, KvStore } from '../ports/kv-store.ts'
import { putAside } from './aside.ts'
import { ENTRY_BYTES, entryHash, readEntryBytes } from './entry.ts'
import type { EntryBytes } from './entry.ts'
import { decodeHeader } from './header.ts'
import { GENESIS_COPY, GENESIS_NUMBER } from './log-store.ts'
import { RECORD_ROWS } from './record-rows.ts'

export interface LogMending {
  /** To be written in one batch. */
  readonly changes: readonly KvChange[]
  /** Entries that were damaged themselves; what stands on them is found when the log is loaded. */
  readonly entries: number
  /** Rows of records that were damaged: gone, to be written again by whoever knows what they held, or fetched again. */
  readonly recordRows: readonly string[]
}

/**
 * Rows of one log that are damaged, or lack what belongs to them: entries go aside, what can be made again is made
 * again, records are dropped because a missing one is asked for. Nothing may be added to the log meanwhile.
 */
export async function mendLog(kv: KvStore, vault: VaultId): Promise<LogMending> {
  const root = `log/${vault}/`
  const rows = await readRows(kv, root)
  const changes: KvChange[] = []
  await mendGenesis(kv, root, rows, changes)
  const broken = new Set<string>()
  const byName = new Map([...rows.entries].map(([number, { hash }]) => [hash, number]))
  const hashOf = (number: string): EntryHash | null => rows.entries.get(number)?.hash ?? rows.names.get(number) ?? null
  for (const [key, remains] of rows.damaged) {
    const [kind = '', name = ''] = key.slice(root.length).split('/')
    const hash = kind === 'e' ? hashOf(name) : kind === 'p' ? (name as EntryHash) : null
    if (kind === 'e') broken.add(name)
    if (kind === 'p') broken.add(byName.get(name as EntryHash) ?? name)
    if (kind === 'e' || kind === 'p')
      changes.push(putAside(key, { entry: isHash(hash) ? hash : null, whole: false }, remains))
    if (isWritable(key)) changes.push({ del: key })
  }
  for (const [number, { hash, value, isSealed }] of rows.entries) {
    if (isSealed && !rows.payloads.has(hash)) broken.add(number)
    if (!broken.has(number)) {
      if (rows.names.get(number) !== hash) changes.push({ put: `${root}n/${hash}`, value: encode(number) })
      continue
    }
    changes.push(
      putAside(`${root}e/${number}`, { entry: hash, whole: false }, value),
      { del: `${root}e/${number}` },
      { del: `${root}n/${hash}` }
    )
  }
  for (const [number, hash] of rows.names) if (!rows.entries.has(number)) changes.push({ del: `${root}n/${hash}` })
  return { changes, entries: broken.size, recordRows: recordRows(rows.damaged, root) }
}

interface Rows {
  readonly entries: Map<string, { hash: EntryHash; value: Uint8Array; isSealed: boolean }>
  readonly names: Map<string, EntryHash>
  readonly payloads: Set<EntryHash>
  readonly damaged: Map<string, Uint8Array>
}

async function readRows(kv: KvStore, root: string): Promise<Rows> {
  const rows: Rows = { entries: new Map(), names: new Map(), payloads: new Set(), damaged: new Map() }
  const onDamaged = (key: string, remains: Uint8Array): void => void rows.damaged.set(key, remains)
  for await (const [key, value] of kv.range({ gte: root, lt: `${root.slice(0, -1)}0`, onDamaged })) {
    const kind = key[root.length]
    const name = key.slice(root.length + 2)
    if (kind === 'n') rows.names.set(String(decode(value, ENTRY_BYTES)), name as EntryHash)
    if (kind === 'p') rows.payloads.add(name as EntryHash)
    if (kind !== 'e') continue
    const bytes = readEntryBytes(decode(value, ENTRY_BYTES))
    const { kind: of } = decodeHeader(bytes.header)
    rows.entries.set(name, {
      hash: entryHash(bytes),
      value,
      isSealed: bytes.payload === null && (of === 'change' || of === 'checkpoint')
    })
  }
  return rows
}

/** A vault has no name without its genesis and nobody could be asked for it, so there are two copies of it. */
async function mendGenesis(kv: KvStore, root: string, rows: Rows, changes: KvChange[]): Promise<void> {
  const first = `${root}e/${GENESIS_NUMBER}`
  const second = `${root}m/${GENESIS_COPY}`
  const here = rows.entries.get(GENESIS_NUMBER)
  const copy = rows.damaged.has(second) ? undefined : await kv.get(second)
  if (here !== undefined && copy === undefined) changes.push({ put: second, value: here.value })
  if (here !== undefined && copy === undefined) rows.damaged.delete(second)
  if (here !== undefined || copy === undefined) return
  const hash = entryHash(genesisOf(copy))
  rows.damaged.delete(first)
  rows.entries.set(GENESIS_NUMBER, { hash, value: copy, isSealed: false })
  changes.push({ put: first, value: copy })
}

function genesisOf(copy: Uint8Array): EntryBytes {
  return readEntryBytes(decode(copy, ENTRY_BYTES))
}

function recordRows(damaged: ReadonlyMap<string, unknown>, root: string): string[] {
  return [...damaged.keys()].filter((key) => RECORD_ROWS.some((kind) => key.startsWith(root + kind)))
}

/** Damage may lie in the key itself. */
export function isWritable(key: string): boolean {
  return /^[ -~]+$/.test(key)
}

function isHash(name: string | null): name is EntryHash {
  return name !== null && /^[0-9a-f]{64}$/.test(name)
}

/** What reading a damaged store gives, in whatever place it is met. */
export function isDamage(error: unknown): boolean {
  return (
    isHoldfastError(error, 'MALFORMED') ||
    isHoldfastError(error, 'HOME_DAMAGED') ||
    isHoldfastError(error, 'HASH_MISMATCH')
  )
}
