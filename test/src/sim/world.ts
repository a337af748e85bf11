import type { DeviceId } from '@holdfast/core/base/ids'
import type { EntryBytes } from '@holdfast/core/log/entry'
import { newDeviceSecrets } from '@holdfast/core/vault/secrets'
import { watchWorld } from './checker.ts'
import type { Checker } from './checker.ts'
import { SimDevice } from './device.ts'
import type { WireWatch } from './link.ts'
import type { Machine } from './machine.ts'
import { Network } from './network.ts'
import { genesisOf } from './pairing.ts'
import { promises } from './promises/all.ts'
import { meetAgain } from './rest.ts'
import { SimRelay } from './relay.ts'
import { Rng } from './rng.ts'
import { Scheduler } from './scheduler.ts'
import { Trace } from './trace.ts'
import { Truth } from './truth.ts'
import { HONEST } from './wiring.ts'
import type { Wiring } from './wiring.ts'

export interface WorldOptions {
  readonly seed: string
  readonly devices: number
  readonly relays: number
  /** How long a relay may be away until others take its place; a day when not given. */
  readonly repairAfterMs?: number
  readonly wiring?: Wiring
  readonly say?: (line: string) => void
}

/** Devices of one account and their relays in one process, on one clock, from one seed. */
export class World {
  readonly rng: Rng
  readonly trace: Trace
  readonly scheduler: Scheduler
  readonly network: Network
  readonly truth = new Truth()
  readonly wiring: Wiring
  readonly checkers: readonly Checker[]
  readonly watch: WireWatch
  readonly devices: SimDevice[] = []
  readonly relays: SimRelay[] = []
  /** Of the vaults that every relay hosts. */
  readonly geneses: EntryBytes[] = []
  /** The first thing that went wrong ends the run. */
  failure: string | undefined
  readonly #options: WorldOptions

  constructor(options: WorldOptions) {
    this.#options = options
    this.rng = new Rng(options.seed)
    this.trace = new Trace(options.say)
    this.scheduler = new Scheduler(this.rng.fork('threads'), this.trace)
    this.network = new Network(this)
    this.wiring = options.wiring ?? HONEST
    this.checkers = promises(this)
    this.watch = watchWorld(this, this.checkers)
  }

  /** An account with one device, and its relays, all connected; further devices exist and are not paired yet. */
  async begin(): Promise<void> {
    for (let n = 0; n < this.#options.relays; n++) this.relays.push(this.#add(await SimRelay.make(this, `pi${n + 1}`)))
    for (let n = 0; n < this.#options.devices; n++) {
      const name = NAMES[n]!
      this.devices.push(this.#add(new SimDevice(this, name, await newDeviceSecrets(this.rng.fork(`${name} keys`)))))
    }
    const first = this.devices[0]!
    await first.found()
    for (const relay of this.relays) await relay.start()
    const run = first.run!
    for (const vault of [run.accountVault, run.vault.replica])
      this.geneses.push({ ...(await genesisOf(vault)), payload: null, pinList: null })
    for (const relay of this.relays) for (const genesis of this.geneses) await relay.host(genesis)
    const named = this.relays.map(({ id, name }) => ({ peer: id, name, addresses: [] }))
    const statement = {
      kind: 'relays',
      relays: named,
      copies: Math.min(2, named.length),
      repairAfterMs: this.#options.repairAfterMs ?? 86_400_000
    } as const
    await first.nameRelays(statement)
  }

  get machines(): Machine[] {
    return [...this.devices, ...this.relays]
  }

  machineOf(id: DeviceId): Machine | undefined {
    return this.machines.find((machine) => machine.id === id)
  }

  isLying(machine: Machine): boolean {
    return machine instanceof SimRelay && machine.liar !== undefined
  }

  fail(text: string): void {
    if (this.failure !== undefined) return
    this.failure = text
    this.trace.note(`FAILED: ${text}`)
  }

  broken(checker: Pick<Checker, 'promise' | 'says'>, how: string): void {
    this.fail(`promise ${checker.promise} (${checker.says}): ${how}`)
  }

  /** For promise 6. */
  meetAgain(): Promise<void> {
    return meetAgain(this)
  }

  #add<M extends Machine>(machine: M): M {
    machine.onBlobGone((id, bytes) => {
      for (const checker of this.checkers) checker.blobGone?.(machine, id, bytes)
    })
    return machine
  }
}

const NAMES = ['anna', 'bert', 'cleo', 'dora']
