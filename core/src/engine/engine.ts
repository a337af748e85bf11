import { HoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import type { VaultId } from '../base/ids.ts'
import type { RelayInfo } from '../log/statement.ts'
import type { FileContent } from '../index/records.ts'
import type { BlobExchange } from '../sync/blobs/blob-exchange.ts'
import type { Problem } from '../sync/replica/replica.ts'
import type { VaultReplica } from '../sync/replica/vault-replica.ts'
import type { Author } from '../vault/author.ts'
import type { Mount } from '../vault/mounts.ts'
import type { Vault } from '../vault/vault.ts'
import type { Home } from '../home/home.ts'
import { AccountRecords } from './account/account-records.ts'
import { addRelay } from './relays/add-relay.ts'
import { mailNetworkOf, mailOf } from './mail/engine-mail.ts'
import { propagateAccountStatements } from './account/devices.ts'
import type { EngineOptions } from './engine-options.ts'
import type { EngineParts } from './engine-parts.ts'
import { startDuties } from './duties.ts'
import { openExchange } from './exchange.ts'
import type { Traffic } from './exchange.ts'
import { hideAbandoned } from './sharing/foundings.ts'
import { Retention } from './retention.ts'
import { HostAgain } from './relays/host-again.ts'
import { Keeping } from './keeping.ts'
import { Naming } from './naming.ts'
import type { Mail } from './mail/mail.ts'
import type { Network } from './network.ts'
import { authorOf } from './own-author.ts'
import { mountOn, placeOf } from './place.ts'
import type { Place } from './place.ts'
import { Reactions } from './reactions.ts'
import { RefusedVaults } from './sharing/refused-vaults.ts'
import { Rewriter } from './rewriter.ts'
import { Sharing } from './sharing/sharing-job.ts'
import { OwnStanding } from './account/standing.ts'
import { syncAll } from './sync-once.ts'
import type { SyncProgress, SyncReport } from './sync-once.ts'
import { statusOf } from './status.ts'
import type { Status } from './status.ts'
import type { Target } from './connector.ts'
import { targetsOf } from './targets.ts'
import { Vaults } from './vaults.ts'
import { verifyHome } from './verify.ts'
import type { VerifyReport } from './verify.ts'
import { whereaboutsOf } from './whereabouts.ts'
import type { Whereabouts } from './whereabouts.ts'

/** One opened home at work: its vaults, what it pulls and gives, its connections. */
export class Engine {
  readonly home: Home
  readonly exchange: BlobExchange
  readonly accountVault: VaultReplica
  /** Whether this device is one of its account still. */
  readonly standing: OwnStanding
  /** Shared vaults to which this account has no access any more. */
  readonly refused: RefusedVaults
  readonly startedMs: number
  private readonly options: EngineOptions
  private readonly counted: Traffic
  private readonly opened: Vaults
  private readonly rewriter: Rewriter
  private readonly reactions: Reactions
  readonly records: AccountRecords
  readonly mail: Mail
  readonly sharing: Sharing
  /** Of a device that does not hold everything. */
  keeping: Keeping | undefined
  /** None while an account is brought back. */
  retention: Retention | undefined
  private readonly hostAgain: HostAgain
  private readonly listeners = new Set<() => void>()
  private readonly stops: (() => void)[] = []
  private readonly unwatch: () => void
  private online: Promise<Network> | undefined
  private running: Network | undefined
  private strangers = 0
  private stopping: Promise<void> | undefined

  static async start(home: Home, options: EngineOptions = {}): Promise<Engine> {
    const accountVault = home.replica.vault(home.state.accountVault)
    if (accountVault === undefined) throw new HoldfastError('HOME_DAMAGED')
    const traffic = { receivedBlobs: 0, receivedBytes: 0, sentBytes: 0 }
    const exchange = await openExchange(home, traffic, options.pull ?? true)
    let engine = undefined as Engine | undefined
    const onMounts = (): void => engine?.reactions.mountsChanged()
    const standing = await OwnStanding.load(home, accountVault)
    const author = authorOf(home, standing)
    const vaults = await Vaults.start({ home, exchange, author, onMounts, recovery: options.recovery })
    const refused = await RefusedVaults.load(home)
    const parts = { exchange, vaults, accountVault, standing, refused, traffic, naming: new Naming(home) }
    engine = new Engine(home, options, parts)
    if (home.replica.mended !== undefined) engine.reactions.note({ vault: null, peer: null, code: 'HOME_DAMAGED' })
    await hideAbandoned({ home, mounts: engine.mounts() })
    await (options.connect === true ? engine.opened.openAll() : engine.opened.follow())
    await engine.rewriter.resume()
    const { boundBytes } = options
    if (boundBytes !== undefined)
      engine.keeping = await Keeping.open({ home, exchange, boundBytes, vaults: () => engine!.vaults() })
    if (options.recovery === undefined) engine.retention = new Retention(engine, options.keep)
    await parts.naming.tell(engine.vaults())
    await propagateAccountStatements(engine, { atStart: true }).catch((error: unknown) =>
      engine!.reactions.failed(error)
    )
    if (options.recovery === undefined) engine.sharing.start()
    if (options.connect === true) await engine.goOnline()
    return engine
  }

  private constructor(home: Home, options: EngineOptions, parts: EngineParts) {
    this.home = home
    this.options = options
    this.exchange = parts.exchange
    this.opened = parts.vaults
    this.accountVault = parts.accountVault
    this.standing = parts.standing
    this.refused = parts.refused
    this.counted = parts.traffic
    this.records = new AccountRecords(this)
    this.mail = mailOf(this)
    this.sharing = new Sharing(this)
    this.hostAgain = new HostAgain(this)
    this.stops.push(this.onChange(() => this.mail.relaysChanged()))
    if (options.recovery === undefined) this.stops.push(this.onChange(() => this.records.soon()))
    this.rewriter = new Rewriter({
      home,
      vault: this.personal,
      accountVault: parts.accountVault,
      author: this.author,
      others: () => this.opened.toWriteAgain()
    })
    const { opened, rewriter } = this
    const changed = (): void => this.changed()
    this.reactions = new Reactions(this, { opened, rewriter, naming: parts.naming, changed })
    this.startedMs = home.clock.nowMs()
    this.unwatch = home.replica.watch((event) => this.reactions.follow(event))
    this.stops.push(startDuties(home, this.exchange))
  }

  get personal(): Vault {
    return this.opened.personal
  }

  /** The personal vault. */
  get vault(): Vault {
    return this.personal
  }

  /** Every vault that is open, the personal one first: while online all of them, else conversations only as they are needed. */
  vaults(): readonly Vault[] {
    return this.opened.list()
  }

  vaultOf(id: VaultId): Vault | undefined {
    return this.opened.of(id)
  }

  /** Why a mounted vault is not open. */
  vaultFailure(id: VaultId): ErrorCode | undefined {
    return this.opened.failureOf(id)
  }

  /** What the personal vault shows as mounted now. */
  mounts(): readonly Mount[] {
    return this.opened.mounts()
  }

  /** Joins and opens a mounted vault, or one that is about to be mounted. What the personal vault shows is opened by itself. */
  openMount(mount: Mount): Promise<Vault> {
    return this.opened.openMount(mount)
  }

  async openAll(): Promise<readonly Vault[]> {
    await this.opened.openAll()
    return this.vaults()
  }

  /** Opens what these paths lead into. */
  async openAlong(paths: readonly (readonly string[])[]): Promise<void> {
    for (const path of paths) {
      const mount = mountOn(this, path)?.mount
      if (mount !== undefined) await this.openMount(mount).catch(() => undefined) // `place` says why not
    }
  }

  /** Which vault a path leads to, and where in it. Throws as `placeOf` says. */
  place(path: readonly string[]): Place {
    return placeOf(this, path)
  }

  get author(): Author {
    return authorOf(this.home, this.standing)
  }

  /** Whom connections are kept to: the relays of all vaults. */
  targets(): readonly Target[] {
    return targetsOf(this, this.options.alsoAt)
  }

  /** What blobs have come and gone since the start. */
  traffic(): Traffic {
    return { ...this.counted }
  }

  /** Throws NO_PEER while this device is offline. */
  get network(): Network {
    if (this.running === undefined) throw new HoldfastError('NO_PEER')
    return this.running
  }

  get isOnline(): boolean {
    return this.running !== undefined
  }

  /** On the way there, or waiting for what has to be done before. */
  get isGoingOnline(): boolean {
    return this.online !== undefined && !this.isOnline
  }

  /** Relays the personal vault names. */
  relays(): readonly RelayInfo[] {
    return this.personal.replica.log.membership().relays
  }

  whereabouts(content: FileContent, vault: Vault = this.personal): Whereabouts {
    return whereaboutsOf(this, content, vault)
  }

  /** In turns with others who wait for this process, where there are many files. */
  status(): Promise<Status> {
    return statusOf(this)
  }

  /** To be waited for between the parts of a long look. */
  turn(): Promise<void> {
    return this.options.turn?.() ?? this.home.wait(0)
  }

  verify(options: Parameters<typeof verifyHome>[1] = {}): Promise<VerifyReport> {
    return verifyHome(this, options)
  }

  /** What has gone wrong since the start, the latest last. */
  problems(): readonly Problem[] {
    return this.reactions.problems
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Listens, and keeps a connection to each relay. */
  goOnline(): Promise<Network> {
    if (this.online !== undefined) return this.online
    const going = this.connect()
    this.online = going
    going.catch(() => {
      if (this.online === going) this.online = undefined // it can be tried again
    })
    return going
  }

  async goOffline(): Promise<void> {
    const network = await this.online?.catch(() => undefined)
    this.online = undefined
    this.running = undefined
    const mailEnded = this.mail.offline()
    await network?.stop()
    await mailEnded
    this.changed()
  }

  private async connect(): Promise<Network> {
    await this.options.beforeOnline?.()
    await this.opened.openAll()
    const { Network: Started } = await import('./network.ts') // libp2p takes longer to load than most commands to run
    const network = await Started.start(this.home, this.exchange, {
      listen: this.options.listen ?? [],
      discover: this.options.discover ?? false,
      throughRelays: this.options.throughRelays ?? false,
      allowsStrangers: () => this.strangers > 0,
      onChange: () => {
        if (this.running !== undefined) void this.standing.ask(this.running, this.targets()).catch(() => undefined)
        this.changed()
      },
      onRefused: (peer, vault) => this.hostAgain.refused(peer, vault),
      onHeard: (peer, heard) => this.refused.heard(peer, heard)
    })
    this.running = network
    network.keep(this.targets())
    this.mail.online(mailNetworkOf(this, network))
    return network
  }

  /** Registers this account at a relay and has it host the vaults. Throws BAD_INVITE, INVITE_USED, NO_PEER, REFUSED. */
  async addRelay(code: string): Promise<RelayInfo> {
    const relay = await addRelay(this, code)
    await this.settleWithRelays()
    await this.mail.exchange() // keys, so that others can write to this account from now on
    await this.records.settle()
    return relay
  }

  /** Waits until every connected relay has everything; not longer than it takes them to fail. */
  async settleWithRelays(): Promise<void> {
    const network = await this.goOnline()
    await network.attemptAll()
    const relays = new Set(this.relays().map(({ peer }) => peer))
    const sessions = network.sessionsWith().filter(({ peer }) => relays.has(peer))
    await Promise.allSettled(sessions.map((session) => session.idle()))
  }

  /** Exchanges everything with every peer that can be reached. Throws NO_PEER when none can. */
  async syncOnce(
    options: { signal?: AbortSignal; onProgress?: (progress: SyncProgress) => void } = {}
  ): Promise<SyncReport> {
    const network = await this.goOnline()
    const targets = (): ReturnType<Engine['targets']> => this.targets()
    const report = await this.standing.during(network, targets, () => syncAll(this, network, options))
    // What others have said went into the personal vault, and has to go on from here.
    if ((await this.mail.exchange()) > 0)
      await Promise.allSettled(network.sessionsWith().map((session) => session.idle()))
    await this.records.settle()
    return report
  }

  /** Waits until everything that was received is in the index, and what a rollback took back is written again. */
  async settled(): Promise<void> {
    await this.rewriter.settled()
    await this.opened.settled()
    await this.hostAgain.settled()
    await this.refused.settled()
  }

  /** While a pairing waits, somebody whom no vault lists may connect. */
  expectStranger(by: 1 | -1): void {
    this.strangers += by
  }

  /** Idempotent. The home stays open: whoever opened it closes it. */
  stop(): Promise<void> {
    this.stopping ??= (async () => {
      for (const stop of this.stops) stop()
      await this.records.stop()
      await this.sharing.stop()
      await this.retention?.stop()
      await this.goOffline()
      await this.hostAgain.settled()
      await this.settled()
      this.unwatch() // not before: what was still being written had to reach the indexes
      await this.keeping?.stop()
      await this.opened.close()
      await this.exchange.close()
    })()
    return this.stopping
  }

  private changed(): void {
    this.keeping?.changed()
    for (const listener of [...this.listeners]) listener()
  }
}
