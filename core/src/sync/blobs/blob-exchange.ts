import type { HoldfastError } from '../../base/errors.ts'
import type { BlobId, DeviceId, EntryHash, ObjectId, RecordHash, VaultId } from '../../base/ids.ts'
import type { ObjectRecord } from '../../log/record.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { Clock } from '../../ports/clock.ts'
import type { KvStore } from '../../ports/kv-store.ts'
import type { PeerLink } from '../../ports/peer-link.ts'
import type { Wait } from '../../ports/wait.ts'
import type { Random } from '../../ports/random.ts'
import { BlobService } from './blob-service.ts'
import type { BlobPolicy } from './blob-view.ts'
import { collectGarbage } from '../store/collect.ts'
import type { Collected } from '../store/collect.ts'
import { Damaged } from '../store/damaged.ts'
import type { EntryUploader } from '../session/delivery.ts'
import { Fetcher } from './fetcher.ts'
import { openMending } from '../replica/mend.ts'
import { endSettled } from './settled-intents.ts'
import { Intents } from './intents.ts'
import type { LetGo } from '../copies/let-go.ts'
import { letGoOf } from '../copies/let-go-of.ts'
import { OwnHoldings } from '../copies/own-holdings.ts'
import { OwnPart } from '../copies/own-part.ts'
import { PlacedUploads } from '../copies/placed-uploads.ts'
import { proveHeld } from '../copies/prove-held.ts'
import type { ToProve } from '../copies/prove-held.ts'
import { memberPolicy, ReplicaBlobView } from '../replica/replica-blob-view.ts'
import type { Identity, Replica, ReplicaEvent } from '../replica/replica.ts'
import { auditRelays } from '../copies/relay-audit.ts'
import type { RelayAudit } from '../copies/relay-audit.ts'
import { SeenTime } from '../replica/seen-time.ts'
import { Uploader } from './uploader.ts'
import { Wanted } from './wanted.ts'

export interface BlobExchangeOptions {
  readonly replica: Replica
  readonly kv: KvStore
  /** The same OrderedBlobStore as the replica's. */
  readonly blobs: BlobStore
  readonly clock: Clock
  readonly wait: Wait
  readonly identity: Identity
  /** Relays take uploads that are only announced; devices take what their own pins name. */
  readonly takesIntents: boolean
  /** Draws the blobs that relays have to show. Without it nothing is audited, and a relay lets nothing go. */
  readonly random?: Random
  /** Whether everything that live pins name is to be here: a laptop. A relay is given it, and asks only for what it lost. */
  readonly pullsEverything: boolean
  /** What need not come by itself all the same. */
  readonly isLeft?: (id: BlobId) => boolean
  readonly charge?: BlobPolicy['charge']
  /** Whether there is room for what the vault's entries pin; asked before any of it is asked for. */
  readonly hasRoomFor?: (vault: VaultId) => boolean
  readonly onProblem?: (error: HoldfastError, peer: DeviceId | null) => void
  /** A blob that was wanted is here and durable. */
  readonly onArrived?: (id: BlobId, sizeBytes: number) => void
  /** Gives back the memory of an answer whose blobs are stored. */
  readonly releaseBody?: (body: Uint8Array) => void
  /** Bytes a peer acknowledged: stored there, or there already. */
  readonly onSent?: (bytes: number) => void
}

/**
 * The blob side of one home: who wants what, who is asked, who is answered. Follows the replica's logs; every link is
 * attached to it once.
 */
export class BlobExchange {
  readonly damaged: Damaged
  readonly intents: Intents
  readonly seenTime: SeenTime
  readonly wanted: Wanted
  readonly fetcher: Fetcher
  private readonly o: BlobExchangeOptions
  private readonly service: BlobService
  private readonly uploads: PlacedUploads
  private readonly links = new Set<PeerLink>()
  private readonly part: OwnPart
  private readonly held: OwnHoldings
  private readonly letGo: LetGo | undefined
  private readonly unwatch: () => void
  private readonly wholeListeners = new Set<() => void>()
  /** Looking for what is missing: on opening in everything, later in what an admission brings. */
  private looking: Promise<unknown>

