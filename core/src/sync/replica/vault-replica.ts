import { HoldfastError } from '../../base/errors.ts'
import type { DeviceId, EntryHash, LogId, ObjectId, RecordHash, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { Aside } from '../../log/aside.ts'
import { encodeEntry, entryOf } from '../../log/entry.ts'
import type { EntryBytes } from '../../log/entry.ts'
import { LogStore } from '../../log/log-store.ts'
import { mendLog } from '../../log/mend-log.ts'
import { encodeRecord } from '../../log/record.ts'
import type { ObjectRecord } from '../../log/record.ts'
import type { Admission } from '../../log/vault-log.ts'
import { commit } from './commit.ts'
import type { ReceiveReport } from '../session/effects.ts'
import { readArrivals, takeIn } from './intake.ts'
import type { Intake } from './intake.ts'
import type { ObjectState, WireEntry, WireStatement } from '../wire/messages.ts'
import { writeMending } from './mend.ts'
import { objectStateOf } from './object-state.ts'
import { forgetWithdrawn, listWithdrawn, loadIntroduced, OwnLog, saveIntroduced } from './own-log.ts'
import type { Withdrawn } from './own-log.ts'
import { setAside } from './set-aside.ts'
import { renewStatement } from './own-statement.ts'
import type { VaultHost } from './replica-events.ts'
import { Serial } from './serial.ts'
import { carryOutShreds } from '../store/shred.ts'
import { StatementBook } from './statement-book.ts'
import type { EntrySketch } from '../session/sync-view.ts'
import { loadLog } from './vault-load.ts'
import type { LoadedLog } from './vault-load.ts'
import { frameBytesOf, VaultReads } from './vault-reads.ts'
import type { VaultParts } from './vault-reads.ts'
import { UnpinBook } from './unpin-book.ts'
import { WaitingRoom } from './waiting-room.ts'

/**
 * One vault at the level of the log: what is durable here, the one door by which entries come in, and what the sync protocol
 * may tell of it. Whatever changes it runs one after the other.
 */
export class VaultReplica extends VaultReads {
  readonly #serial = new Serial()
  readonly #waiting = new WaitingRoom()
  #hidden = false

  private constructor(host: VaultHost, parts: VaultParts) {
    super(host, parts, () => host.emit({ kind: 'released', vault: this }))
  }

  /** Undefined when the store has nothing of the vault. */
  static async open(host: VaultHost, id: VaultId): Promise<VaultReplica | undefined> {
    const store = await LogStore.open(host.kv, id)
    const loaded = await loadLog(store)
    if (loaded === undefined) return undefined
    const statements = await StatementBook.open(host.kv, id)
    const introduced = await loadIntroduced(host.kv, id)
    const own = await openOwn(host, loaded)
    const unpins = await UnpinBook.open(host.kv, id)
    unpins.settleIn(loaded.log)
    if (loaded.leftOut.length > 0) await setAside(loaded.leftOut, store, own)
    const vault = new VaultReplica(host, {
      store,
      loaded,
      statements,
      introduced,
      own,
      unpins,
      aside: await Aside.open(host.kv, id)
    })
    await vault.takeBackAside(false)
    return vault
  }

  /** These peers were known before entries were set aside: they are asked, whether the membership left here lists them or not. */
  rejoin(peers: Iterable<DeviceId>): void {
    if (this.aside.size === 0) return
    for (const peer of peers) this.known.add(peer)
    for (const { statement } of this.statements.all()) this.known.add(statement.device)
  }

  /**
   * Looks through everything stored of the vault. What is damaged is set aside with what stands on it, to be fetched again by
   * the next exchange. Returns whether anything was.
   */
  mend(): Promise<boolean> {
    return this.#serial.run(async () => {
      const mending = await mendLog(this.host.kv, this.id)
      const pins = this.log.pins()
      const here = [...pins.liveRecords()].flatMap((hash) => pins.record(hash) ?? [])
      const again = this.store.recordsAgain(mending.recordRows, here)
      await writeMending(this.host.kv, { ...mending, changes: [...mending.changes, ...again] })
      if (mending.entries > 0) await this.#leaveOut()
      return mending.changes.length > 0
    })
  }

  /** What is whole of what was set aside goes in again where all it stands on is here. `exchanged`: a peer has given all it has. */
  takeBackAside(exchanged: boolean): Promise<void> {
    return this.#serial.run(async () => {
      if (this.aside.size === 0) return
      for (let after: string | undefined = ''; after !== undefined; ) {
        const { entries, last } = await this.aside.whole(ASIDE_AT_ONCE, (hash) => this.holds(hash), after)
        const arrivals = entries.map((entry) => ({ entry, records: [], from: this.host.identity.device, sizeBytes: 0 }))
        await this.#commit(await takeIn(arrivals, { ...this.loaded, waiting: new WaitingRoom() }), null)
        after = last
      }
      await this.#dropAside()
      if (exchanged && this.aside.onlyUnnamed) await this.#dropAside({ unnamed: true })
    })
  }

  /** Verifies entries of a peer, makes them durable in one batch and takes them in. Throws only what the store throws. */
  receive(entries: readonly WireEntry[], from: DeviceId): Promise<ReceiveReport> {
    return this.#serial.run(() => this.#take(entries, from))
  }

  /**
   * Takes in an entry of this home: durable when it resolves, announced after that. Throws what VaultLog.verify throws;
   * CHAIN_BROKEN when the log has moved on since the draft; TOO_LARGE when it fits into no frame with its records.
   */
  append(bytes: EntryBytes, records: readonly ObjectRecord[]): Promise<EntryHash> {
    return this.#serial.run(async () => {
      const unverified = entryOf(bytes)
      if (frameBytesOf(bytes, records) > LIMITS.syncFrameBytes) throw new HoldfastError('TOO_LARGE')
      const verdict = await this.log.verify(unverified)
      if (verdict.kind === 'known') return unverified.hash
      if (verdict.kind === 'waiting') throw new HoldfastError('MISSING_ANCESTOR')
      if (verdict.kind === 'forked') {
        this.log.forget(unverified.hash)
        throw new HoldfastError('CHAIN_BROKEN', 'the log has moved on')
      }
      await this.#commit(
        { batch: [verdict.entry], records: new Map(records.map((record) => [record.hash, record])), late: [] },
        null
      )
      return unverified.hash
    })
  }

  /** Records of entries held here that were missing, from a peer; others are left out. */
  addRecords(records: readonly ObjectRecord[]): Promise<void> {
    return this.#serial.run(async () => {
      const wanted = new Set(this.log.pins().missingRecords())
      const late = records.filter(({ hash }) => wanted.has(hash))
      await this.#commit({ batch: [], records: new Map(), late }, null)
    })
  }

  /** Destroys what counted shreds name and could not be destroyed before a stop. */
  finishShreds(): Promise<RecordHash[]> {
    return this.#serial.run(() => this.#shred())
  }

  /** Lets unpins take effect that are due. To be called now and then: what it decides by is days. */
  settleUnpins(): Promise<void> {
    return this.#serial.run(async () => {
      if (await this.unpins.look(this.unpinPlace()))
        this.host.emit({ kind: 'problem', vault: this.id, peer: null, code: 'MANY_UNPINS' })
      this.#tellTurned()
    })
  }

  /** Entries taken back after a rollback, to be written again; `forgetWithdrawn` when that is done. */
  withdrawn(): Promise<Withdrawn[]> {
    return listWithdrawn(this.host.kv, this.id)
  }

  forgetWithdrawn(): Promise<void> {
    return forgetWithdrawn(this.host.kv, this.id)
  }

  /** Takes back this home's entries that no peer has heard of, durably, and says so (`rolledBack`). */
  withdrawUnannounced(): Promise<void> {
    return this.#serial.run(() => this.#withdraw())
  }

  /** Whoever paired this home names peers of the vault that its membership cannot know yet. */
  async introduce(peers: readonly DeviceId[]): Promise<void> {
    for (const peer of peers) this.introduced.add(peer)
    await saveIntroduced(this.host.kv, this.id, this.introduced)
    this.host.emit({ kind: 'vaults' })
  }

  /** From now on nobody is told of it. */
  hide(): void {
    if (this.#hidden) return
    this.#hidden = true
    this.host.emit({ kind: 'vaults' })
  }

  show(): void {
    if (!this.#hidden) return
    this.#hidden = false
    this.host.emit({ kind: 'vaults' })
  }

  override mayNameTo(peer: DeviceId): boolean {
    return !this.#hidden && super.mayNameTo(peer)
  }

  /** This home goes on in another incarnation. */
  async incarnationChanged(): Promise<void> {
    this.own = await openOwn(this.host, this.loaded)
  }

  async wireEntry(hash: EntryHash): Promise<WireEntry | undefined> {
    const bytes = await this.store.entryBytes(hash)
    if (bytes === undefined) return undefined
    return { entry: encodeEntry(bytes), records: this.recordsOf(hash).map(encodeRecord) }
  }

  async markAnnounced(entries: readonly EntrySketch[]): Promise<void> {
    const own = this.own
    await own.announce(entries.reduce((seq, entry) => (entry.log === own.log ? Math.max(seq, entry.seq) : seq), 0))
  }

  /** For a relay: which objects of the entry are not complete here, or others' to hold; undefined when it brings none. */
  objectState(hash: EntryHash): Promise<ObjectState | undefined> {
    const { placed, identity, blobs } = this.host
    const isMine = (object: ObjectId): boolean => placed.isResponsible(this.id, identity.device, object)
    return objectStateOf(this.id, hash, this.log.pins(), blobs, isMine)
  }

  /** Keeps newer head statements of members. Throws BAD_SIGNATURE or MALFORMED. */
  async acceptStatements(statements: readonly WireStatement[]): Promise<void> {
    const { fresh, rolledBack } = await this.statements.accept(statements, (device) => this.lists(device))
    const own = fresh.find(({ statement }) => statement.device === this.host.identity.device)
    for (const peer of [...rolledBack, ...(own === undefined ? [] : [null])])
      this.host.emit({ kind: 'problem', vault: this.id, peer, code: 'ROLLED_BACK' })
    const numbers = fresh.map(({ statement: { device, number } }) => ({ device, number }))
    if (numbers.length > 0) this.host.emit({ kind: 'statements', vault: this, numbers })
  }

  renewStatement(): Promise<void> {
    return this.#serial.run(async () => {
      if (!this.statementIsStale()) return
      const { device, number } = await renewStatement(this.statements, this.id, this.heads(), this.host)
      this.host.emit({ kind: 'statements', vault: this, numbers: [{ device, number }] })
    })
  }

  /** Entries that wait for their ancestors. */
  get waitingEntries(): number {
    return this.#waiting.size
  }

  forgetPeer(peer: DeviceId): void {
    this.#waiting.forget(peer)
  }

  async #take(wires: readonly WireEntry[], from: DeviceId): Promise<ReceiveReport> {
    const { arrivals, refused } = readArrivals(wires, from)
    let intake = await takeIn(arrivals, { ...this.loaded, waiting: this.#waiting })
    const withdraws = await this.#contradictsOwn(intake)
    if (withdraws) {
      for (const { hash } of intake.batch.toReversed()) this.log.forget(hash)
      await this.#withdraw()
      intake = await takeIn([...arrivals, ...intake.released], { ...this.loaded, waiting: this.#waiting })
    }
    intake.report.refused.push(...refused)
    await this.#commit(intake, from)
    if (this.aside.size > 0) await this.#dropAside()
    for (const { log } of intake.forked) this.#forked(log)
    return {
      ...intake.report,
      admitted: intake.batch.map(({ hash }) => hash),
      ...(withdraws && { withdrawn: this.own.log })
    }
  }

  /** A peer holds, signed by this home, what this home does not: and what it holds instead nobody has heard of. */
  async #contradictsOwn({ forked, parted }: Intake): Promise<boolean> {
    if (this.heldSeq(this.own.log) <= this.own.announcedSeq) return false
    if (forked.some(({ log }) => log === this.own.log)) return true
    for (const entry of parted) if (await this.own.signed(entry)) return true
    return false
  }

  #forked(log: LogId): void {
    this.host.emit({ kind: 'problem', vault: this.id, peer: null, code: 'FORKED' })
    if (log === this.own.log) this.host.emit({ kind: 'rolledBack', vault: this, withdrawn: [] })
  }

  async #leaveOut(): Promise<void> {
    const before = this.log.order()
    this.loaded = (await loadLog(this.store))!
    this.unpins.settleIn(this.log)
    await setAside(this.loaded.leftOut, this.store, this.own)
    this.aside = await Aside.open(this.host.kv, this.id)
    const gone: Admission = {
      newlyCounted: [],
      uncounted: before.filter((hash) => !this.holds(hash)),
      membershipChanged: true
    }
    this.rejoin([])
    this.host.emit({ kind: 'problem', vault: this.id, peer: null, code: 'HOME_DAMAGED' })
    this.host.emit({ kind: 'admitted', vault: this, admission: gone, from: null })
    this.host.emit({ kind: 'rolledBack', vault: this, withdrawn: [] })
    this.host.emit({ kind: 'mended', vault: this })
  }

  async #dropAside(options = { unnamed: false }): Promise<void> {
    await this.aside.drop((hash) => this.holds(hash), options)
    if (this.aside.size > 0 || this.known.size === 0) return
    this.known.clear()
    this.host.emit({ kind: 'vaults' })
  }

  async #withdraw(): Promise<void> {
    const own = this.own
    const withdrawn: Withdrawn[] = []
    for (let seq = own.announcedSeq + 1; seq <= this.heldSeq(own.log); seq++) {
      const hash = this.hashAt(own.log, seq)!
      const bytes = await this.store.entryBytes(hash)
      if (bytes !== undefined) withdrawn.push({ entry: entryOf(bytes), records: this.recordsOf(hash) })
    }
    if (withdrawn.length === 0) return
    await this.store.removeEntries(
      withdrawn.map(({ entry }) => entry.hash),
      own.kept(withdrawn)
    )
    this.loaded = (await loadLog(this.store))!
    this.unpins.settleIn(this.log)
    const gone: Admission = {
      newlyCounted: [],
      uncounted: withdrawn.map(({ entry }) => entry.hash),
      membershipChanged: true
    }
    this.host.emit({ kind: 'problem', vault: this.id, peer: null, code: 'ROLLED_BACK' })
    this.host.emit({ kind: 'admitted', vault: this, admission: gone, from: null })
    this.host.emit({ kind: 'withdrawn', vault: this, log: own.log })
    this.host.emit({ kind: 'rolledBack', vault: this, withdrawn })
  }

  async #commit(intake: Pick<Intake, 'batch' | 'records' | 'late'>, from: DeviceId | null): Promise<void> {
    const admission = await commit(intake, this.store, this.loaded)
    if (admission === null) return
    if (admission.mayShred) await this.#shred()
    if (admission.membershipChanged) await this.#outgrow()
    if (intake.late.length > 0) this.host.emit({ kind: 'records', vault: this, records: intake.late })
    if (intake.batch.length > 0) this.host.emit({ kind: 'admitted', vault: this, admission, from })
    this.#tellTurned()
  }

  #tellTurned(): void {
    const records = this.log.pins().takeTurned()
    if (records.length > 0) this.host.emit({ kind: 'turned', vault: this, records })
  }

  #shred(): Promise<RecordHash[]> {
    return carryOutShreds({ ...this.host, log: this.log, store: this.store })
  }

  /** Whom the membership lists now needs no introduction any more, and loses its place with the membership. */
  async #outgrow(): Promise<void> {
    const listed = [...this.introduced].filter((peer) => this.lists(peer))
    for (const peer of listed) this.introduced.delete(peer)
    if (listed.length > 0) await saveIntroduced(this.host.kv, this.id, this.introduced)
  }
}

/** Entries that are read from aside at a time. */
const ASIDE_AT_ONCE = 64

/** A log that begins with the genesis is known from its first entry on: the vault could not be named without it. */
function openOwn(host: VaultHost, { log, index }: LoadedLog): Promise<OwnLog> {
  const own = index.at(`${host.identity.device}:${host.incarnation()}` as LogId, 1)[0]
  const known = own !== undefined && (own.hash as string) === log.vault ? 1 : 0
  return OwnLog.open(host.kv, log.vault, host.identity.device, host.incarnation(), known)
}
