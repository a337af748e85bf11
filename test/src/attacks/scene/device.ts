import assert from 'node:assert/strict'
import { after } from 'node:test'
import type { ErrorCode } from '@holdfast/core/base/errors'
import { utf8 } from '@holdfast/core/base/bytes'
import type { FileContent } from '@holdfast/core/index/records'
import { accountIdOf } from '@holdfast/core/log/genesis'
import type { EntryBytes } from '@holdfast/core/log/entry'
import type { PeerLink } from '@holdfast/core/ports/peer-link'
import { SyncSession } from '@holdfast/core/sync/session/session'
import { certifyDevice, createAccount, newIncarnation } from '@holdfast/core/vault/account'
import { writeStatements } from '@holdfast/core/vault/author'
import { sourceOfBytes } from '@holdfast/core/vault/content-source'
import { floorOf } from '@holdfast/core/vault/floors'
import type { DeviceSecrets } from '@holdfast/core/vault/secrets'
import type { Vault } from '@holdfast/core/vault/vault'
import type { AddItem } from '@holdfast/core/vault/write'
import { Engine } from '@holdfast/core/engine/engine'
import type { Home } from '@holdfast/core/home/home'
import { systemRandom } from '@holdfast/node/home/platform'
import { readState } from '@holdfast/core/home/state'
import type { HomeState } from '@holdfast/core/home/state'
import { MemoryDisk } from '../../fakes/memory-disk.ts'
import { memoryKv } from '../../fakes/memory-kv.ts'
import { LooseClock, newSecrets, openMemoryHome } from './home.ts'
import type { Attached } from './link.ts'
import type { Relay } from './relay.ts'

/** Engines that are at work: ended after the last test of the file. */
const atWork = new Set<Engine>()
after(async () => {
  for (const engine of atWork) await engine.stop().catch(() => undefined)
})

/** A device as it really runs (the engine, its vault, its replica), only that its disk is in memory and its links are ours. */
export class Device {
  readonly name: string
  readonly secrets: DeviceSecrets
  readonly disk: MemoryDisk
  readonly clock = new LooseClock()
  home!: Home
  engine!: Engine

  private constructor(name: string, secrets: DeviceSecrets, disk: MemoryDisk) {
    this.name = name
    this.secrets = secrets
    this.disk = disk
  }

  /** The first device of a new account. */
  static async found(name: string, disk = new MemoryDisk()): Promise<Device> {
    const device = new Device(name, await newSecrets(), disk)
    const account = await createAccount({
      secrets: device.secrets,
      random: systemRandom,
      clock: device.clock
    })
    const { root, recovery, incarnation } = account
    const state = { account: account.account, root, recovery, incarnation, introduced: [], floors: [] }
    await device.begin(state, [account.accountGenesis, account.personalGenesis])
    await device.vault.ensureEpoch()
    return device
  }

  /** A further device, certified by `founder` as a pairing does it. `floor`: what it must reach before it signs. */
  static async join(founder: Device, name: string, options: { relay?: Relay; floor?: boolean } = {}): Promise<Device> {
    const device = new Device(name, await newSecrets(), new MemoryDisk())
    const { engine, home } = founder
    const { account, root, recovery } = home.state
    const signed = await certifyDevice(account, home.secrets, {
      device: device.secrets.device,
      xPublic: device.secrets.xPublic
    })
    await writeStatements(engine.accountVault, engine.author, [{ kind: 'import', signed }])
    await engine.vault.state([{ kind: 'import', signed }])
    await engine.vault.nameDevice(device.secrets.device, name)
    const peers = [founder.secrets.device, ...(options.relay === undefined ? [] : [options.relay.key.device])]
    const introduced = peers.map((peer) => ({ peer, addresses: [] }))
    const floors = options.floor === true ? [floorOf(engine.accountVault.log), floorOf(engine.vault.replica.log)] : []
    assert.equal(accountIdOf(root), account)
    const state = { account, root, recovery, incarnation: newIncarnation(systemRandom), introduced, floors }
    await device.begin(state, await founder.geneses())
    return device
  }

  /** The same keys on another disk: a copied home, or one that was put back. */
  twin(disk: MemoryDisk): Device {
    return new Device(this.name, this.secrets, disk)
  }

