import { HoldfastError } from '@holdfast/core/base/errors'
import type { DeviceId } from '@holdfast/core/base/ids'
import type { BlobStore } from '@holdfast/core/ports/blob-store'
import type { Random } from '@holdfast/core/ports/random'
import type { KvStore } from '@holdfast/core/ports/kv-store'
import { BlobExchange } from '@holdfast/core/sync/blobs/blob-exchange'
import { OrderedBlobStore } from '@holdfast/core/sync/store/ordered-blob-store'
import { Replica } from '@holdfast/core/sync/replica/replica'
import type { Identity } from '@holdfast/core/sync/replica/replica'
import type { ReplicaEvent } from '@holdfast/core/sync/replica/replica-events'
import { SyncSession } from '@holdfast/core/sync/session/session'
import type { VaultReplica } from '@holdfast/core/sync/replica/vault-replica'
import type { Author } from '@holdfast/core/vault/author'
import type { DeviceSecrets } from '@holdfast/core/vault/secrets'
import { Vault } from '@holdfast/core/vault/vault'
import { Rewriter } from '@holdfast/core/engine/rewriter'
import { readState, writeState } from '@holdfast/core/home/state'
import type { HomeState } from '@holdfast/core/home/state'
import { memoryBlobs } from '../fakes/memory-blobs.ts'
import { memoryKv } from '../fakes/memory-kv.ts'
import type { Life } from './life.ts'
import type { SimLink } from './link.ts'
import type { Machine } from './machine.ts'
import type { Rng } from './rng.ts'

const TICK_MS = 5_000
const SAVE_AFTER_MS = 5_000

/** What a device lies on and what it tells of itself. */
export interface DeviceHost {
  readonly machine: Machine
  readonly life: Life
  readonly secrets: DeviceSecrets
  readonly rng: Rng
  /** Before the exchange and the vault hear of it. */
  watch(event: ReplicaEvent, run: DeviceRun): void
  /** Something failed that nobody waits for. */
  failed(what: string, error: unknown): void
}

export interface HomePorts {
  readonly kv: KvStore
  readonly blobs: BlobStore
  readonly identity: Identity
  readonly replica: Replica
}

/** Opens what lies on the disk as a device's home does. `state` is given while there is none yet. */
export async function openPorts(host: DeviceHost, first?: HomeState): Promise<HomePorts & { state: HomeState }> {
  const { machine, secrets, life } = host
  const { wiring } = machine.world
  const kv = await memoryKv(machine.disk)
  const blobs = wiring.blobs(new OrderedBlobStore(await memoryBlobs(machine.disk)), 'device')
  const state = first ?? (await readState(kv))
  const identity: Identity = {
    device: secrets.device,
    role: 'device',
    sign: (label, bytes) => secrets.sign(label, bytes),
    incarnation: state.incarnation
  }
  const replica = await Replica.open({ kv, blobs, clock: life, identity })
  return { kv, blobs, identity, replica, state }
}

/** One run of a device: the wiring of node's engine on the ports of this world. */
export class DeviceRun {
  readonly host: DeviceHost
  readonly kv: KvStore
  readonly blobs: BlobStore
  readonly replica: Replica
  readonly exchange: BlobExchange
  readonly vault: Vault
  readonly accountVault: VaultReplica
  readonly sessions = new Map<SimLink, SyncSession>()
  readonly #current: { state: HomeState }
  #saving = 0
  readonly #rewriter: Rewriter

  static async start(host: DeviceHost, ports: HomePorts & { state: HomeState }): Promise<DeviceRun> {
    const { kv, blobs, identity, replica, state } = ports
    const { life } = host
    const exchange = await BlobExchange.open({
      replica,
      kv,
      blobs,
      clock: life,
      wait: life.wait,
      identity,
      takesIntents: false,
      pullsEverything: true
    })
    const personal = replica.vault(state.personalVault)
    const accountVault = replica.vault(state.accountVault)
    if (personal === undefined || accountVault === undefined) throw new HoldfastError('HOME_DAMAGED')
    const floor = state.floors.find(({ vault }) => vault === state.personalVault)
    const current = { state }
    const vault = await Vault.open({
      secrets: host.secrets,
      clock: life,
      incarnation: () => current.state.incarnation,
      replica: personal,
      kv,
      blobs,
      random: host.rng,
      ...(floor === undefined ? {} : { floor }),
      onDamaged: (blob) => exchange.lost([blob]),
      guard: (blob) => exchange.intents.guard([blob]),
      fetchBlob: (blob, signal) => exchange.fetch(state.personalVault, blob.id, blob.sizeBytes, signal),
      onError: (error) => host.failed('index', error)
    })
    const run = new DeviceRun(host, ports, current, { exchange, vault, accountVault })
    await run.#rewriter.resume()
    return run
  }

