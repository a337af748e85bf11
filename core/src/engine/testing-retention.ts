import { HoldfastError } from '../base/errors.ts'
import type { BlobId } from '../base/ids.ts'
import type { FileContent } from '../index/records.ts'
import { blobsOf } from '../log/blob-index.ts'
import { sign } from '../proof/sign.ts'
import { BlobExchange } from '../sync/blobs/blob-exchange.ts'
import { SyncSession } from '../sync/session/session.ts'
import { HandClock } from '../sync/testing/map-stores.ts'
import { memoryLinkPair } from '../sync/testing/memory-link.ts'
import { Peer } from '../sync/testing/relay-scene.ts'
import type { KeepPolicy } from '../vault/keep-policy.ts'
import { VaultHome } from '../vault/testing.ts'
import { Retention } from './retention.ts'

export const DAY_MS = 86_400_000

type Side = Pick<Peer, 'exchange' | 'sessions' | 'isDone'> & {
  readonly home: {
    readonly replica: Peer['home']['replica']
    readonly clock: HandClock
    readonly blobs: VaultHome['blobs']
  }
}

/** A device with a real vault, its blob side and its retention. */
export class RetentionDevice implements Side {
  readonly home: VaultHome
  readonly sessions: Peer['sessions'] = new Map()
  exchange!: BlobExchange
  retention!: Retention
  readonly keep: KeepPolicy | undefined
  /** A phone holds only what it wrote. */
  readonly isPhone: boolean
  /** How wrong its clock is. */
  offMs = 0

  private constructor(home: VaultHome, keep: KeepPolicy | undefined, isPhone: boolean) {
    this.home = home
    this.isPhone = isPhone
    this.keep = keep
  }

  static async open(home: VaultHome, keep: KeepPolicy | undefined, isPhone: boolean): Promise<RetentionDevice> {
    const device = new RetentionDevice(home, keep, isPhone)
    await device.start()
    return device
  }

  get isDone(): boolean {
    return [...this.sessions.values()].every(({ isSettled }) => isSettled)
  }

  /** Opens what lies on its stores, as after a restart. */
  async start(): Promise<void> {
    const { home } = this
    await this.retention?.stop()
    if (this.retention !== undefined) {
      await home.vault.close()
      await home.open()
    }
    const { replica, kv, blobs, clock, secrets } = home
    this.exchange = await BlobExchange.open({
      replica,
      kv,
      blobs,
      clock,
      wait: never,
      identity: {
        device: secrets.device,
        role: 'device',
        sign: (label, bytes) => sign(label, secrets.seed, bytes)
      },
      takesIntents: false,
      pullsEverything: !this.isPhone
    })
    const parts = { kv, replica, secrets, wait: never }
    this.retention = new Retention({ home: parts, vaults: () => [home.vault] }, this.keep)
  }
}

/** Devices of one account and a relay, each on a clock of its own, met as often as the test says. */
export class RetentionScene {
  readonly devices: RetentionDevice[]
  readonly relay: Peer
  readonly #turn: () => Promise<void>

  private constructor(devices: RetentionDevice[], relay: Peer, turn: () => Promise<void>) {
    this.devices = devices
    this.relay = relay
    this.#turn = turn
  }

  static async make(
    turn: () => Promise<void>,
    keeps: readonly (KeepPolicy | undefined)[],
    { name = 'scene', phone }: { name?: string; phone?: number } = {}
  ): Promise<RetentionScene> {
    const founder = await VaultHome.found(`${name} 0`)
    const homes = [founder]
    for (let n = 1; n < keeps.length; n++) homes.push(await VaultHome.join(founder, `${name} ${n}`))
    const relay = await Peer.open(`${name} pi`, { role: 'relay', clock: new HandClock() })
    await relay.home.replica.addVault(founder.account.personalGenesis)
    await founder.vault.state([
      {
        kind: 'relays',
        relays: [{ peer: relay.home.device.id, name: 'pi', addresses: [] }],
        copies: 1,
        repairAfterMs: 1000
      }
    ])
    const scene = new RetentionScene([], relay, turn)
    for (const [n, home] of homes.entries()) scene.devices.push(await RetentionDevice.open(home, keeps[n], n === phone))
    for (const { home } of scene.devices.slice(1)) {
      const { device } = founder.secrets
      await home.replica.vault(home.vault.id)!.introduce([device, relay.home.device.id])
    }
    return scene
  }

  /** A day on which these ran and, unless it is said otherwise, were in touch through the relay. */
  async day(running: readonly RetentionDevice[], options: { online?: readonly RetentionDevice[] } = {}): Promise<void> {
    const { online = running } = options
    for (const side of [...running, this.relay]) side.home.clock.now += DAY_MS
    // A clock goes on while the device is off; the time it has run does not.
    for (const { home, offMs } of this.devices) home.clock.offMs = this.relay.home.clock.now - home.clock.now + offMs
    for (const side of [...running, this.relay]) {
      await side.home.replica.tick()
      await side.exchange.tick()
    }
    await this.meet(online)
    for (const { retention } of running) await retention.look()
    await this.meet(online)
  }

  async meet(online: readonly RetentionDevice[]): Promise<void> {
    for (const device of online) this.#link(device, this.relay)
    for (let calm = 0; calm < 3; ) {
      await this.#turn()
      await Promise.all([...online, this.relay].map(({ exchange }) => exchange.idle()))
      await Promise.all(online.map(({ home }) => home.vault.settled()))
      calm = [...online, this.relay].every(({ isDone }) => isDone) ? calm + 1 : 0
    }
    for (const { sessions } of online) for (const link of [...sessions.keys()]) link.close()
  }

  /** Everything that nothing needs is deleted at once, everywhere. */
  async collect(): Promise<void> {
    for (const { exchange } of [...this.devices, this.relay]) await exchange.collect(0)
  }

  /** Who holds all of a content. */
  holders(content: FileContent, by: RetentionDevice): Side[] {
    const record = by.home.log.pins().lastRecordOf(content.object)
    if (record === undefined) return []
    const ids = [...blobsOf(record)] as BlobId[]
    return [...this.devices, this.relay].filter(({ home }) => ids.every((id) => home.blobs.blobs.has(id)))
  }

  #link(a: Side, b: Side): void {
    const peers = [a, b].map((side) => side.home.replica.device)
    const ends = memoryLinkPair(peers[0]!, peers[1]!)
    const sessions = ends.map((link, i) => {
      const side = [a, b][i]!
      let wasSettled = false
      const session: SyncSession = new SyncSession({
        replica: side.home.replica,
        link,
        clock: side.home.clock,
        uploader: side.exchange.attach(link),
        onState: ({ settled }) => {
          if (settled && !wasSettled) side.exchange.fetcher.refresh(link)
          wasSettled = settled
        }
      })
      side.sessions.set(link, session)
      link.onClose(() => side.sessions.delete(link))
      return session
    })
    for (const session of sessions) session.start()
  }
}

function never(_ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new HoldfastError('ABORTED'))))
}
