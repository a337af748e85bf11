import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { ErrorCode } from '../../base/errors.ts'
import type { DeviceId, EntryHash, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { isDamage } from '../../log/mend-log.ts'
import type { Clock } from '../../ports/clock.ts'
import type { PeerLink } from '../../ports/peer-link.ts'
import { Delivery, positions } from './delivery.ts'
import type { EntryUploader } from './delivery.ts'
import type { Effect, SyncEvent } from './effects.ts'
import { decodeMessage } from '../wire/messages.ts'
import type { Message, Role } from '../wire/messages.ts'
import { Outbox } from './outbox.ts'
import { RecordFetch } from '../blobs/record-fetch.ts'
import type { Replica } from '../replica/replica.ts'
import type { ReplicaEvent } from '../replica/replica-events.ts'
import { newsOf } from './replica-news.ts'
import { isLie, SessionNotes } from './session-notes.ts'
import { SyncMachine } from './sync-machine.ts'
import type { VaultReplica } from '../replica/vault-replica.ts'

export interface SyncSessionOptions {
  readonly replica: Replica
  readonly link: PeerLink
  readonly clock: Clock
  /** On a device whose peer may turn out to be a relay. */
  readonly uploader?: EntryUploader
  readonly onState?: (state: SessionState) => void
}

export interface SessionState {
  readonly peer: DeviceId
  /** Null until the peer has said hello. */
  readonly role: Role | null
  readonly shared: readonly VaultId[]
  readonly settled: boolean
}

/**
 * Drives the sync machine of one link: carries out its effects over the replica and the link and tells it what came of them.
 * Ends with the link.
 */
export class SyncSession {
  readonly peer: DeviceId
  readonly #o: SyncSessionOptions
  readonly #machine: SyncMachine
  readonly #delivery: Delivery
  readonly #notes: SessionNotes
  readonly #records: RecordFetch
  readonly #outbox: Outbox
  readonly #events: SyncEvent[] = []
  readonly #lanes = new Map<VaultId, Promise<void>>()
  /** Vaults spoken of on this link. */
  readonly #met = new Set<VaultId>()
  readonly #waiters: { resolve: () => void; reject: (error: HoldfastError) => void }[] = []
  #draining = false
  #busy = 0
  #lies = 0
  #state: 'new' | 'open' | 'ended' = 'new'
  #unwatch: () => void = () => {}

  constructor(options: SyncSessionOptions) {
    this.peer = options.link.peer
    this.#o = options
    this.#machine = new SyncMachine(options.replica, this.peer)
    this.#notes = new SessionNotes(options.replica, this.peer, options.clock, (vault) => {
      void this.#dispatch({ kind: 'forgotten', vault })
    })
    this.#outbox = new Outbox(options.link, { changed: () => this.#changed(), broken: () => this.stop() })
    this.#records = new RecordFetch(options.link, () => options.replica.recordsAsked(this.peer))
    this.#delivery = new Delivery({
      peer: this.peer,
      send: (message) => this.#outbox.send(message),
      uploader: () => (this.#uploads ? options.uploader : undefined),
      onUploadFailed: (vault, error) => this.#uploadFailed(vault, error)
    })
  }

  /** Entries wait for their blobs: on the way to a relay, and, until relays have had the chance of them, through one. */
  get #uploads(): boolean {
    const { link, replica } = this.#o
    return replica.role === 'device' && (this.#machine.peerRole === 'relay' || link.through !== undefined)
  }

  start(): void {
    if (this.#state !== 'new') return
    this.#state = 'open'
    const { link, replica, clock } = this.#o
    this.#unwatch = replica.watch((event) => this.#onReplica(event))
    link.onClose(() => this.#end())
    void this.#dispatch({ kind: 'linkUp', nowMs: clock.nowMs() })
    link.onMessage((bytes) => this.#onMessage(bytes))
  }

  stop(): void {
    this.#o.link.close()
    this.#end()
  }

  get state(): SessionState {
    return { peer: this.peer, role: this.#machine.peerRole, shared: this.#machine.shared(), settled: this.isSettled }
  }

  /** Vaults that the membership shares with this peer and that it refuses: ROLLED_BACK when it once had them, else REFUSED. */
  get refusals(): ReadonlyMap<VaultId, ErrorCode> {
    return this.#notes.refusals
  }

  get isSettled(): boolean {
    return this.#machine.isSettled() && this.#busy === 0 && this.#outbox.isEmpty
  }

  /** Resolves when nothing is left to send or receive with this peer. Rejects DISCONNECTED when the link ends before. */
  async idle(): Promise<void> {
    if (this.#state === 'ended') throw new HoldfastError('DISCONNECTED')
    if (this.isSettled) return
    await new Promise<void>((resolve, reject) => this.#waiters.push({ resolve, reject }))
  }

  async #onMessage(bytes: Uint8Array): Promise<void> {
    if (this.#state !== 'open') return
    let message: Message
    try {
      message = decodeMessage(bytes)
    } catch (error) {
      return this.#lie(isHoldfastError(error) ? error.code : 'MALFORMED')
    }
    // The next message waits until this one has been dealt with: what is in memory is one frame.
    if (message.kind === 'hello') this.#notes.clockOf(message.nowMs)
    await this.#dispatch({ kind: 'message', message, nowMs: this.#o.clock.nowMs() })
  }

  #onReplica(event: ReplicaEvent): void {
    if (event.kind === 'mended') return this.stop()
    if (event.kind === 'states') return this.#tellAgain(event.vault, event.entries)
    for (const news of newsOf(event, this.peer, this.#o.clock)) void this.#dispatch(news)
  }

  /** Feeds the machine and begins what it asks for. Resolves when what must come before the next message is done. */
  async #dispatch(event: SyncEvent): Promise<void> {
    this.#events.push(event)
    if (this.#draining) return
    this.#draining = true
    const first: Promise<void>[] = []
    for (let next = this.#events.shift(); next !== undefined && this.#state === 'open'; next = this.#events.shift()) {
      for (const effect of this.#machine.handle(next)) {
        const done = this.#begin(effect)
        if (done !== undefined) first.push(done)
      }
    }
    this.#draining = false
    this.#changed()
    await Promise.all(first)
  }

  /** Begins one effect; a promise only where the next message has to wait for it. */
  #begin(effect: Effect): Promise<void> | undefined {
    switch (effect.kind) {
      case 'send':
        this.#outbox.post(effect.message)
        return undefined
      case 'lie':
        this.#lie(effect.code)
        return undefined
      case 'met':
        this.#met.add(effect.vault)
        this.#o.replica.met(effect.vault, this.peer)
        return undefined
      case 'unmet':
        this.#unmeet(effect.vault)
        return undefined
      case 'noteState':
      case 'noteHoldings':
      case 'noteHeads':
      case 'noteRefusal':
      case 'settled':
        this.#notes.take(effect)
        if (effect.kind === 'settled') void this.#afterExchange(effect.vault)
        return undefined
      default: {
        const vault = this.#o.replica.vault(effect.vault)
        if (vault === undefined) return undefined
        const waits = effect.kind === 'receive' || effect.kind === 'acceptStatements'
        const done = this.#task(effect, vault, waits)
        return waits ? done : undefined
      }
    }
  }

  /** Runs work that ends with an event; what reads much is done one after the other within its vault. */
  async #task(effect: Effect, vault: VaultReplica, alone: boolean): Promise<void> {
    this.#busy++
    try {
      const before = alone ? undefined : this.#lanes.get(vault.id)
      const run = (async () => {
        await before
        const event = await this.#carryOut(effect, vault)
        if (this.#state === 'open') await this.#dispatch(event)
      })()
      if (!alone)
        this.#lanes.set(
          vault.id,
          run.catch(() => undefined)
        )
      await run
    } catch (error) {
      this.#fail(vault, error)
    } finally {
      this.#busy--
      this.#changed()
    }
  }

  async #carryOut(effect: Effect, vault: VaultReplica): Promise<SyncEvent> {
    const about = { vault: vault.id, turn: effect.turn }
    switch (effect.kind) {
      case 'receive': {
        const report = await vault.receive(effect.entries, this.peer)
        const lie = report.refused.find(({ code }) => isLie(code))
        if (lie !== undefined) this.#lie(lie.code)
        await this.#tellStates(vault, [...report.admitted, ...report.known])
        return { kind: 'received', ...about, role: effect.role, report }
      }
      case 'answer':
      case 'push': {
        const sent =
          effect.kind === 'answer'
            ? await this.#delivery.answer(vault, effect.ranges)
            : await this.#delivery.push(vault, effect.entries)
        const hashes = sent.map(({ hash }) => hash)
        await this.#tellStates(vault, hashes)
        return { kind: 'delivered', ...about, job: effect.kind, entries: positions(sent) }
      }
      case 'tellStates':
        await this.#tellStates(vault, effect.entries)
        return { kind: 'done', ...about }
      case 'acceptStatements':
        await vault.acceptStatements(effect.statements).catch((error: unknown) => this.#liedOrThrow(error))
        return { kind: 'done', ...about }
      case 'renew':
        await vault.renewStatement()
        return { kind: 'renewed', ...about }
      case 'upload':
        await this.#delivery.uploadMissing(vault, effect)
        return { kind: 'uploaded', ...about, entry: effect.entry }
      default:
        throw new HoldfastError('INTERNAL')
    }
  }

  /** Nobody waits for it, so it is no work of the machine's. */
  #tellAgain(vault: VaultReplica, entries: readonly EntryHash[]): void {
    if (this.#met.has(vault.id))
      void this.#task({ kind: 'tellStates', vault: vault.id, entries, turn: 0 }, vault, false)
  }

  /** Of a relay, to a device: relays ask one another for what they need, and for a proof. */
  async #tellStates(vault: VaultReplica, entries: readonly EntryHash[]): Promise<void> {
    if (this.#o.replica.role !== 'relay' || this.#machine.peerRole !== 'device') return
    for (const hash of entries) {
      const state = await vault.objectState(hash)
      if (state !== undefined) this.#outbox.post(state)
    }
  }

  async #afterExchange(id: VaultId): Promise<void> {
    const vault = this.#o.replica.vault(id)
    if (vault === undefined || !(vault.lacksRecords || vault.asideEntries > 0)) return
    this.#busy++
    try {
      await vault.takeBackAside(true)
      await this.#records.fetch(vault)
    } catch (error) {
      if (isHoldfastError(error) && isLie(error.code)) this.#lie(error.code)
      else if (!isHoldfastError(error)) this.#fail(vault, error)
    } finally {
      this.#busy--
      this.#changed()
    }
  }

  #liedOrThrow(error: unknown): void {
    if (!isHoldfastError(error) || !isLie(error.code)) throw error
    this.#lie(error.code)
  }

  #lie(code: ErrorCode): void {
    this.#notes.lie(code)
    if (++this.#lies >= LIMITS.liesPerLink) this.stop()
  }

  #uploadFailed(vault: VaultId, error: unknown): void {
    if (isHoldfastError(error, 'DISCONNECTED') || this.#state !== 'open') throw error
    this.#o.replica.problem({ vault, peer: this.peer, code: isHoldfastError(error) ? error.code : 'INTERNAL' })
  }

  /** A failure of this side's own store, or of the link: nothing more can be promised on it. */
  #fail(vault: VaultReplica, error: unknown): void {
    if (this.#state !== 'open') return
    const code = isHoldfastError(error) ? error.code : 'INTERNAL'
    if (code !== 'DISCONNECTED') this.#o.replica.problem({ vault: vault.id, peer: this.peer, code })
    this.stop()
    // What could not be read here is set aside, and the next link brings it again.
    if (isDamage(error)) void this.#o.replica.mend().catch(() => undefined)
  }

  #changed(): void {
    if (this.isSettled) for (const { resolve } of this.#waiters.splice(0)) resolve()
    this.#o.onState?.(this.state)
  }

  #unmeet(vault: VaultId): void {
    if (this.#met.delete(vault)) this.#o.replica.unmet(vault, this.peer)
  }

  #end(): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#unwatch()
    for (const vault of [...this.#met]) this.#unmeet(vault)
    this.#machine.end()
    this.#o.replica.linkEnded(this.peer)
    for (const { reject } of this.#waiters.splice(0)) reject(new HoldfastError('DISCONNECTED'))
    this.#o.onState?.(this.state)
  }
}
