import { HoldfastError } from '@holdfast/core/base/errors'
import type { DeviceId } from '@holdfast/core/base/ids'
import { Wire } from './link.ts'
import type { SimLink } from './link.ts'
import type { Machine } from './machine.ts'
import type { Rng } from './rng.ts'
import type { World } from './world.ts'

/** Who can reach whom, how slowly, and where the cable is out. */
export class Network {
  readonly #world: World
  readonly #rng: Rng
  readonly #apart = new Set<string>()
  readonly wires = new Set<Wire>()

  constructor(world: World) {
    this.#world = world
    this.#rng = world.rng.fork('network')
  }

  /** Rejects NO_PEER, in its time, when nobody answers. */
  async dial(from: Machine, to: DeviceId): Promise<SimLink> {
    const { life } = from
    const target = this.#world.machineOf(to)
    await this.#world.scheduler.sleep(5 + this.#rng.below(200), undefined, () => life?.isDead === true)
    if (target === undefined || !this.canReach(from, target)) {
      await this.#world.scheduler.sleep(this.#rng.below(5000), undefined, () => life?.isDead === true)
      throw new HoldfastError('NO_PEER')
    }
    const { scheduler, watch } = this.#world
    const latencyMs = this.#rng.pick([0.2, 1, 5, 30, 150])!
    const bytesPerMs = this.#rng.pick([500, 5_000, 100_000])!
    const wire = new Wire(from.id, to, { scheduler, rng: this.#rng.fork('wire'), watch, latencyMs, bytesPerMs })
    this.wires.add(wire)
    for (const end of wire.ends) end.onClose(() => this.wires.delete(wire))
    scheduler.at(latencyMs, 'connection', () => {
      if (target.isUp && !wire.ends[1].isClosed) target.accept(wire.ends[1])
      else wire.ends[1].close()
    })
    return wire.ends[0]
  }

  canReach(a: Machine, b: Machine): boolean {
    return a.isUp && b.isUp && a.isOnline && b.isOnline && !this.#apart.has(pair(a, b))
  }

  /** What is under way stalls; both ends notice after a while. */
  part(a: Machine, b: Machine): void {
    this.#apart.add(pair(a, b))
    for (const wire of this.#between(a, b)) {
      wire.stall()
      this.#world.scheduler.at(this.#rng.between(2_000, 40_000), 'given up', () => wire.stalled && wire.cut())
    }
  }

  join(a: Machine, b: Machine): void {
    this.#apart.delete(pair(a, b))
    for (const wire of this.#between(a, b)) wire.resume()
  }

  joinAll(): void {
    this.#apart.clear()
    for (const wire of this.wires) wire.resume()
  }

  #between(a: Machine, b: Machine): Wire[] {
    const ids = new Set([a.id, b.id])
    return [...this.wires].filter(({ ends }) => ids.has(ends[0].own) && ids.has(ends[1].own))
  }
}

function pair(a: Machine, b: Machine): string {
  return [a.name, b.name].sort().join('|')
}
