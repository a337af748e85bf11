import { utf8 } from '../../base/bytes.ts'
import type { EntryHash, Incarnation, VaultId } from '../../base/ids.ts'
import type { UnverifiedEntry } from '../../log/entry.ts'
import { recipientsOf } from '../../log/membership.ts'
import { PARENT_SECRET_BYTES, WRAP_BYTES } from '../../log/epoch-body.ts'
import type { PinList } from '../../log/pin-list.ts'
import type { ObjectRecord } from '../../log/record.ts'
import type { Statement } from '../../log/statement.ts'
import { certify, testAccount, testDevice, testEpoch, testGenesis, testIncarnation } from '../../log/testing.ts'
import type { TestAccount, TestDevice } from '../../log/testing.ts'
import { signEntry } from '../../log/write.ts'
import type { ClearBody } from '../../log/write.ts'
import { sign } from '../../proof/sign.ts'
import { Replica } from '../replica/replica.ts'
import { SyncSession } from '../session/session.ts'
import type { EntryUploader } from '../session/delivery.ts'
import type { VaultReplica } from '../replica/vault-replica.ts'
import { HandClock, MapBlobs, MapKv } from './map-stores.ts'
import { memoryLinkPair } from './memory-link.ts'
import type { LinkKnobs, MemoryLink } from './memory-link.ts'

/** One home on stores in memory, with the keys to write real entries into its vaults. */
export class TestHome {
  readonly device: TestDevice
  readonly kv: MapKv
  readonly blobs: MapBlobs
  readonly clock: HandClock
  readonly replica: Replica
  incarnation: Incarnation

  private constructor(device: TestDevice, parts: Pick<TestHome, 'kv' | 'blobs' | 'clock' | 'replica' | 'incarnation'>) {
    this.device = device
    this.kv = parts.kv
    this.blobs = parts.blobs
    this.clock = parts.clock
    this.replica = parts.replica
    this.incarnation = parts.incarnation
  }

  static async open(name: string, options: HomeOptions = {}): Promise<TestHome> {
    const {
      role = 'device',
      incarnation = 1,
      kv = new MapKv(),
      blobs = new MapBlobs(),
      clock = new HandClock()
    } = options
    const device = await testDevice(name)
    const identity = {
      device: device.id,
      role,
      sign: (label: Parameters<typeof sign>[0], bytes: Uint8Array) => sign(label, device.seed, bytes),
      ...(role === 'device' ? { incarnation: testIncarnation(incarnation) } : {})
    }
    const replica = await Replica.open({ kv, blobs, clock, identity })
    return new TestHome(device, { kv, blobs, clock, replica, incarnation: testIncarnation(incarnation) })
  }

  vault(id: VaultId): VaultReplica {
    const vault = this.replica.vault(id)
    if (vault === undefined) throw new Error('no such vault here')
    return vault
  }

  /** A change of filler under the epoch that one may write under. */
  async change(
    id: VaultId,
    text: string,
    pins: { records?: ObjectRecord[]; unpins?: PinList['unpins']; shreds?: PinList['shreds'] } = {}
  ): Promise<EntryHash> {
    const { records = [], unpins = [], shreds = [] } = pins
    const epoch = this.vault(id).log.writableEpoch()
    if (epoch === null) throw new Error('no epoch to write under')
    const list = {
      records: records.map(({ hash }) => hash).sort(),
      unpins: [...unpins].sort(),
      shreds: [...shreds].sort()
    }
    const pinList = records.length + unpins.length + shreds.length === 0 ? null : list
    return this.#append(id, await this.#sign(id, 'change', utf8(text), { epoch, pinList }), records)
  }

  async say(id: VaultId, ...statements: Statement[]): Promise<EntryHash> {
    return this.#append(id, await this.#sign(id, 'statement', { kind: 'statement', statements }), [])
  }