  static open(options: BlobExchangeOptions): Promise<BlobExchange> {
    return openMending(options.kv, () => BlobExchange.openWhole(options))
  }

  private static async openWhole(options: BlobExchangeOptions): Promise<BlobExchange> {
    const seenTime = await SeenTime.open(options.kv, options.clock)
    const damaged = await Damaged.open(options.kv)
    const intents = await Intents.open({ kv: options.kv, daysSeen: () => seenTime.daysSeen })
    return new BlobExchange(options, { seenTime, damaged, intents })
  }

  private constructor(options: BlobExchangeOptions, parts: { seenTime: SeenTime; damaged: Damaged; intents: Intents }) {
    const { replica, blobs, wait, identity } = options
    this.o = options
    this.seenTime = parts.seenTime
    this.damaged = parts.damaged
    this.intents = parts.intents
    const { damaged } = this
    this.part = new OwnPart(replica)
    this.uploads = new PlacedUploads(replica, wait)
    this.letGo = letGoOf(options, () => this.links)
    const problem = options.onProblem === undefined ? {} : { onProblem: options.onProblem }
    this.fetcher = new Fetcher({
      blobs,
      wait,
      damaged,
      ...problem,
      ...(options.releaseBody !== undefined && { releaseBody: options.releaseBody }),
      onStored: (id, sizeBytes) => this.arrived([id], sizeBytes)
    })
    this.wanted = new Wanted({
      blobs,
      damaged,
      onWanted: (vault, ids) => {
        if (!options.pullsEverything || options.hasRoomFor?.(vault) === false) return
        this.fetcher.wantMissing(
          vault,
          options.isLeft === undefined ? ids : ids.filter(({ id }) => !options.isLeft!(id))
        )
      },
      onUnwanted: (vault, ids) => this.fetcher.forget(vault, ids),
      onLost: () => this.held.changed(),
      onComplete: (vault, record) => {
        this.part.completed(vault, record)
        this.held.changed()
        for (const listener of this.wholeListeners) listener()
      }
    })
    this.held = new OwnHoldings({ replica, wanted: this.wanted, fetcher: this.fetcher })
    if (identity.role === 'device') replica.setHoldings((vault) => this.held.of(vault))
    const policy = memberPolicy(replica, { takesIntents: options.takesIntents, charge: options.charge })
    const view = new ReplicaBlobView(replica)
    this.service = new BlobService({
      view,
      blobs,
      intents: parts.intents,
      policy,
      damaged,
      ...problem,
      onStored: (ids) => this.brought(ids)
    })
    const unhold = replica.addHolder((blob) => this.intents.names(blob))
    const unwatch = replica.watch((event) => this.follow(event))
    this.unwatch = () => {
      unhold()
      unwatch()
    }
    this.looking = this.held.lookingIn(this.lookForAll())
  }

  /** Told whenever all of an object has come; returns how to stop. */
  onWhole(listener: () => void): () => void {
    this.wholeListeners.add(listener)
    return () => this.wholeListeners.delete(listener)
  }

  /** Answers the peer's questions, asks it for what is wanted, and gives what brings blobs to it if it is a relay. */
  attach(link: PeerLink): EntryUploader {
    const { replica, clock, wait, blobs, identity } = this.o
    link.onRequest((header, body) => this.service.answer(link.peer, header, body))
    this.fetcher.addLink(link, (vault) => replica.vault(vault)?.mayNameTo(link.peer) === true)
    this.links.add(link)
    link.onClose(() => {
      this.fetcher.removeLink(link)
      this.uploads.remove(link)
      this.links.delete(link)
    })
    if (link.through !== undefined) return this.afterRelays
    const { device } = identity
    const { onSent } = this.o
    const uploader = new Uploader({
      link,
      device,
      sign: (label, bytes) => identity.sign(label, bytes),
      clock,
      wait,
      blobs,
      ...(onSent === undefined ? {} : { onProgress: onSent })
    })
    this.uploads.add(link, uploader)
    return { upload: (vault, objects, why) => this.uploads.upload(link, vault, objects, why) }
  }

