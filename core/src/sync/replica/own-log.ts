import { asArray, asBytes, asId, asUint, asVersion, decode, encode, idValue } from '../../base/codec.ts'
import { idBytes, INCARNATION_BYTES, logIdOf } from '../../base/ids.ts'
import type { DeviceId, Incarnation, LogId, VaultId } from '../../base/ids.ts'
import { SIGN } from '../../base/labels.ts'
import { LIMITS } from '../../base/limits.ts'
import { ENTRY_BYTES, encodeEntry, decodeEntry } from '../../log/entry.ts'
import type { Entry, UnverifiedEntry } from '../../log/entry.ts'
import { decodeRecord, encodeRecord } from '../../log/record.ts'
import type { ObjectRecord } from '../../log/record.ts'
import type { KvChange, KvStore } from '../../ports/kv-store.ts'
import { verify } from '../../proof/sign.ts'

/** A local entry that was taken back, with the records it brought: its edits are to be written again. */
export interface Withdrawn {
  readonly entry: UnverifiedEntry
  readonly records: readonly ObjectRecord[]
}

/**
 * The log this home writes in one vault: up to where any peer may have heard of it (kept before it is sent, so that what lies
 * above it can still be taken back), and the entries that were taken back and wait to be written again.
 */
export class OwnLog {
  readonly log: LogId
  readonly #kv: KvStore
  readonly #vault: VaultId
  readonly #incarnation: Incarnation
  #announcedSeq: number

  private constructor(kv: KvStore, vault: VaultId, device: DeviceId, incarnation: Incarnation, announcedSeq: number) {
    this.#kv = kv
    this.#vault = vault
    this.#incarnation = incarnation
    this.#announcedSeq = announcedSeq
    this.log = logIdOf(device, incarnation)
  }

  /** `known`: number up to which everybody knows the log anyhow (1 if it begins with the genesis). */
  static async open(
    kv: KvStore,
    vault: VaultId,
    device: DeviceId,
    incarnation: Incarnation,
    known: number
  ): Promise<OwnLog> {
    const bytes = await kv.get(announcedKey(vault, incarnation))
    const seq = bytes === undefined ? 0 : readAnnounced(bytes)
    return new OwnLog(kv, vault, device, incarnation, Math.max(seq, known))
  }

  get announcedSeq(): number {
    return this.#announcedSeq
  }

  /** Durable when it resolves; only then may the entry be sent. */
  async announce(seq: number): Promise<void> {
    if (seq <= this.#announcedSeq) return
    await this.#kv.write([{ put: announcedKey(this.#vault, this.#incarnation), value: encode([1, seq]) }])
    this.#announcedSeq = Math.max(this.#announcedSeq, seq)
  }

  /** Whether this entry, which this home does not hold, was really signed by it. */
  async signed(entry: Entry): Promise<boolean> {
    if (entry.log !== this.log) return false
    return verify(SIGN.entry, idBytes(entry.header.device), entry.bytes.header, entry.bytes.signature)
  }

  /** Keeps the entries for `withdrawn`: to be written in the very batch by which they leave the log, or an edit is lost or made twice. */
  kept(entries: readonly Withdrawn[]): KvChange[] {
    return entries.map(({ entry, records }) => ({
      put: `${withdrawnPrefix(this.#vault)}${entry.header.incarnation}/${String(entry.header.seq).padStart(16, '0')}`,
      value: encode([1, encodeEntry(entry.bytes), records.map(encodeRecord)])
    }))
  }
}

/** In place of an announcement that cannot be read: everything may have been heard of. */
export function putAllAnnounced(key: string): KvChange {
  return { put: key, value: encode([1, Number.MAX_SAFE_INTEGER]) }
}

/** Entries that were taken back and not yet written again, in their order. */
export async function listWithdrawn(kv: KvStore, vault: VaultId): Promise<Withdrawn[]> {
  const found: Withdrawn[] = []
  for await (const [, value] of kv.range({ gte: withdrawnPrefix(vault), lt: `${withdrawnPrefix(vault)}~` })) {
    const [version, entry, records] = asArray(decode(value, WITHDRAWN_BYTES), 3)
    asVersion(version, 1)
    const kept = asArray(records, { max: LIMITS.pinListItems }).map((record) =>
      decodeRecord(asBytes(record, { max: LIMITS.recordBytes }))
    )
    found.push({ entry: decodeEntry(asBytes(entry, { max: ENTRY_BYTES })), records: kept })
  }
  return found
}

/** Vaults that have such entries. */
export async function vaultsWithWithdrawn(kv: KvStore): Promise<Set<VaultId>> {
  const found = new Set<VaultId>()
  for await (const [key] of kv.range({ gte: WITHDRAWN, lt: `${WITHDRAWN}~` }))
    found.add(key.slice(WITHDRAWN.length).split('/')[0] as VaultId)
  return found
}

/** They have been written again. */
export async function forgetWithdrawn(kv: KvStore, vault: VaultId): Promise<void> {
  const keys: string[] = []
  for await (const [key] of kv.range({ gte: withdrawnPrefix(vault), lt: `${withdrawnPrefix(vault)}~` })) keys.push(key)
  if (keys.length > 0) await kv.write(keys.map((del) => ({ del })))
}

/** Peers that whoever paired this home named for a vault before its own membership could. */
export async function loadIntroduced(kv: KvStore, vault: VaultId): Promise<Set<DeviceId>> {
  const bytes = await kv.get(`sync-introduced/${vault}`)
  if (bytes === undefined) return new Set()
  const [version, peers] = asArray(decode(bytes, LIMITS.logsPerVault * 40), 2)
  asVersion(version, 1)
  return new Set(asArray(peers, { max: LIMITS.logsPerVault }).map((peer) => asId<DeviceId>(peer)))
}

export async function saveIntroduced(kv: KvStore, vault: VaultId, peers: ReadonlySet<DeviceId>): Promise<void> {
  await kv.write([{ put: `sync-introduced/${vault}`, value: encode([1, [...peers].map(idValue)]) }])
}

/** For homes that write no log: a relay's head statements carry this. */
export const NO_INCARNATION = '0'.repeat(INCARNATION_BYTES * 2) as Incarnation

const WITHDRAWN = 'sync-withdrawn/'
const WITHDRAWN_BYTES = 2 * LIMITS.syncFrameBytes

function announcedKey(vault: VaultId, incarnation: Incarnation): string {
  return `sync-announced/${vault}/${incarnation}`
}

function withdrawnPrefix(vault: VaultId): string {
  return `${WITHDRAWN}${vault}/`
}

function readAnnounced(bytes: Uint8Array): number {
  const [version, seq] = asArray(decode(bytes, 64), 2)
  asVersion(version, 1)
  return asUint(seq)
}