  async newEpoch(id: VaultId, name: string): Promise<void> {
    const { log } = this.vault(id)
    const parents = log
      .epochs()
      .slice(-1)
      .map((one) => ({ epoch: one.id, sealed: new Uint8Array(PARENT_SECRET_BYTES) }))
    const wraps = recipientsOf(log.membership()).map((to) => ({ ...to, sealed: new Uint8Array(WRAP_BYTES) }))
    await this.#append(id, await this.#sign(id, 'epoch', { kind: 'epoch', epoch: testEpoch(name), parents, wraps }), [])
  }

  async #sign(
    id: VaultId,
    kind: 'change' | 'statement' | 'epoch',
    payload: Uint8Array | ClearBody,
    options: SignOptions = {}
  ): Promise<UnverifiedEntry> {
    const { epoch, pinList = null } = options
    const header = this.vault(id).log.draft({
      device: this.device.id,
      incarnation: this.incarnation,
      kind,
      timeMs: 1,
      ...(epoch && { epoch })
    })
    return signEntry(header, payload, this.device.seed, pinList)
  }

  #append(id: VaultId, entry: UnverifiedEntry, records: readonly ObjectRecord[]): Promise<EntryHash> {
    return this.vault(id).append(entry.bytes, records)
  }
}

export interface HomeOptions {
  readonly role?: 'device' | 'relay'
  readonly incarnation?: number
  readonly kv?: MapKv
  readonly blobs?: MapBlobs
  readonly clock?: HandClock
}

interface SignOptions {
  readonly epoch?: NonNullable<ReturnType<VaultReplica['log']['writableEpoch']>>
  readonly pinList?: PinList | null
}

/** A vault of one account with several devices and a relay, all of them members and holding the genesis. */
export interface TestVault {
  readonly id: VaultId
  readonly account: TestAccount
  readonly devices: readonly TestHome[]
  readonly relay: TestHome
}

/** The first device has written who the others are; they know it only from the genesis and have to sync. */
export async function testVault(names: readonly string[] = ['laptop', 'phone']): Promise<TestVault> {
  const account = await testAccount('anna')
  const devices = await Promise.all(names.map((name, i) => TestHome.open(name, { incarnation: i + 1 })))
  const relay = await TestHome.open('pi', { role: 'relay' })
  const [first, ...others] = devices
  const genesis = await testGenesis(account, first!.device)
  const { id } = await first!.replica.addVault(genesis.bytes)
  for (const other of others) {
    await first!.say(id, { kind: 'import', signed: await certify(account, other.device, first!.device) })
    await other.replica.addVault(genesis.bytes, [first!.device.id, relay.device.id])
  }
  await first!.say(id, {
    kind: 'relays',
    relays: [{ peer: relay.device.id, name: 'pi', addresses: [] }],
    copies: 1,
    repairAfterMs: 1000
  })
  await first!.newEpoch(id, 'first')
  await relay.replica.addVault(genesis.bytes)
  return { id, account, devices, relay }
}

/** Two connected sessions. */
export interface TestLink {
  readonly a: SyncSession
  readonly b: SyncSession
  readonly ends: readonly [MemoryLink, MemoryLink]
  /** Both sides have nothing left to do. */
  idle(): Promise<void>
  close(): void
}

export function connect(
  a: TestHome,
  b: TestHome,
  options: { knobs?: LinkKnobs; uploader?: EntryUploader } = {}
): TestLink {
  const ends = memoryLinkPair(a.device.id, b.device.id, options.knobs)
  const session = (home: TestHome, link: MemoryLink): SyncSession =>
    new SyncSession({
      replica: home.replica,
      link,
      clock: home.clock,
      ...(options.uploader && { uploader: options.uploader })
    })
  const [left, right] = [session(a, ends[0]), session(b, ends[1])]
  left.start()
  right.start()
  return {
    a: left,
    b: right,
    ends,
    idle: async () => {
      await Promise.all([left.idle(), right.idle()])
    },
    close: () => left.stop()
  }
}

/** Exchanges everything once and returns how many messages each side sent. */
export async function exchange(a: TestHome, b: TestHome): Promise<[number, number]> {
  const link = connect(a, b)
  await link.idle()
  link.close()
  return [link.ends[0].sent.length, link.ends[1].sent.length]
}
