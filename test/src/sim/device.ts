import { isHoldfastError } from '@holdfast/core/base/errors'
import type { DeviceId } from '@holdfast/core/base/ids'
import { decodeAccountStatement } from '@holdfast/core/log/account-statement'
import { accountIdOf } from '@holdfast/core/log/genesis'
import { createAccount, newIncarnation } from '@holdfast/core/vault/account'
import type { Welcome } from '@holdfast/core/vault/pairing-messages'
import { writeStatements } from '@holdfast/core/vault/author'
import type { Statement } from '@holdfast/core/log/statement'
import type { DeviceSecrets } from '@holdfast/core/vault/secrets'
import type { HomeState } from '@holdfast/core/home/state'
import { writeState } from '@holdfast/core/home/state'
import type { DiskImage } from '../fakes/memory-disk.ts'
import { DeviceRun, openPorts } from './device-run.ts'
import type { DeviceHost } from './device-run.ts'
import type { SimFolder } from './folder.ts'
import type { SimLink } from './link.ts'
import { Machine } from './machine.ts'
import type { World } from './world.ts'

type Genesis = Welcome['accountGenesis']

/** A phone or laptop of the account. It has keys from the beginning and a home once it is the first or was paired. */
export class SimDevice extends Machine {
  readonly secrets: DeviceSecrets
  run: DeviceRun | undefined
  hasHome = false
  isBeingPaired = false
  /** In worlds that have them: the folder of its disk that is kept in step. */
  folder: SimFolder | undefined
  /** What was copied of its disk, to be set back to. */
  image: DiskImage | undefined
  #keeping = new Set<DeviceId>()

  constructor(world: World, name: string, secrets: DeviceSecrets) {
    super(world, name)
    this.secrets = secrets
  }

  get id(): DeviceId {
    return this.secrets.device
  }

  get running(): DeviceRun | undefined {
    return this.run
  }

  /** Makes the account. The device is up afterwards. */
  async found(): Promise<void> {
    const host = this.#host()
    const { account, root, recovery, incarnation, accountGenesis, personalGenesis } = await createAccount({
      secrets: this.secrets,
      random: this.rng,
      clock: host.life
    })
    await this.#makeHome(host, { account, root, recovery, incarnation, introduced: [], floors: [], ...NO_VAULTS }, [
      accountGenesis,
      personalGenesis
    ])
  }

  /** Becomes a device of the account that welcomed it; called while it is being paired. */
  async join(welcome: Welcome): Promise<void> {
    const issuer = decodeAccountStatement(welcome.certificate).issuer
    const introduced = [{ peer: issuer, addresses: [] }, ...welcome.relays.map(({ peer }) => ({ peer, addresses: [] }))]
    const state = {
      account: accountIdOf(welcome.rootPublic),
      root: welcome.rootPublic,
      recovery: welcome.recoveryPublic,
      incarnation: newIncarnation(this.rng),
      floors: welcome.floors,
      introduced,
      ...NO_VAULTS
    }
    await this.#makeHome(this.#host(), state, [welcome.accountGenesis, welcome.personalGenesis])
  }

  async start(): Promise<void> {
    const host = this.#host()
    const ports = await openPorts(host)
    this.world.truth.opened(this, ports.replica)
    this.run = await DeviceRun.start(host, ports)
    this.#connect()
  }

  /** Writes into both vaults where its relays are, and begins the first epoch. */
  async nameRelays(statement: Statement): Promise<void> {
    const run = this.run!
    await writeStatements(run.accountVault, run.author, [statement])
    await run.vault.state([statement])
    await run.vault.ensureEpoch()
    this.#connect()
  }

  override crash(): void {
    super.crash()
    this.run = undefined
    this.busy.clear()
    this.#keeping = new Set()
  }

  /** A home that was not finished is none. */
  wipe(): void {
    this.crash()
    this.rollBack({ rows: [], blobs: [] })
  }

  accept(link: SimLink): void {
    if (this.run?.mayTalkTo(link.peer) !== true) return link.close()
    this.#attach(link)
  }

  #attach(link: SimLink): void {
    this.keep(link)
    this.run!.attach(link)
  }

  /** Keeps a connection to everybody it knows of, as far as they are there. */
  #connect(): void {
    const { life, run } = this
    if (life === undefined || run === undefined) return
    for (const peer of run.targets()) {
      if (this.#keeping.has(peer)) continue
      this.#keeping.add(peer)
      void this.#keepConnected(peer)
    }
  }

  async #keepConnected(peer: DeviceId): Promise<void> {
    const life = this.life!
    for (let pauseMs = 200; ; ) {
      await life.wait(this.rng.between(pauseMs / 2, pauseMs))
      pauseMs = Math.min(pauseMs * 2, PAUSE_MS)
      if (!this.isOnline) continue
      const there = [...this.links].find((link) => link.peer === peer)
      const link = there ?? (await this.world.network.dial(this, peer).catch(() => undefined))
      if (link === undefined) continue
      if (life.isDead) link.kill(0)
      else if (!this.isOnline) link.close()
      else if (there === undefined) this.#attach(link)
      const sinceMs = life.monotonicMs()
      await new Promise<void>((resolve) => link.onClose(resolve))
      if (life.monotonicMs() - sinceMs > PAUSE_MS) pauseMs = 200
    }
  }

  #host(): DeviceHost {
    const life = this.begin()
    return {
      machine: this,
      life,
      secrets: this.secrets,
      rng: this.rng,
      watch: (event, run) => {
        if (life.isDead) return
        this.world.truth.happened(this, event)
        if (event.kind === 'admitted' && event.admission.membershipChanged)
          queueMicrotask(() => run === this.run && this.#connect())
      },
      failed: (what, error) => {
        if (life.isDead) return
        if (isHoldfastError(error, 'STORE_FULL') && this.wasFull) return
        this.world.fail(`${this.name}: ${what} failed: ${text(error)}`)
      }
    }
  }

  async #makeHome(host: DeviceHost, state: HomeState, [account, personal]: readonly [Genesis, Genesis]): Promise<void> {
    const ports = await openPorts(host, state)
    const introduced = state.introduced.map(({ peer }) => peer)
    const accountVault = await ports.replica.addVault({ ...account, payload: null, pinList: null }, introduced)
    const personalVault = await ports.replica.addVault({ ...personal, payload: null, pinList: null }, introduced)
    const whole = { ...state, accountVault: accountVault.id, personalVault: personalVault.id }
    await writeState(ports.kv, whole)
    this.hasHome = true
    this.world.truth.opened(this, ports.replica)
    this.run = await DeviceRun.start(host, { ...ports, state: whole })
    this.#connect()
  }
}

/** The longest a device waits before it tries to reach somebody again. */
const PAUSE_MS = 10_000

const NO_VAULTS = { accountVault: '' as HomeState['accountVault'], personalVault: '' as HomeState['personalVault'] }

export function text(error: unknown): string {
  return error instanceof Error ? (isHoldfastError(error) ? error.code : (error.stack ?? error.message)) : String(error)
}
