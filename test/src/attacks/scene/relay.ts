import { newDeviceSecrets } from '@holdfast/core/vault/secrets'
import type { DeviceSecrets } from '@holdfast/core/vault/secrets'
import type { PeerLink } from '@holdfast/core/ports/peer-link'
import { BlobExchange } from '@holdfast/core/sync/blobs/blob-exchange'
import { OrderedBlobStore } from '@holdfast/core/sync/store/ordered-blob-store'
import { Replica } from '@holdfast/core/sync/replica/replica'
import type { Identity } from '@holdfast/core/sync/replica/replica'
import { SyncSession } from '@holdfast/core/sync/session/session'
import { writeStatements } from '@holdfast/core/vault/author'
import type { BlobStore } from '@holdfast/core/ports/blob-store'
import { systemRandom, systemWait } from '@holdfast/node/home/platform'
import { memoryBlobs } from '../../fakes/memory-blobs.ts'
import { MemoryDisk } from '../../fakes/memory-disk.ts'
import { memoryKv } from '../../fakes/memory-kv.ts'
import type { Device } from './device.ts'
import { LooseClock } from './home.ts'
import type { Attached } from './link.ts'

/** A relay as it really runs, at the level of logs and blobs. What makes it hostile is put into its links and its disk. */
export class Relay {
  readonly key: DeviceSecrets
  readonly disk: MemoryDisk
  readonly clock = new LooseClock()
  replica!: Replica
  exchange!: BlobExchange
  blobs!: BlobStore

  private constructor(key: DeviceSecrets, disk: MemoryDisk) {
    this.key = key
    this.disk = disk
  }

  /** Named by the founder's vaults, and hosting them. */
  static async of(founder: Device): Promise<Relay> {
    const relay = new Relay(await newDeviceSecrets(systemRandom), new MemoryDisk())
    await relay.open()
    const { engine } = founder
    const statement = {
      kind: 'relays',
      relays: [...engine.relays(), { peer: relay.key.device, name: 'pi', addresses: [] }],
      copies: 1,
      repairAfterMs: 1000
    } as const
    await writeStatements(engine.accountVault, engine.author, [statement])
    await engine.vault.state([statement])
    for (const genesis of await founder.geneses()) await relay.replica.addVault(genesis)
    return relay
  }

  /** The same relay on another disk: what it was before. */
  async on(disk: MemoryDisk): Promise<Relay> {
    const relay = new Relay(this.key, disk)
    await relay.open()
    return relay
  }

  get id(): DeviceSecrets['device'] {
    return this.key.device
  }

  async open(): Promise<void> {
    const kv = await memoryKv(this.disk)
    this.blobs = new OrderedBlobStore(await memoryBlobs(this.disk))
    const { key, clock, blobs } = this
    const identity: Identity = { device: key.device, role: 'relay', sign: key.sign.bind(key) }
    this.replica = await Replica.open({ kv, blobs, clock, identity })
    this.exchange = await BlobExchange.open({
      replica: this.replica,
      kv,
      blobs,
      clock,
      wait: systemWait,
      identity,
      takesIntents: true,
      pullsEverything: false
    })
  }

  attach(link: PeerLink): Attached {
    const { replica, clock, exchange } = this
    const session = new SyncSession({ replica, link, clock, uploader: exchange.attach(link) })
    session.start()
    return { session, settle: () => exchange.idle() }
  }
}