  private constructor(
    host: DeviceHost,
    ports: HomePorts,
    current: { state: HomeState },
    parts: { exchange: BlobExchange; vault: Vault; accountVault: VaultReplica }
  ) {
    this.host = host
    this.kv = ports.kv
    this.blobs = ports.blobs
    this.replica = ports.replica
    this.exchange = parts.exchange
    this.vault = parts.vault
    this.accountVault = parts.accountVault
    this.#current = current
    this.#rewriter = new Rewriter({
      home: this,
      vault: parts.vault,
      accountVault: parts.accountVault,
      author: this.author
    })
    this.replica.watch((event) => this.#follow(event))
    host.life.every(TICK_MS, () => this.replica.tick().catch((error: unknown) => host.failed('tick', error)))
  }

  get state(): HomeState {
    return this.#current.state
  }

  get random(): Random {
    return this.host.rng
  }

  get author(): Author {
    return { secrets: this.host.secrets, incarnation: () => this.state.incarnation, clock: this.host.life }
  }

  get isSettled(): boolean {
    return [...this.sessions.values()].every((session) => session.isSettled)
  }

  /** A link that the transport has authenticated. */
  attach(link: SimLink): void {
    const { life } = this.host
    const uploader = this.exchange.attach(link)
    let wasSettled = false
    const session = new SyncSession({
      replica: this.replica,
      link,
      clock: life,
      uploader,
      onState: ({ settled }) => {
        if (settled && !wasSettled) this.exchange.fetcher.refresh(link)
        wasSettled = settled
      }
    })
    this.sessions.set(link, session)
    link.onClose(() => this.sessions.delete(link))
    session.start()
  }

  mayTalkTo(peer: DeviceId): boolean {
    return this.replica.vaults().some((vault) => vault.mayNameTo(peer))
  }

  /** Everybody a connection is kept to. */
  targets(): DeviceId[] {
    const known = new Set<DeviceId>([
      ...this.vault.replica.log.membership().relays.map(({ peer }) => peer),
      ...this.state.introduced.map(({ peer }) => peer)
    ])
    for (const { devices } of this.vault.replica.log.membership().accounts.values())
      for (const device of devices.keys()) known.add(device)
    known.delete(this.host.secrets.device)
    return [...known]
  }

  async setState(state: HomeState): Promise<void> {
    await writeState(this.kv, state)
    this.#current.state = state
  }

  #follow(event: ReplicaEvent): void {
    this.host.watch(event, this)
    if (event.kind === 'admitted') {
      const isHeard = this.host.machine.world.wiring.hears(event.from === null)
      if (isHeard && event.vault.id === this.vault.id) this.vault.admitted(event.admission)
      this.#saveSoon()
    }
    if (event.kind === 'admitted' && event.from !== null) this.#rewriter.arrived()
    if (event.kind === 'rolledBack') this.#rewriter.rolledBack()
  }

  #saveSoon(): void {
    const mine = ++this.#saving
    void (async () => {
      await this.host.life.wait(SAVE_AFTER_MS)
      if (mine !== this.#saving) return
      await this.vault.settled()
      await this.vault.saveIndex()
    })().catch((error: unknown) => this.host.failed('save', error))
  }

  /** Ends as a program does that is asked to: everything is written. */
  async stop(): Promise<void> {
    for (const session of [...this.sessions.values()]) session.stop()
    await this.#rewriter.settled()
    await this.vault.settled()
    await this.vault.close()
    await this.exchange.close()
    await this.replica.close()
  }
}
