import type { BlobId, DeviceId } from '@holdfast/core/base/ids'
import type { EntryBytes } from '@holdfast/core/log/entry'
import type { BlobStore } from '@holdfast/core/ports/blob-store'
import type { KvStore } from '@holdfast/core/ports/kv-store'
import { ed25519PublicKey } from '@holdfast/core/proof/ed25519'
import { sign } from '@holdfast/core/proof/sign'
import { idFromBytes } from '@holdfast/core/base/ids'
import { BlobExchange } from '@holdfast/core/sync/blobs/blob-exchange'
import { collectGarbage } from '@holdfast/core/sync/store/collect'
import { OrderedBlobStore } from '@holdfast/core/sync/store/ordered-blob-store'
import { Replica } from '@holdfast/core/sync/replica/replica'
import type { Identity } from '@holdfast/core/sync/replica/replica'
import { repair, Scrubber } from '@holdfast/core/sync/store/scrub'
import { SyncSession } from '@holdfast/core/sync/session/session'
import { Hosting } from '@holdfast/relay-pi/accounts/hosting'
import { pinOf } from '@holdfast/relay-pi/relay/pin-of'
import { memoryBlobs } from '../fakes/memory-blobs.ts'
import { memoryKv } from '../fakes/memory-kv.ts'
import { text } from './device.ts'
import type { Life } from './life.ts'
import type { Liar, SimLink } from './link.ts'
import { isCode, Machine } from './machine.ts'
import type { Running } from './machine.ts'
import type { World } from './world.ts'

interface RelayRun {
  readonly life: Life
  readonly kv: KvStore
  readonly blobs: BlobStore
  readonly replica: Replica
  readonly exchange: BlobExchange
  readonly hosting: Hosting
  readonly scrubber: Scrubber
}

/** The always-on peer: what relay-pi puts together, on the ports of this world. */
export class SimRelay extends Machine {
  readonly seed: Uint8Array
  readonly id: DeviceId
  run: RelayRun | undefined
  readonly sessions = new Map<SimLink, SyncSession>()
  liar: Liar | undefined
  /** When its disk was last destroyed. */
  destroyedMs = Number.NEGATIVE_INFINITY
  #repairing: Promise<void> | undefined

  static async make(world: World, name: string): Promise<SimRelay> {
    const seed = world.rng.bytes(32)
    return new SimRelay(world, name, seed, idFromBytes<DeviceId>(await ed25519PublicKey(seed)))
  }

  private constructor(world: World, name: string, seed: Uint8Array, id: DeviceId) {
    super(world, name)
    this.seed = seed
    this.id = id
  }

  get running(): Running | undefined {
    return this.run === undefined ? undefined : { ...this.run, sessions: this.sessions }
  }

  async start(): Promise<void> {
    const life = this.begin()
    const { wiring } = this.world
    const kv = await memoryKv(this.disk)
    const blobs = wiring.blobs(new OrderedBlobStore(await memoryBlobs(this.disk)), 'relay')
    const identity: Identity = { device: this.id, role: 'relay', sign: (label, bytes) => sign(label, this.seed, bytes) }
    const replica = await Replica.open({ kv, blobs, clock: life, identity })
    const exchange = await BlobExchange.open({
      replica,
      kv,
      blobs,
      clock: life,
      wait: life.wait,
      identity,
      takesIntents: true,
      pullsEverything: true,
      random: this.rng
    })
    const scrubber = new Scrubber({
      blobs,
      kv,
      damaged: exchange.damaged,
      wait: life.wait,
      bytesPerSecond: Number.POSITIVE_INFINITY,
      onDamaged: (id) => void exchange.lost([id]).catch((error: unknown) => this.#failed('lost', error))
    })
    replica.watch((event) => !life.isDead && this.world.truth.happened(this, event))
    this.run = { life, kv, blobs, replica, exchange, hosting: new Hosting(replica), scrubber }
    this.world.truth.opened(this, replica)
    life.every(5_000, () => replica.tick().catch((error: unknown) => this.#failed('tick', error)))
    life.every(1_000, async () => replica.recheckPlacement())
    life.every(1_500, () => this.#meetOthers(life))
    // One whose disk was destroyed is asked to host again.
    const { hosting } = this.run
    for (const genesis of this.world.geneses) await hosting.add(genesis)
  }

  /** The disk is gone; what begins next has the same key and nothing else. */
  destroy(): void {
    this.crash()
    this.rollBack({ rows: [], blobs: [] })
    this.taken.clear()
    this.destroyedMs = this.world.scheduler.nowMs
    this.world.truth.forgetHeld(this)
  }

  async host(genesis: EntryBytes): Promise<void> {
    await this.run!.hosting.add(genesis)
  }

  /** Relays that a vault names keep connections to each other: of two the one with the smaller key begins. */
  async #meetOthers(life: Life): Promise<void> {
    const { run, world } = this
    if (run === undefined || !this.isOnline) return
    for (const other of world.relays) {
      const isNamed = run.replica.vaults().some(({ log }) => log.membership().isRelay(other.id))
      if (!isNamed || other.id <= this.id || [...this.links].some(({ peer }) => peer === other.id)) continue
      const link = await world.network.dial(this, other.id).catch(() => undefined)
      if (link === undefined) continue
      if (life.isDead) link.kill(0)
      else this.accept(link)
    }
  }

  accept(link: SimLink): void {
    const run = this.run
    if (run === undefined) return link.close()
    link.liar = this.liar
    this.keep(link)
    let wasSettled = false
    const session = new SyncSession({
      replica: run.replica,
      link,
      clock: run.life,
      onState: ({ settled, shared }) => {
        if (settled && !wasSettled && shared.length > 0) {
          run.exchange.fetcher.refresh(link)
          this.#memberSettled()
        }
        wasSettled = settled && shared.length > 0
      }
    })
    this.sessions.set(link, session)
    link.onClose(() => this.sessions.delete(link))
    run.exchange.attach(link)
    session.start()
  }

  override crash(): void {
    super.crash()
    this.run = undefined
    this.sessions.clear()
    this.#repairing = undefined
  }

  /** `--now` when `graceMs` is 0. */
  async collect(graceMs: number): Promise<number> {
    const { exchange, blobs, kv, replica } = this.run!
    const { isNeeded: asked } = this.world.wiring
    if (asked === undefined) return (await exchange.collect(graceMs)).deleted
    const isNeeded = (blob: BlobId): boolean => asked(blob, replica)
    return (await collectGarbage({ blobs, kv, isNeeded, graceMs, ranMs: exchange.seenTime.ranMs })).deleted
  }

  async scrub(): Promise<number> {
    const { scrubber, exchange } = this.run!
    const { damaged } = await scrubber.all()
    await exchange.lost(damaged)
    this.#memberSettled()
    return damaged.length
  }

  #memberSettled(): void {
    const run = this.run
    if (run === undefined || this.#repairing !== undefined || run.exchange.damaged.size === 0) return
    this.#repairing = repair(run.exchange.damaged, (id) => pinOf(run.replica, id), run.exchange.fetcher)
      .then(() => undefined)
      .catch((error: unknown) => this.#failed('repair', error))
      .finally(() => {
        if (this.run === run) this.#repairing = undefined
      })
  }

  #failed(what: string, error: unknown): void {
    if (isCode(error, 'STORE_FULL') && this.wasFull) return
    this.world.fail(`${this.name}: ${what} failed: ${text(error)}`)
  }
}
