import type { ObjectId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { FileContent } from '../index/records.ts'
import { blobsOf } from '../log/blob-index.ts'
import { DAY_MS, RetentionScene } from './testing-retention.ts'
import type { RetentionDevice } from './testing-retention.ts'

const KEEP = { versions: 2, days: 4 }
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f']
/** The longest absence: longer than an unpin waits for somebody who has not seen it. */
const AWAY_DAYS = 40
/** Of who may bring back what only others hold: well within that. */
const PHONE_AWAY_DAYS = 12
const PHONE_OFFLINE_DAYS = 12
const PHONE = 2
const CALM_DAYS = 200

/**
 * Some weeks of three devices and a relay, drawn from a seed: people write, replace, remove and bring back; devices are off for
 * up to forty days, offline, restarted, and wrong about the year. Returns what was broken, none of which may ever be:
 * - a living file on any device whose content nobody holds;
 * - a version given up before its days were over;
 * and at the end of a calm time: anything needed that is not everywhere, or anything else that still lies anywhere.
 */
export async function liveThrough(seed: number, weeks: number, turn: () => Promise<void>): Promise<string[]> {
  const life = await Life.begin(seed, turn)
  for (let day = 0; day < weeks * 7 && life.broken.length === 0; day++) await life.day()
  if (life.broken.length === 0) await life.calm()
  return life.broken
}

class Life {
  readonly broken: string[] = []
  readonly #scene: RetentionScene
  readonly #draw: (below: number) => number
  readonly #back: number[]
  readonly #replaced = new Map<ObjectId, number>()
  readonly #givenUp = new Set<ObjectId>()
  #today = 0
  #phoneMet = 0
  #written = 0

  private constructor(scene: RetentionScene, draw: (below: number) => number) {
    this.#scene = scene
    this.#draw = draw
    this.#back = scene.devices.map(() => 0)
  }

  static async begin(seed: number, turn: () => Promise<void>): Promise<Life> {
    const scene = await RetentionScene.make(turn, [KEEP, KEEP, undefined], { name: `life ${seed}`, phone: PHONE })
    await scene.meet(scene.devices)
    return new Life(scene, drawing(seed))
  }

  async day(): Promise<void> {
    const { devices } = this.#scene
    this.#today++
    for (const [i, device] of devices.entries())
      if (this.#back[i]! <= this.#today && this.#draw(25) === 0)
        this.#back[i] = this.#today + 1 + this.#draw(device.isPhone ? PHONE_AWAY_DAYS : AWAY_DAYS)
    const running = devices.filter((_, i) => this.#back[i]! <= this.#today)
    for (const device of running) {
      if (this.#draw(12) === 0) device.offMs = (this.#draw(61) - 30) * 365 * DAY_MS
      else if (this.#draw(3) === 0) device.offMs = 0
      for (let n = this.#draw(4); n > 0; n--) await this.#edit(device)
      if (this.#draw(15) === 0) await device.start()
    }
    const isDue = this.#today - this.#phoneMet > PHONE_OFFLINE_DAYS
    const online = running.filter(({ isPhone }) => (isPhone ? isDue || this.#draw(6) === 0 : this.#draw(4) > 0))
    if (online.some(({ isPhone }) => isPhone)) this.#phoneMet = this.#today
    await this.#scene.day(running, { online })
    if (this.#draw(3) === 0) await this.#scene.collect()
    this.#check()
  }

  /** Everybody is there and knows the time, until all that is not to be kept is gone. */
  async calm(): Promise<void> {
    const { devices } = this.#scene
    for (const device of devices) device.offMs = 0
    for (let day = 0; day < CALM_DAYS; day++) {
      this.#today++
      await this.#scene.day(devices)
      await this.#scene.collect()
      this.#check()
      if (this.broken.length > 0) return
      if (day > LIMITS.unpinDays && this.#leftovers().length === 0) return
    }
    this.broken.push(...this.#leftovers().slice(0, 5))
  }

  async #edit(device: RetentionDevice): Promise<void> {
    const { vault } = device.home
    const { tree } = vault.index
    const name = NAMES[this.#draw(NAMES.length)]!
    const node = tree.resolve([name])
    const kind = this.#draw(6)
    if (node === undefined || kind < 3) {
      this.#replace(node?.content as FileContent | undefined)
      await device.home.write(name, `content ${this.#written++}`)
    } else if (kind === 3) {
      this.#replace(node.content as FileContent)
      await vault.remove([name])
    } else await this.#bringBack(device, kind === 4)
  }

  /** Somebody brings back what this device can show; on a phone also what it could show if it were online. */
  async #bringBack(device: RetentionDevice, removed: boolean): Promise<void> {
    const { vault, blobs } = device.home
    const { tree } = vault.index
    const files = removed ? tree.deleted().map(({ file }) => file) : tree.list(null).map(({ id }) => id)
    const file = files[this.#draw(files.length)]
    if (file === undefined || tree.node(file)?.conflictOf !== undefined) return
    const { current, kept } = tree.versions(file)
    const version = kept[this.#draw(kept.length)]
    const record = version && vault.replica.log.pins().lastRecordOf(version.object)
    if (record === undefined) return
    const isHere = [...blobsOf(record)].every((id) => blobs.blobs.has(id))
    // What is known to be leaving may be gone before anybody hears that it is wanted again.
    if (!isHere && (!device.isPhone || vault.replica.log.pins().stateOf(version!.object) !== 'pinned')) return
    this.#replace(current)
    await vault.restore(file, version!.object)
  }

  #replace(content: FileContent | undefined): void {
    if (content !== undefined && content.kind !== ('folder' as string)) this.#replaced.set(content.object, this.#today)
  }

  #check(): void {
    for (const [i, device] of this.#scene.devices.entries()) {
      for (const content of livingOf(device))
        if (this.#scene.holders(content, device).length === 0)
          this.broken.push(`day ${this.#today}: nobody holds what lives on device ${i}: ${content.object}`)
      for (const { objects } of device.home.log.pins().unpins())
        for (const object of objects) {
          if (this.#givenUp.has(object)) continue
          this.#givenUp.add(object)
          const since = this.#replaced.get(object)
          // Somebody else may have brought it back and replaced it again, of which who gave it up had not heard.
          if (since === undefined)
            this.broken.push(`day ${this.#today}: what was never replaced is given up: ${object}`)
        }
    }
  }

  #leftovers(): string[] {
    const { devices, relay } = this.#scene
    const needed = new Set<string>()
    const [first] = devices as [RetentionDevice]
    const pins = first.home.log.pins()
    for (const content of [...livingOf(first), ...keptOf(first)])
      for (const id of blobsOf(pins.lastRecordOf(content.object)!)) needed.add(id)
    return [...devices, relay].flatMap(({ home }, i) => [
      ...[...needed]
        .filter(() => i !== PHONE)
        .filter((id) => !home.blobs.blobs.has(id as never))
        .map((id) => `holder ${i} lacks ${id}`),
      ...[...home.blobs.blobs.keys()].filter((id) => !needed.has(id)).map((id) => `holder ${i} still has ${id}`)
    ])
  }
}

function livingOf({ home }: RetentionDevice): FileContent[] {
  const { tree } = home.vault.index
  return [...tree.walk(null)].flatMap(({ node }) =>
    node.content === undefined || node.content.kind === 'folder' ? [] : [node.content]
  )
}

/** What retention leaves of what was replaced. */
function keptOf({ home }: RetentionDevice): FileContent[] {
  const { tree } = home.vault.index
  const live = new Set(livingOf({ home } as RetentionDevice).map(({ object }) => object))
  const pins = home.log.pins()
  return [...tree.walk(null)].flatMap(({ node }) =>
    tree
      .versions(node.id)
      .kept.filter(({ object }) => !live.has(object) && pins.stateOf(object) === 'pinned')
      .slice(0, KEEP.versions)
  )
}

function drawing(seed: number): (below: number) => number {
  let state = (seed * 2654435761) >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return below <= 0 ? 0 : ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
