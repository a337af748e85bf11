import type { ObjectId } from '@holdfast/core/base/ids'
import { SimDevice, text } from './device.ts'
import { makeLiar } from './liars.ts'
import { isCode } from './machine.ts'
import type { Machine } from './machine.ts'
import type { SimRelay } from './relay.ts'
import type { Write } from './truth.ts'
import type { World } from './world.ts'

const DAY_MS = 86_400_000

/** What goes wrong in a world. Each has its end: `heal` undoes what is left. */
export class Faults {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  crash(machine: Machine): void {
    if (!machine.isUp) return
    this.#note(machine, 'crash')
    machine.crash()
  }

  /** A relay is lost with its disk; the next one with its key begins with nothing. */
  destroy(relay: SimRelay): void {
    this.#note(relay, 'destroyed')
    relay.destroy()
  }

  /** Fails while its disk is full, as a real one does; then it stays down. */
  async start(machine: Machine): Promise<void> {
    if (machine.isUp || (machine instanceof SimDevice && !machine.hasHome)) return
    this.#note(machine, 'start')
    await machine.start().catch((error: unknown) => {
      if (!isCode(error, 'STORE_FULL')) this.#world.fail(`${machine.name} does not start: ${text(error)}`)
      machine.crash()
    })
  }

  full(machine: Machine): void {
    this.#note(machine, 'disk full')
    machine.wasFull = true
    machine.disk.capacityBytes = machine.disk.usedBytes + machine.rng.below(20_000)
  }

  emptied(machine: Machine): void {
    if (machine.disk.capacityBytes === Infinity) return
    this.#note(machine, 'room on the disk again')
    machine.disk.capacityBytes = Infinity
  }

  jump(machine: Machine): void {
    const days = machine.rng.pick([-1, 1, 1, 30])!
    this.#note(machine, `clock jumps by ${days} days`)
    machine.clockOffMs += days * DAY_MS
  }

  backUp(device: SimDevice): void {
    if (!device.hasHome) return
    this.#note(device, 'backup')
    device.image = device.disk.image()
  }

  async rollBack(device: SimDevice): Promise<void> {
    if (device.image === undefined) return
    this.#note(device, 'set back to its backup')
    device.crash()
    device.rollBack(device.image)
    device.wasRolledBack = true
    this.#world.truth.forgetHeld(device)
    for (const write of this.#world.truth.writes.values())
      if (write.device === device.name && !this.#isSafe(device, write)) write.excused = true
    await this.start(device)
  }

  /** One blob on a relay's medium is not what it was. */
  rot(relay: SimRelay): void {
    const id = relay.rng.pick([...relay.disk.blobs.keys()])
    if (id === undefined) return
    this.#note(relay, `blob ${id.slice(0, 8)} rots`)
    relay.taken.add(id)
    relay.disk.rotBlob(id, relay.rng.below(64))
  }

  lie(relay: SimRelay): void {
    const { name, liar } = makeLiar(relay.rng)
    this.#note(relay, name)
    relay.liar = liar
    for (const link of relay.links) link.liar = liar
  }

  honest(relay: SimRelay): void {
    if (relay.liar === undefined) return
    this.#note(relay, 'is honest again')
    relay.liar = undefined
    // Who was lied to does not believe this connection any more.
    for (const link of [...relay.links]) {
      link.liar = undefined
      link.wire.cut()
    }
  }

  /** Whether the write survives on the device that was set back, or whole somewhere else. */
  #isSafe(device: SimDevice, write: Write): boolean {
    const { object } = write
    return (
      object !== undefined && this.#world.machines.some((machine) => this.#holds(machine, object, machine === device))
    )
  }

  #holds(machine: Machine, object: ObjectId, isSelf: boolean): boolean {
    for (const [hash, { vault, records }] of this.#world.truth.entries) {
      const record = records.find((one) => one.object === object)
      if (record === undefined || machine.disk.rows.get(`log/${vault}/n/${hash}`) === undefined) continue
      if (
        isSelf ||
        [record.manifest, ...record.blobs].every(({ id }) => machine.disk.blobs.has(id) && !machine.taken.has(id))
      )
        return true
    }
    return false
  }

  #note(machine: Machine, what: string): void {
    this.#world.trace.note(`${machine.name}: ${what}`)
  }
}
