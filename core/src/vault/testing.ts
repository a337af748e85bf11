import { sign } from '../proof/sign.ts'
import type { Random } from '../ports/random.ts'
import { blake3 } from '../proof/blake3.ts'
import { concat, utf8 } from '../base/bytes.ts'
import { HandClock, MapBlobs, MapKv } from '../sync/testing/map-stores.ts'
import { memoryLinkPair } from '../sync/testing/memory-link.ts'
import { Replica } from '../sync/replica/replica.ts'
import { SyncSession } from '../sync/session/session.ts'
import type { VaultReplica } from '../sync/replica/vault-replica.ts'
import { certifyDevice, createAccount, newIncarnation } from './account.ts'
import type { NewAccount } from './account.ts'
import type { EntryBytes } from '../log/entry.ts'
import type { Author } from './author.ts'
import { sourceOfBytes } from './content-source.ts'
import { newDeviceSecrets } from './secrets.ts'
import type { DeviceSecrets } from './secrets.ts'
import { Vault } from './vault.ts'
import type { VaultOptions } from './vault.ts'

/** Random bytes that are the same in every run. */
export function seededRandom(seed: string): Random {
  let drawn = 0
  return {
    bytes(length) {
      const pieces: Uint8Array[] = []
      for (let at = 0; at < length; at += 32) pieces.push(blake3(utf8(`${seed} ${drawn++}`)))
      return concat(...pieces).slice(0, length)
    }
  }
}

/** A device with real keys and one real vault, on stores in memory. */
export class VaultHome {
  readonly secrets: DeviceSecrets
  readonly account: NewAccount
  readonly random: Random
  readonly kv: MapKv
  readonly blobs = new MapBlobs()
  readonly clock = new HandClock()
  incarnation: NewAccount['incarnation']
  replica!: Replica
  vault!: Vault
  changes = 0

  private constructor(secrets: DeviceSecrets, account: NewAccount, random: Random, kv: MapKv) {
    this.secrets = secrets
    this.account = account
    this.random = random
    this.kv = kv
    this.incarnation = account.incarnation
  }

  static async found(name = 'laptop'): Promise<VaultHome> {
    const random = seededRandom(name)
    const secrets = await newDeviceSecrets(random)
    const clock = new HandClock()
    const home = new VaultHome(secrets, await createAccount({ secrets, random, clock }), random, new MapKv())
    await home.open()
    await home.vault.ensureEpoch()
    return home
  }

  /** A further device. `isCertified`: whether the founder's vault names it already. */
  static async join(
    founder: VaultHome,
    name: string,
    options: { floor?: VaultOptions['floor']; isCertified?: boolean; recovery?: VaultOptions['recovery'] } = {}
  ): Promise<VaultHome> {
    const random = seededRandom(name)
    const secrets = await newDeviceSecrets(random)
    const home = new VaultHome(secrets, founder.account, random, new MapKv())
    home.incarnation = newIncarnation(random)
    if (options.isCertified !== false) await founder.certify(home)
    await home.open(options.floor, founder, options.recovery)
    return home
  }

  async certify(other: VaultHome): Promise<void> {
    const { device, xPublic } = other.secrets
    const signed = await certifyDevice(this.account.account, this.secrets, { device, xPublic })
    await this.vault.state([{ kind: 'import', signed }])
  }

  get author(): Author {
    return { secrets: this.secrets, incarnation: () => this.incarnation, clock: this.clock }
  }

  get log(): VaultReplica['log'] {
    return this.vault.replica.log
  }

  async open(
    floor?: VaultOptions['floor'],
    introducer?: VaultHome,
    recovery?: VaultOptions['recovery']
  ): Promise<void> {
    const { kv, blobs, clock, secrets, incarnation } = this
    const identity = {
      device: secrets.device,
      role: 'device' as const,
      incarnation,
      sign: (label: Parameters<typeof sign>[0], bytes: Uint8Array) => sign(label, secrets.seed, bytes)
    }
    this.replica = await Replica.open({ kv, blobs, clock, identity })
    const replica = await this.replica.addVault(
      this.account.personalGenesis,
      introducer === undefined ? [] : [introducer.secrets.device]
    )
    this.vault = await Vault.open({
      ...this.author,
      replica,
      kv,
      blobs,
      random: this.random,
      onChange: () => this.changes++,
      ...(floor === undefined ? {} : { floor }),
      ...(recovery === undefined ? {} : { recovery })
    })
    this.replica.onAdmitted(({ vault, admission }) => {
      if (vault.id === this.vault.id) this.vault.admitted(admission)
    })
  }

  /** Opens a further vault of this home, from its first entry. */
  async openAnother(genesis: EntryBytes, introduced: readonly VaultHome[] = []): Promise<Vault> {
    const { kv, blobs, random } = this
    const devices = introduced.map(({ secrets }) => secrets.device)
    const replica = await this.replica.addVault(genesis, devices)
    const opened = await Vault.open({ ...this.author, replica, kv, blobs, random })
    this.replica.onAdmitted(({ vault, admission }) => {
      if (vault.id === opened.id) opened.admitted(admission)
    })
    return opened
  }

  async write(name: string, content: Uint8Array | string): Promise<void> {
    const bytes = typeof content === 'string' ? utf8(content) : content
    await this.vault.addTree(
      only({ path: name.split('/'), kind: 'file', executable: false, mtimeMs: 1, content: sourceOfBytes(bytes) }),
      []
    )
  }

  async read(name: string, range?: { start: number; end: number }): Promise<Uint8Array> {
    const content = this.vault.index.tree.resolve(name.split('/'))?.content
    if (content === undefined || content.kind === 'folder') throw new Error(`no file ${name}`)
    const pieces: Uint8Array[] = []
    for await (const piece of this.vault.read(content, range)) pieces.push(piece.slice())
    return concat(...pieces)
  }

  names(): string[] {
    return [...this.vault.index.tree.walk(null)].map(({ path }) => path.join('/'))
  }
}

/** Logs only, once, until nothing is left to tell. */
export async function exchangeLogs(a: VaultHome, b: VaultHome): Promise<void> {
  const [left, right] = memoryLinkPair(a.secrets.device, b.secrets.device)
  const sessions = [
    new SyncSession({ replica: a.replica, link: left, clock: a.clock }),
    new SyncSession({ replica: b.replica, link: right, clock: b.clock })
  ]
  for (const session of sessions) session.start()
  await Promise.all(sessions.map((session) => session.idle()))
  await Promise.all([a.vault.settled(), b.vault.settled()])
  sessions[0]!.stop()
}

export async function* only<T>(...items: T[]): AsyncGenerator<T> {
  yield* items
}