  /** What goes through a relay's circuit waits until relays had the chance of it: its blobs then come from there. */
  private readonly afterRelays: EntryUploader = {
    upload: (vault, objects, why) => (why === 'own' ? this.uploads.settled(vault, objects) : Promise.resolve())
  }

  /**
   * A blob of an object that no entry names yet goes to the relays that are to hold it and whose lines have room. Never waits and never fails:
   * what was not taken is brought with the entry.
   */
  offer(
    vault: VaultId,
    object: ObjectId,
    { id, bytes }: { id: BlobId; bytes: Uint8Array },
    expectedBytes: number
  ): void {
    for (const uploader of this.uploads.for(vault, object))
      if (uploader.hasRoom) void uploader.offer(vault, object, id, bytes, expectedBytes)
  }

  /** Objects on their way to relays, each with the blobs of it that some relay has taken. */
  underway(): Map<ObjectId, Set<BlobId>> {
    return this.uploads.underway()
  }

  /** No entry will name these objects: relays need not keep what they were offered. */
  giveUp(vault: VaultId, objects: readonly ObjectId[]): void {
    for (const object of objects)
      for (const uploader of this.uploads.for(vault, object))
        void uploader.giveUp(vault, [object]).catch(() => undefined)
  }

  /** Bytes of a blob from whoever has it, ahead of everything in the background. Throws NOT_HERE, ABORTED. */
  fetch(vault: VaultId, id: BlobId, sizeBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    return this.fetcher.fetch(vault, id, sizeBytes, signal === undefined ? {} : { signal })
  }

  /** Resolves when everything wanted is here or nobody gives it. Rejects when it cannot be stored. */
  async idle(): Promise<void> {
    for (let before: unknown; before !== this.looking; ) {
      before = this.looking
      await before
      await this.fetcher.idle()
    }
  }

  /** Deletes what no live pin and no open intent names and what has been seen so for `graceMs` of running time. */
  async collect(graceMs: number): Promise<Collected> {
    await this.seenTime.tick()
    await this.intents.expire()
    const { blobs, kv } = this.o
    await this.damaged.remove(this.damaged.list().filter((id) => !this.o.replica.isNeeded(id)))
    await this.letGo?.prove()
    const collected = await collectGarbage({
      blobs,
      kv,
      isNeeded: (blob) => this.isKept(blob),
      graceMs,
      ranMs: this.seenTime.ranMs
    })
    // There may be room now for what could not be stored.
    if (collected.deleted > 0) this.fetcher.resume()
    return collected
  }

  /** Has each connected relay give some of what it said it holds. Empty without `random`. */
  async audit(draws: number): Promise<RelayAudit[]> {
    const { replica, random } = this.o
    return random === undefined ? [] : auditRelays({ replica, links: this.links, random, draws })
  }

  /** Has connected relays show that they hold these objects. Nothing is shown without `random`. */
  async proveHeld(objects: readonly ToProve[]): Promise<Map<RecordHash, Set<DeviceId>>> {
    const { replica, random } = this.o
    return random === undefined ? new Map() : proveHeld(objects, { replica, links: this.links, random })
  }

  /** To be called now and then: counts the days and hours this home has run. */
  tick(): Promise<void> {
    return this.seenTime.tick()
  }

