import { HoldfastError } from '@holdfast/core/base/errors'
import type { BlobId, DeviceId } from '@holdfast/core/base/ids'
import type { BlobExchange } from '@holdfast/core/sync/blobs/blob-exchange'
import type { Replica } from '@holdfast/core/sync/replica/replica'
import type { SyncSession } from '@holdfast/core/sync/session/session'
import { MemoryDisk } from '../fakes/memory-disk.ts'
import type { DiskImage } from '../fakes/memory-disk.ts'
import { Life } from './life.ts'
import type { SimLink } from './link.ts'
import type { Rng } from './rng.ts'
import type { World } from './world.ts'

/** What a device's process and a relay's have in common. */
export interface Running {
  readonly replica: Replica
  readonly exchange: BlobExchange
  readonly sessions: ReadonlyMap<SimLink, SyncSession>
}

/** A computer: a name, a disk that outlives its processes, a clock, and a cable. Devices and relays are both one. */
export abstract class Machine {
  readonly name: string
  readonly world: World
  readonly rng: Rng
  readonly disk: MemoryDisk
  readonly links = new Set<SimLink>()
  /** Work under way that a person asked for. */
  readonly busy = new Set<Promise<unknown>>()
  life: Life | undefined
  isOnline = true
  clockOffMs = 0
  /** Its disk was full at some time: what failed because of that is no surprise. */
  wasFull = false
  wasRolledBack = false
  /** Blobs that a fault of the medium took or damaged. */
  readonly taken = new Set<BlobId>()
  /** How slow the disk is now. */
  diskMs = 0.2
  #watchers: ((id: BlobId, bytes: Uint8Array) => void)[] = []

  protected constructor(world: World, name: string) {
    this.world = world
    this.name = name
    this.rng = world.rng.fork(name)
    const disk: MemoryDisk = new MemoryDisk({
      delay: async (operation) => {
        const boot = disk.boot
        await world.scheduler.sleep(
          operation === 'read' ? this.rng.below(4) / 32 : this.diskMs * (0.5 + this.rng.below(100) / 100)
        )
        // Nobody is left to hear of it.
        if (disk.boot !== boot) await new Promise(() => undefined)
      },
      survives: () => this.rng.chance(0.5)
    })
    this.disk = disk
    this.#watchDisk()
  }

  abstract get id(): DeviceId
  /** What runs on it now. */
  abstract get running(): Running | undefined
  abstract start(): Promise<void>
  /** Takes a connection somebody made. */
  abstract accept(link: SimLink): void

  get isUp(): boolean {
    return this.life !== undefined
  }

  /** Told of every blob as its bytes leave the medium. */
  onBlobGone(watcher: (id: BlobId, bytes: Uint8Array) => void): void {
    this.#watchers.push(watcher)
  }

  protected begin(): Life {
    if (this.life !== undefined) throw new Error(`${this.name} runs already`)
    this.life = new Life(this.world.scheduler, () => WALL_MS + this.world.scheduler.nowMs + this.clockOffMs)
    return this.life
  }

  /** The power goes: what was not durable is gone, and nothing of this run goes on. */
  crash(): void {
    if (this.life === undefined) return
    this.life.isDead = true
    this.life = undefined
    for (const link of [...this.links]) link.kill(this.rng.below(5000))
    this.links.clear()
    this.disk.crash()
  }

  /** The storage is set back to what it was. Only while it is down. */
  rollBack(image: DiskImage): void {
    if (this.life !== undefined) throw new Error(`${this.name} is running`)
    this.disk.restore(image)
    this.#watchDisk()
  }

  goOffline(): void {
    this.isOnline = false
    for (const link of [...this.links]) link.wire.cut()
  }

  goOnline(): void {
    this.isOnline = true
  }

  protected keep(link: SimLink): void {
    this.links.add(link)
    link.onClose(() => this.links.delete(link))
  }

  #watchDisk(): void {
    this.disk.blobs = new WatchedMap(this.disk.blobs, (id, bytes) => {
      for (const watcher of this.#watchers) watcher(id, bytes)
    })
  }
}

/** Where the clocks of this world begin. */
const WALL_MS = 1_750_000_000_000

class WatchedMap extends Map<BlobId, Uint8Array> {
  readonly #gone: (id: BlobId, bytes: Uint8Array) => void

  constructor(from: ReadonlyMap<BlobId, Uint8Array>, gone: (id: BlobId, bytes: Uint8Array) => void) {
    super()
    for (const [id, bytes] of from) super.set(id, bytes)
    this.#gone = gone
  }

  override delete(id: BlobId): boolean {
    const bytes = this.get(id)
    if (bytes !== undefined) this.#gone(id, bytes)
    return super.delete(id)
  }
}

export function isCode(error: unknown, ...codes: string[]): error is HoldfastError {
  return error instanceof HoldfastError && codes.includes(error.code)
}
