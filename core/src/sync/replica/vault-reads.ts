import { splitLogId } from '../../base/ids.ts'
import type { DeviceId, EntryHash, LogId, ObjectId, RecordHash, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { EntryBytes } from '../../log/entry.ts'
import type { Aside } from '../../log/aside.ts'
import type { Head, HeadStatement } from '../../log/head-statement.ts'
import type { LogStore } from '../../log/log-store.ts'
import type { ObjectRecord } from '../../log/record.ts'
import type { VaultLog } from '../../log/vault-log.ts'
import type { StatementNumber } from './heads.ts'
import type { LogRange, WireStatement } from '../wire/messages.ts'
import type { OwnLog } from './own-log.ts'
import { saysWhatIsHeld } from './own-statement.ts'
import type { HeldObjects } from './holdings.ts'
import { PullClaim } from './pull-claim.ts'
import type { VaultHost } from './replica-events.ts'
import type { StatementBook } from './statement-book.ts'
import type { EntrySketch, VaultView } from '../session/sync-view.ts'
import type { UnpinBook, UnpinPlace } from './unpin-book.ts'
import type { LoadedLog } from './vault-load.ts'

export interface VaultParts {
  readonly store: LogStore
  readonly loaded: LoadedLog
  readonly statements: StatementBook
  readonly own: OwnLog
  readonly unpins: UnpinBook
  readonly introduced: Set<DeviceId>
  readonly aside: Aside
}

/** What a vault's replica answers without changing anything: all of it is durable, and in memory. */
export abstract class VaultReads implements VaultView {
  readonly id: VaultId
  readonly store: LogStore
  protected readonly host: VaultHost
  protected readonly statements: StatementBook
  /** Peers that whoever paired this home named before the membership here could. */
  protected readonly introduced: Set<DeviceId>
  /** Peers known from before entries were set aside: the membership that is left may not know them. */
  protected readonly known = new Set<DeviceId>()
  protected aside: Aside
  protected readonly claims: PullClaim
  protected loaded: LoadedLog
  protected own: OwnLog
  protected readonly unpins: UnpinBook
  readonly #asExpectedBefore = new Map<DeviceId, { version: string; at: number }>()

  protected constructor(host: VaultHost, parts: VaultParts, onReleased: () => void) {
    this.id = parts.loaded.log.vault
    this.host = host
    this.store = parts.store
    this.loaded = parts.loaded
    this.statements = parts.statements
    this.own = parts.own
    this.unpins = parts.unpins
    this.introduced = parts.introduced
    this.aside = parts.aside
    this.claims = new PullClaim(host.clock, onReleased)
  }

  /** Everything that follows from the entries. After `rolledBack` it is another object. */
  get log(): VaultLog {
    return this.loaded.log
  }

  /** Whether an entry that counts came without some record it needs. */
  get lacksRecords(): boolean {
    return this.loaded.lacksRecords
  }

  /** Entries that are damaged here, or stand on one that is: not in the log until a peer has given what is missing. */
  get asideEntries(): number {
    return this.aside.size
  }

  /** Records an entry brings, as far as they are here: of what was unpinned too, which others may still hold. */
  recordsOf(hash: EntryHash): ObjectRecord[] {
    const pins = this.log.pins()
    return pins.recordsOf(hash).flatMap((record) => pins.shownRecord(record) ?? [])
  }

  /** Objects whose withdrawal is held back here, because too many were withdrawn on one day. */
  heldBackUnpins(): readonly ObjectId[] {
    return this.unpins.heldBack(this.log)
  }

  /** Heads a device's newest statement names. */
  statementHeads(device: DeviceId): readonly Head[] {
    return this.statements.get(device)?.statement.heads ?? []
  }

  /** Every head statement held: what each device and relay has, for `status` and for delivery state. */
  headStatements(): ReturnType<StatementBook['all']> {
    return this.statements.all()
  }

  protected unpinPlace(): UnpinPlace {
    const { blobs, identity } = this.host
    const statementOf = (device: DeviceId): HeadStatement | undefined => this.statements.get(device)?.statement
    return { log: this.log, blobs, device: identity.device, daysSeen: this.host.daysSeen(), statementOf }
  }

  mayNameTo(peer: DeviceId): boolean {
    if (peer === this.host.identity.device) return false
    return this.lists(peer) || this.introduced.has(peer) || this.known.has(peer) || this.#isGuest(peer)
  }

  #isGuest(peer: DeviceId): boolean {
    const account = this.host.guestOf?.(peer)
    return account !== undefined && this.log.membership().accounts.has(account) && !this.log.isRevoked(peer)
  }

  heads(): readonly Head[] {
    return this.log.heads()
  }

  heldSeq(log: LogId): number {
    return this.loaded.index.heldSeq(log)
  }

  holds(hash: EntryHash): boolean {
    return this.loaded.index.get(hash) !== undefined
  }

  counts(hash: EntryHash): boolean {
    return this.log.isCounted(hash)
  }

  forkProofs(): { log: LogId; entries: EntrySketch[] }[] {
    return this.log.frozenLogs().flatMap(({ log, proof }) => {
      const entries = (proof ?? []).flatMap((hash) => this.sketch(hash) ?? [])
      return entries.length === 2 ? [{ log, entries }] : []
    })
  }

  hashAt(log: LogId, seq: number): EntryHash | undefined {
    return this.loaded.index.at(log, seq)[0]?.hash
  }

  ownLog(): { log: LogId; announcedSeq: number } | null {
    return this.host.identity.role === 'relay' ? null : this.own
  }

  /** Whether this device wrote the log, in whatever incarnation. */
  isOwnLog(log: LogId): boolean {
    return splitLogId(log).device === this.host.identity.device
  }

  /** Entries that bring object records. */
  entriesWithRecords(): readonly EntryHash[] {
    return this.loaded.index.withRecords
  }

  inOrder(ranges: readonly LogRange[], max: number): { entries: readonly EntrySketch[]; more: boolean } {
    return this.loaded.index.inOrder(ranges, max, (hash) => this.log.isCounted(hash))
  }

  sketch(hash: EntryHash): EntrySketch | undefined {
    return this.loaded.index.get(hash)
  }

  broughtBy(hash: EntryHash): readonly RecordHash[] {
    return this.log.pins().recordsOf(hash)
  }

  sizeOf(hash: EntryHash): number {
    const header = this.log.entry(hash)?.header
    const records = this.recordsOf(hash).reduce(
      (sum, { blobs }) => sum + RECORD_BYTES + BLOB_REF_BYTES * blobs.length,
      0
    )
    return LIMITS.headerBytes + (header?.payloadBytes ?? 0) + records
  }

  numbers(): readonly StatementNumber[] {
    return this.statements.numbers()
  }

  statement(device: DeviceId): WireStatement | undefined {
    return this.statements.get(device)?.signed
  }

  statementIsStale(): boolean {
    const { device } = this.host.identity
    return this.lists(device) && !saysWhatIsHeld(this.statements.get(device), this.heads(), this.host)
  }

  unknownStates(relay: DeviceId, except: ReadonlySet<EntryHash>, max: number): readonly EntryHash[] {
    const { withRecords } = this.loaded.index
    const version = `${this.host.placed.version(this.id)} ${this.host.statesForgotten()}`
    const before = this.#asExpectedBefore.get(relay)
    // Nearly all of them are as expected and stay so: those before the first that is not are not looked at again.
    let at = before?.version === version ? Math.min(before.at, withRecords.length) : 0
    while (at < withRecords.length && this.#said(relay, withRecords[at]!).every((said) => said === 'expected')) at++
    this.#asExpectedBefore.set(relay, { version, at })
    const found: EntryHash[] = []
    for (; at < withRecords.length && found.length < max; at++) {
      const hash = withRecords[at]!
      if (!except.has(hash) && this.log.isCounted(hash) && this.#said(relay, hash).includes('other')) found.push(hash)
    }
    return found
  }

  /**
   * For each object of the entry whether the relay said that it holds it, where it is to, or that it does not, where it is not
   * to. What is unknown here could not be brought; what is not needed any more is as expected.
   */
  #said(relay: DeviceId, entry: EntryHash): ('expected' | 'other' | 'unknown')[] {
    const { host, id, log } = this
    const pins = log.pins()
    if (!log.isCounted(entry)) return ['unknown']
    return pins.recordsOf(entry).map((hash) => {
      if (!pins.isLive(hash)) return 'expected'
      const record = pins.record(hash)
      if (record === undefined) return 'unknown'
      const holds = host.holdsObject(relay, id, hash)
      const isKnown = holds || host.hasState(relay, id, entry)
      return isKnown && holds === host.placed.isResponsible(id, relay, record.object) ? 'expected' : 'other'
    })
  }

  holdings(): HeldObjects | undefined {
    return this.host.identity.role === 'relay' ? undefined : this.host.holdings(this.id)
  }

  toldBy(peer: DeviceId): string | null {
    return this.host.toldBy(peer, this.id)
  }

  claim(owner: object): boolean {
    return this.claims.claim(owner)
  }

  release(owner: object): void {
    this.claims.release(owner)
  }

  tick(): void {
    this.claims.tick()
  }

  /** A device in good standing, or a relay the vault names. */
  lists(peer: DeviceId): boolean {
    const membership = this.log.membership()
    return membership.accountOf(peer) !== undefined || membership.isRelay(peer)
  }
}

/** About the bytes of a record without its blobs, and of one blob in it; never less. */
const RECORD_BYTES = 240
const BLOB_REF_BYTES = 40

/** At most what the entry takes in a frame of its own: no need to encode thousands of records to know. */
export function frameBytesOf({ header, payload, pinList }: EntryBytes, records: readonly ObjectRecord[]): number {
  const parts = header.length + (payload?.length ?? 0) + (pinList?.length ?? 0) + 512
  return records.reduce((sum, { blobs }) => sum + RECORD_BYTES + blobs.length * BLOB_REF_BYTES, parts)
}