  get id(): DeviceSecrets['device'] {
    return this.secrets.device
  }

  get vault(): Vault {
    return this.engine.vault
  }

  /** First entries of the account's vault and of the personal one. */
  async geneses(): Promise<readonly [EntryBytes, EntryBytes]> {
    const of = async ({ store, log }: Vault['replica']): Promise<EntryBytes> =>
      (await store.entryBytes(log.order()[0]!))!
    return [await of(this.engine.accountVault), await of(this.vault.replica)]
  }

  /** Opens what is on the disk. */
  async open(): Promise<void> {
    const kv = await memoryKv(this.disk)
    const state = await readState(kv)
    await kv.close()
    const { name, secrets, clock } = this
    this.home = await openMemoryHome(this.disk, { name, secrets, state, clock })
    this.engine = await Engine.start(this.home)
    atWork.add(this.engine)
  }

  async close(): Promise<void> {
    atWork.delete(this.engine)
    await this.engine.stop()
    await this.home.close()
  }

  /** The process dies with whatever it had under way. */
  async die(): Promise<void> {
    this.disk.crash()
    atWork.delete(this.engine)
    await this.engine.stop().catch(() => undefined)
  }

  async restart(): Promise<void> {
    await this.close()
    await this.open()
  }

  /** One end of a link, served as node/engine/network serves it. */
  attach(link: PeerLink): Attached {
    const { home, engine } = this
    const uploader = engine.exchange.attach(link)
    let wasSettled = false
    const session = new SyncSession({
      replica: home.replica,
      link,
      clock: home.clock,
      uploader,
      onState: ({ settled, shared }) => {
        engine.refused.heard(link.peer, { refused: session.refusals.keys(), shared })
        if (settled && !wasSettled) engine.exchange.fetcher.refresh(link)
        wasSettled = settled
      }
    })
    session.start()
    return { session, settle: () => this.settle() }
  }

  async settle(): Promise<void> {
    await this.engine.settled()
    await this.engine.exchange.idle()
  }

  async write(path: string, content: string | Uint8Array, mtimeMs = 1): Promise<void> {
    const bytes = typeof content === 'string' ? utf8(content) : content
    const item: AddItem = {
      path: path.split('/'),
      mtimeMs,
      kind: 'file',
      executable: false,
      content: sourceOfBytes(bytes)
    }
    const { failed } = await this.vault.addTree(only(item), [])
    assert.deepEqual(failed, [])
  }

  content(path: string): FileContent {
    const content = this.vault.index.tree.resolve(path.split('/'))?.content
    assert.ok(content !== undefined && content.kind !== 'folder', `no file ${path}`)
    return content
  }

  async bytes(path: string): Promise<Buffer> {
    const pieces: Uint8Array[] = []
    for await (const piece of this.vault.read(this.content(path))) pieces.push(piece)
    return Buffer.concat(pieces)
  }

  async text(path: string): Promise<string> {
    return (await this.bytes(path)).toString()
  }

  /** Codes of what went wrong, as `status` shows them; of one peer if named. */
  codes(peer?: string | null): ErrorCode[] {
    return this.engine
      .problems()
      .filter((problem) => peer === undefined || problem.peer === peer)
      .map(({ code }) => code)
  }

  private async begin(
    state: Omit<HomeState, 'accountVault' | 'personalVault'>,
    geneses: readonly [EntryBytes, EntryBytes]
  ): Promise<void> {
    const { name, secrets, clock } = this
    const none = '' as HomeState['accountVault']
    this.home = await openMemoryHome(this.disk, {
      name,
      secrets,
      state: { ...state, accountVault: none, personalVault: none },
      clock
    })
    const peers = state.introduced.map(({ peer }) => peer)
    const account = await this.home.replica.addVault(geneses[0], peers)
    const personal = await this.home.replica.addVault(geneses[1], peers)
    await this.home.setState({ ...state, accountVault: account.id, personalVault: personal.id })
    this.engine = await Engine.start(this.home)
    atWork.add(this.engine)
  }
}

async function* only(item: AddItem): AsyncGenerator<AddItem> {
  yield item
}
