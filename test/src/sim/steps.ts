import { text } from './device.ts'
import type { SimDevice } from './device.ts'
import { isCode } from './machine.ts'
import type { Machine } from './machine.ts'
import { Faults } from './faults.ts'
import { pair } from './pairing.ts'
import { People } from './people.ts'
import { checkIndex } from './index-check.ts'
import type { World } from './world.ts'

type Step = readonly [weight: number, run: () => unknown]

/** Draws what happens next. Every world has a character of its own: some faults are frequent in it, others never occur. */
export class Steps {
  readonly faults: Faults
  readonly #world: World
  readonly #people: People
  readonly #often: Record<'power' | 'net' | 'disk' | 'clock' | 'lies' | 'back', number>

  constructor(world: World) {
    this.#world = world
    this.faults = new Faults(world)
    this.#people = new People(world)
    const often = (): number => world.rng.pick([0, 1, 1, 3])!
    this.#often = {
      power: often(),
      net: often(),
      disk: often(),
      clock: often(),
      lies: often(),
      back: world.rng.pick([0, 0, 0, 1])!
    }
    world.trace.note(`faults ${JSON.stringify(this.#often)}`)
  }

  /** Something happens; then some time passes, mostly little, so that the next thing comes into the middle of it. */
  async next(): Promise<void> {
    const { rng, scheduler } = this.#world
    const run = rng.weighted([...this.#deeds(), ...this.#troubles()])
    void run()
    const passMs = rng.weighted([
      [40, rng.below(20)],
      [30, rng.below(500)],
      [25, rng.below(5_000)],
      [5, rng.below(60_000)],
      [1, rng.below(3_600_000)]
    ])
    await scheduler.runFor(passMs)
  }

  #deeds(): Step[] {
    const device = this.#someDevice()
    if (device === undefined) return []
    const people = this.#people
    return [
      [22, () => people.add(device)],
      [12, () => people.edit(device)],
      [6, () => people.rename(device)],
      [6, () => people.move(device)],
      [5, () => people.makeFolder(device)],
      [6, () => people.remove(device)],
      [5, () => people.restore(device)],
      [4, () => people.shred(device)],
      [8, () => people.read(device)],
      [1, () => this.#check(device)],
      [6, () => this.#pair(device)],
      ...this.#inFolders()
    ]
  }

  /** People do not ask whether the process of their folder runs. */
  #inFolders(): Step[] {
    const folders = this.#world.devices.flatMap(({ folder, hasHome }) => (hasHome && folder) || [])
    if (folders.length === 0) return [] // and nothing is drawn
    const folder = this.#world.rng.pick(folders)!
    return [
      [40, () => folder.person()],
      [40, () => folder.pass()]
    ]
  }

  #troubles(): Step[] {
    const { devices, relays, machines, network, rng } = this.#world
    const { power, net, disk, clock, lies, back } = this.#often
    const machine = rng.pick(machines)!
    const other = rng.pick(machines.filter((one) => one !== machine))!
    const device = rng.pick(devices)!
    const relay = rng.pick(relays)!
    const down = rng.pick(machines.filter(({ isUp }) => !isUp))
    const { faults } = this
    return [
      [2 * power, () => faults.crash(machine)],
      [2, () => faults.crash(machine)],
      [10 + 4 * power, () => down !== undefined && faults.start(down)],
      [3 * net, () => network.part(machine, other)],
      [3 * net, () => network.join(machine, other)],
      [3 * net, () => this.#toggle(machine)],
      [4, () => this.#toggle(device)],
      [disk, () => faults.full(machine)],
      [4 * disk, () => faults.emptied(machine)],
      [disk, () => faults.rot(relay)],
      [disk, () => relay.run !== undefined && relay.scrub().catch((error: unknown) => this.#failed(relay, error))],
      [
        3,
        () =>
          relay.run !== undefined &&
          relay.collect(rng.pick([0, 0, 60_000])!).catch((error: unknown) => this.#failed(relay, error))
      ],
      [clock, () => faults.jump(machine)],
      [lies, () => relay.isUp && faults.lie(relay)],
      [2 * lies, () => faults.honest(relay)],
      [relays.length > 2 ? 2 * power : 0, () => faults.destroy(relay)],
      [2 * back, () => faults.backUp(device)],
      [back, () => faults.rollBack(device)]
    ]
  }

  #toggle(machine: Machine): void {
    this.#world.trace.note(`${machine.name}: ${machine.isOnline ? 'offline' : 'online'}`)
    if (machine.isOnline) machine.goOffline()
    else machine.goOnline()
  }

  #check(device: SimDevice): void {
    const { life } = device
    void checkIndex(device).then(
      (wrong) =>
        life?.isDead === false && wrong !== undefined && this.#world.fail(`promise 4: ${device.name}: ${wrong}`),
      (error: unknown) => life?.isDead === false && this.#failed(device, error)
    )
  }

  #pair(host: SimDevice): void {
    const guest = this.#world.devices.find((device) => !device.hasHome && !device.isUp && !device.isBeingPaired)
    if (guest === undefined) return
    this.#world.trace.note(`${host.name}: pairs ${guest.name}`)
    const { life } = host
    guest.isBeingPaired = true
    const floors = host.run!.state.floors.length > 0
    void pair(host, guest)
      .finally(() => (guest.isBeingPaired = false))
      .catch((error: unknown) => {
        this.#world.trace.note(`pairing of ${guest.name}: ${text(error)}`)
        const isExpected =
          isCode(
            error,
            'PAIRING_EXPIRED',
            'STORE_FULL',
            'WRITES_HELD',
            'UNKNOWN_EPOCH',
            'CHAIN_BROKEN',
            'STORE_CLOSED'
          ) ||
          life?.isDead === true ||
          (floors && isCode(error, 'NOT_A_MEMBER'))
        if (!isExpected) this.#world.fail(`pairing failed: ${text(error)}`)
        // What was not finished is no home, and is made anew the next time.
        if (!guest.hasHome) guest.wipe()
      })
  }

  #failed(machine: Machine, error: unknown): void {
    if (isCode(error, 'STORE_FULL') && machine.wasFull) return
    this.#world.fail(`${machine.name}: ${text(error)}`)
  }

  #someDevice(): SimDevice | undefined {
    return this.#world.rng.pick(this.#world.devices.filter(({ run }) => run !== undefined))
  }
}