  /** These blobs were found damaged: noted, answered as not here, and asked for from peers. */
  async lost(ids: readonly BlobId[]): Promise<void> {
    for (const id of ids) {
      await this.damaged.add(id)
      for (const { id: vault, log } of this.o.replica.vaults()) {
        const records = log
          .pins()
          .blobOwners(id)
          .flatMap((object) => (this.part.isMine(vault, object) ? (log.pins().recordOf(object) ?? []) : []))
        if (records.length === 0) continue
        this.wanted.lost(vault, id, records)
        const blob = records.flatMap((record) => [record.manifest, ...record.blobs]).find((one) => one.id === id)
        if (blob !== undefined) this.fetcher.want(vault, [blob])
      }
    }
  }

  /** Deletes of these damaged blobs what nothing needs: no peer would give it again. Returns the others. */
  async dropUnneeded(ids: readonly BlobId[]): Promise<BlobId[]> {
    const isNeeded = (id: BlobId): boolean => this.o.replica.isNeeded(id)
    const unneeded = ids.filter((id) => !isNeeded(id))
    if (unneeded.length > 0) await this.o.blobs.delete(unneeded)
    await this.damaged.remove(unneeded)
    const dropped = new Set(unneeded)
    return ids.filter((id) => !dropped.has(id))
  }

  async close(): Promise<void> {
    this.unwatch()
    await this.looking
    await this.intents.flush()
    await this.seenTime.tick()
  }

  /** A relay keeps what its own part of the pins names, and what it may not let go yet. */
  private isKept(blob: BlobId): boolean {
    const { replica } = this.o
    const { letGo } = this
    if (letGo === undefined || replica.isHeld(blob)) return replica.isNeeded(blob)
    return letGo.keeps(blob)
  }

  private async lookForAll(): Promise<void> {
    await endSettled(this.intents, this.o.replica)
    for (const vault of this.o.replica.vaults()) await this.wanted.live(vault.id, this.part.records(vault))
  }

  private lookFor(vault: VaultId, records: readonly ObjectRecord[]): void {
    const mine = records.filter(({ object }) => this.part.isMine(vault, object))
    const looked = this.wanted.live(vault, mine)
    this.looking = Promise.all([this.looking, this.held.lookingIn(looked)])
  }

  private brought(ids: readonly BlobId[]): void {
    this.fetcher.brought(ids)
    this.arrived(ids, 0)
  }

  private arrived(ids: readonly BlobId[], sizeBytes: number): void {
    this.wanted.stored(ids)
    for (const id of ids) this.o.onArrived?.(id, sizeBytes)
  }

  private follow(event: ReplicaEvent): void {
    if (event.kind === 'records') {
      const { vault, records } = event
      const live = records.filter(({ hash }) => vault.log.pins().isWanted(hash))
      this.lookFor(vault.id, live)
    }
    if (event.kind === 'placement') {
      const moved = this.part.moved(event.vault, event.was, this.wanted).catch(() => undefined)
      this.looking = Promise.all([this.looking, moved])
    }
    if (event.kind === 'turned') this.lookFor(event.vault.id, this.part.turned(event, this.wanted))
    if (event.kind !== 'admitted') return
    const { vault, admission } = event
    const pins = vault.log.pins()
    const records = admission.newlyCounted.flatMap((hash: EntryHash) => pins.recordsOf(hash))
    const live = records.flatMap((hash) => (pins.isWanted(hash) ? (pins.record(hash) ?? []) : []))
    if (live.length > 0) {
      this.lookFor(vault.id, live)
      const objects = live.map(({ object }) => object)
      void this.intents.end(vault.id, objects).catch(() => undefined)
    }
    const shreds = admission.newlyCounted.flatMap((hash) => vault.log.entry(hash)?.pinList?.shreds ?? [])
    if (shreds.length > 0) void this.intents.end(vault.id, shreds).catch(() => undefined)
    if (shreds.length > 0 || admission.uncounted.length > 0)
      this.wanted.keepOnly(vault.id, (record) => pins.isLive(record))
  }
}
