import { HoldfastError } from '../../base/errors.ts'
import { utf8 } from '../../base/bytes.ts'
import type { BlobId, VaultId } from '../../base/ids.ts'
import { blobsOf } from '../../log/blob-index.ts'
import { KEY_SLOT_BYTES, makeRecord } from '../../log/record.ts'
import type { ObjectRecord } from '../../log/record.ts'
import { certify, testAccount, testEpoch, testGenesis, testObject } from '../../log/testing.ts'
import { blake3Id } from '../../proof/blake3.ts'
import { sign } from '../../proof/sign.ts'
import { BlobExchange } from '../blobs/blob-exchange.ts'
import { SyncSession } from '../session/session.ts'
import { HandClock, MapBlobs, MapKv } from './map-stores.ts'
import { memoryLinkPair } from './memory-link.ts'
import type { MemoryLink } from './memory-link.ts'
import { TestHome } from './test-home.ts'

/** One home with its blob side, and its links to others. */
export class Peer {
  readonly home: TestHome
  readonly exchange: BlobExchange
  readonly sessions = new Map<MemoryLink, SyncSession>()

  private constructor(home: TestHome, exchange: BlobExchange) {
    this.home = home
    this.exchange = exchange
  }

  static async open(name: string, options: Parameters<typeof TestHome.open>[1] & { clock: HandClock }): Promise<Peer> {
    const home = await TestHome.open(name, options)
    const { device, replica, kv, blobs, clock } = home
    const role = options.role ?? 'device'
    let drawn = 0
    const exchange = await BlobExchange.open({
      replica,
      kv,
      blobs,
      clock,
      wait: (_ms, signal) =>
        new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new HoldfastError('ABORTED')))),
      identity: { device: device.id, role, sign: (label, bytes) => sign(label, device.seed, bytes) },
      takesIntents: role === 'relay',
      pullsEverything: true,
      random: { bytes: (length) => new Uint8Array(length).map(() => (drawn = (drawn * 5 + 3) % 256)) }
    })
    return new Peer(home, exchange)
  }

  get isDone(): boolean {
    return [...this.sessions.values()].every(({ isSettled }) => isSettled)
  }

  has(record: ObjectRecord): boolean {
    return [...blobsOf(record)].every((id) => this.home.blobs.blobs.has(id))
  }
}

/** One account's devices and the relays of its vault, on one clock, with the links a test makes. */
export class RelayScene {
  readonly clock = new HandClock()
  readonly devices: Peer[] = []
  readonly relays: Peer[] = []
  vault!: VaultId
  readonly #turn: () => Promise<void>

  private constructor(turn: () => Promise<void>) {
    this.#turn = turn
  }

  /** `turn`: lets everything that is under way go on. */
  static async make(
    turn: () => Promise<void>,
    o: {
      relays: number
      copies: number
      repairAfterMs: number
      devices?: number
    }
  ): Promise<RelayScene> {
    const scene = new RelayScene(turn)
    const { clock } = scene
    const account = await testAccount('anna')
    for (let n = 0; n < (o.devices ?? 1); n++)
      scene.devices.push(await Peer.open(`device ${n}`, { clock, incarnation: n + 1 }))
    for (let n = 0; n < o.relays; n++) scene.relays.push(await Peer.open(`pi ${n}`, { clock, role: 'relay' }))
    const [first, ...others] = scene.devices as [Peer, ...Peer[]]
    const genesis = await testGenesis(account, first.home.device)
    const { id } = await first.home.replica.addVault(genesis.bytes)
    scene.vault = id
    for (const { home } of others) {
      await first.home.say(id, { kind: 'import', signed: await certify(account, home.device, first.home.device) })
      await home.replica.addVault(genesis.bytes, [
        first.home.device.id,
        ...scene.relays.map((one) => one.home.device.id)
      ])
    }
    await scene.name(scene.relays, o)
    await first.home.newEpoch(id, 'first')
    for (const { home } of scene.relays) await home.replica.addVault(genesis.bytes)
    return scene
  }

  /** The first device writes which relays there are. */
  async name(relays: readonly Peer[], o: { copies: number; repairAfterMs: number }): Promise<void> {
    const list = relays.map(({ home }, n) => ({ peer: home.device.id, name: `pi ${n}`, addresses: [] }))
    await this.devices[0]!.home.say(this.vault, {
      kind: 'relays',
      relays: list,
      copies: o.copies,
      repairAfterMs: o.repairAfterMs
    })
  }

  link(a: Peer, b: Peer): void {
    const ends = memoryLinkPair(a.home.device.id, b.home.device.id)
    const begin = (peer: Peer, link: MemoryLink): void => {
      const uploader = peer.exchange.attach(link)
      const { replica, clock } = peer.home
      let wasSettled = false
      const session: SyncSession = new SyncSession({
        replica,
        link,
        clock,
        uploader,
        onState: ({ settled }) => {
          if (settled && !wasSettled) peer.exchange.fetcher.refresh(link)
          wasSettled = settled
        }
      })
      peer.sessions.set(link, session)
      link.onClose(() => peer.sessions.delete(link))
    }
    begin(a, ends[0])
    begin(b, ends[1])
    for (const [peer, end] of [
      [a, ends[0]],
      [b, ends[1]]
    ] as const)
      peer.sessions.get(end)!.start()
  }

  /** Everybody with everybody, except those left out. */
  linkAll(...without: readonly Peer[]): void {
    const all = [...this.devices, ...this.relays].filter((peer) => !without.includes(peer))
    for (const [i, a] of all.entries()) for (const b of all.slice(i + 1)) this.link(a, b)
  }

  cut(peer: Peer): void {
    for (const link of [...peer.sessions.keys()]) link.close()
  }

  /** Nobody has anything left to send, fetch or store. */
  async quiet(): Promise<void> {
    const all = [...this.devices, ...this.relays]
    for (let calm = 0; calm < 3; ) {
      await this.#turn()
      await Promise.all(all.map(({ exchange }) => exchange.idle()))
      calm = all.every(({ isDone }) => isDone) ? calm + 1 : 0
    }
  }

  /** Time passes, and everybody looks at it. */
  async pass(ms: number): Promise<void> {
    this.clock.now += ms
    for (const { home, exchange } of [...this.devices, ...this.relays]) {
      await home.replica.tick()
      await exchange.tick()
    }
  }

  /** An entry of this device that brings one object made of these texts. */
  async add(by: Peer, name: string, texts?: readonly string[]): Promise<ObjectRecord> {
    return (await this.addAll(by, [name], texts))[0]!
  }

  /** One entry that brings an object for each name. */
  async addAll(
    by: Peer,
    names: readonly string[],
    texts: readonly string[] = ['manifest', 'blob']
  ): Promise<ObjectRecord[]> {
    const records: ObjectRecord[] = []
    for (const name of names) records.push(await this.seal(by, name, texts))
    await by.home.change(this.vault, names[0]!, { records })
    return records
  }

  private async seal(by: Peer, name: string, texts: readonly string[]): Promise<ObjectRecord> {
    const refs: { id: BlobId; sizeBytes: number }[] = []
    for (const text of texts) {
      const bytes = utf8(`${name} ${text}`)
      refs.push({ id: blake3Id<BlobId>(bytes), sizeBytes: bytes.length })
      await by.home.blobs.put(refs.at(-1)!.id, bytes)
    }
    const [manifest, ...blobs] = refs
    return makeRecord({
      object: testObject(name),
      manifest: manifest!,
      blobs,
      epoch: testEpoch('first'),
      keySlot: new Uint8Array(KEY_SLOT_BYTES)
    })
  }

  /** Relays that hold all of it. */
  holders(record: ObjectRecord): Peer[] {
    return this.relays.filter((relay) => relay.has(record))
  }

  /** The relay's disk is gone; another one begins with the same key and nothing on it. */
  async destroy(relay: Peer): Promise<Peer> {
    this.cut(relay)
    const again = await Peer.open(relay.home.device.name, {
      clock: this.clock,
      role: 'relay',
      kv: new MapKv(),
      blobs: new MapBlobs()
    })
    this.relays[this.relays.indexOf(relay)] = again
    return again
  }
}

export const FOUR = { relays: 4, copies: 2, repairAfterMs: 1000 }

/** Everything that can happen without time passing has happened. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export const names = (peers: readonly Peer[]): string[] => peers.map(({ home }) => home.device.name)

/** The relays that are to hold it, by the placement that this device goes by. */
export function placed(scene: RelayScene, record: ObjectRecord, by = scene.devices[0]!): string[] {
  const ids = by.home.replica.placed.responsible(scene.vault, record.object)
  return names(scene.relays.filter(({ home }) => ids.includes(home.device.id)))
}

export async function addSome(scene: RelayScene, by: Peer, count: number, prefix = 'file'): Promise<ObjectRecord[]> {
  const records: ObjectRecord[] = []
  for (let n = 0; n < count; n++) records.push(await scene.add(by, `${prefix} ${n}`))
  return records
}
