import type { ErrorCode } from '../base/errors.ts'
import type { DeviceId, VaultId } from '../base/ids.ts'
import type { PeerLink } from '../ports/peer-link.ts'
import type { BlobExchange } from '../sync/blobs/blob-exchange.ts'
import { SyncSession } from '../sync/session/session.ts'
import type { Home } from '../home/home.ts'
import type { Connection } from '../net/connection.ts'
import type { DialOptions, DialTarget, Host } from '../net/host.ts'
import { nearAddresses } from '../net/near-addresses.ts'
import { Circuits } from '../net/circuits.ts'
import { PeerLinks } from '../net/peer-link.ts'
import { Rendezvous } from '../net/rendezvous.ts'
import { Connector } from './connector.ts'
import { later } from './later.ts'
import { MetDevices } from './met.ts'
import { Nearby } from './nearby.ts'
import { ThroughRelays } from './through-relays.ts'
import type { Target } from './connector.ts'
import type { Heard } from './sharing/refused-vaults.ts'

export interface NetworkOptions {
  readonly listen: readonly string[]
  readonly discover?: boolean
  /** Whether devices that cannot be dialled are met through the relays that are kept. */
  readonly throughRelays?: boolean
  /** Whether somebody whom no vault lists may connect: only while a pairing waits for them. */
  readonly allowsStrangers: () => boolean
  readonly onChange: () => void
  /** A peer that should know this vault says that it does not. */
  readonly onRefused?: (peer: DeviceId, vault: VaultId) => void
  /** What a peer says of vaults whenever something is new about that. */
  readonly onHeard?: (peer: DeviceId, heard: Heard) => void
}

/** As long as it takes to be heard, and for the one with the larger key to dial. */
const NEAR_WAIT_MS = 4_000

export interface Attempts {
  readonly connected: number
  readonly failed: readonly { readonly peer: DeviceId; readonly code: ErrorCode }[]
}

/** The connected side of a running device: its host, the relays it keeps connections to, and a sync session for every link. */
export class Network {
  readonly host: Host
  readonly rendezvous: Rendezvous
  private readonly home: Home
  private readonly exchange: BlobExchange
  private readonly options: NetworkOptions
  private readonly sessions = new Map<PeerLink, SyncSession>()
  private readonly connectors = new Map<DeviceId, Connector>()
  private readonly refused = new Map<DeviceId, ErrorCode>()
  private readonly refusedOfOthers = new Set<VaultId>()
  private links!: PeerLinks
  private onFirst: () => void = () => undefined
  private near: Nearby | undefined
  private through: ThroughRelays | undefined
  private met: MetDevices | undefined
  private stopping: Promise<void> | undefined

  static async start(home: Home, exchange: BlobExchange, options: NetworkOptions): Promise<Network> {
    const allowPeer = (peer: DeviceId): boolean =>
      options.allowsStrangers() || home.replica.vaults().some((vault) => vault.mayNameTo(peer))
    const { platform, secrets, kv } = home
    const { listen, discover = false } = options
    const host = await platform.createHost({ key: secrets.seed, listen, allowPeer, kv, discover })
    const network = new Network(host, await Rendezvous.listen(host), home, exchange, options)
    network.links = await PeerLinks.listen(host, (link) => network.attach(link))
    if (discover) network.met = await MetDevices.load(kv)
    if (options.throughRelays === true) await network.meetThroughRelays()
    return network
  }

  private constructor(host: Host, rendezvous: Rendezvous, home: Home, exchange: BlobExchange, options: NetworkOptions) {
    this.host = host
    this.rendezvous = rendezvous
    this.home = home
    this.exchange = exchange
    this.options = options
  }

  /** Keeps connections to exactly these peers from now on. */
  keep(targets: readonly Target[]): void {
    const wanted = new Map(targets.map((target) => [target.peer, target]))
    for (const [peer, connector] of this.connectors) {
      const target = wanted.get(peer)
      if (target !== undefined && target.addresses.join() === connector.target.addresses.join()) wanted.delete(peer)
      else {
        this.connectors.delete(peer)
        void connector.stop()
      }
    }
    if (this.stopping !== undefined) return
    const { wait, random } = this.home
    const host = { dial: (to: DialTarget, how?: DialOptions): Promise<Connection> => this.dial(to, how) }
    for (const [peer, target] of wanted)
      this.connectors.set(peer, new Connector({ host, wait, random }, target, (connection) => this.use(connection)))
    this.lookAround()
  }

  /** Whether a connection to it is kept, or tried again and again. */
  keeps(peer: DeviceId): boolean {
    return this.connectors.has(peer)
  }

  /** One attempt at every peer that is kept: waits for those under way, makes one where none is. */
  async attemptAll(): Promise<Attempts> {
    const failed: { peer: DeviceId; code: ErrorCode }[] = []
    let connected = 0
    await Promise.all(
      [...this.connectors].map(async ([peer, connector]) => {
        const outcome = await connector.attempt()
        if (outcome === 'connected') connected++
        else failed.push({ peer, code: outcome })
      })
    )
    return { connected, failed }
  }

  /** Peers with a live link. */
  connected(): DeviceId[] {
    return [...new Set([...this.sessions.keys()].map(({ peer }) => peer))]
  }

  /** Waits until somebody near is connected, for a moment at most: for whoever is online only for one command. */
  async untilNear(): Promise<void> {
    if (this.near === undefined || this.sessions.size > 0 || this.stopping !== undefined || this.isAlone()) return
    await new Promise<void>((resolve) => {
      const cancel = later(this.home.wait, NEAR_WAIT_MS, resolve)
      this.onFirst = () => {
        cancel()
        resolve()
      }
    })
  }

  /** The relay through which a peer is met, where it is not met directly. */
  throughOf(peer: DeviceId): DeviceId | undefined {
    const ways = this.linksTo(peer).map(({ through }) => through)
    return ways.includes(undefined) ? undefined : ways[0]
  }

  sessionsWith(peer?: DeviceId): SyncSession[] {
    return [...this.sessions.values()].filter((session) => peer === undefined || session.peer === peer)
  }

  lastError(peer: DeviceId): ErrorCode | undefined {
    return this.connectors.get(peer)?.lastError
  }

  /** Peers that refused, when last met, a vault of this account that they should know: REFUSED, or ROLLED_BACK where they once had it. */
  refusals(): { peer: DeviceId; code: ErrorCode }[] {
    return [...this.refused].map(([peer, code]) => ({ peer, code }))
  }

  /**
   * Vaults that somebody else made, that a peer refused and none has shared since: this account was taken out, or the peer has
   * lost them. Nobody but their owners can do anything about it.
   */
  refusedVaults(): ReadonlySet<VaultId> {
    return this.refusedOfOthers
  }

  stop(): Promise<void> {
    this.stopping ??= (async () => {
      const connectors = [...this.connectors.values()]
      this.connectors.clear()
      this.through?.stop()
      await Promise.all([this.near?.stop(), ...connectors.map((connector) => connector.stop()), this.host.stop()])
      for (const session of this.sessions.values()) session.stop()
    })()
    return this.stopping
  }

  /** Whoever is near is tried there first. */
  private dial(target: DialTarget, options?: DialOptions): Promise<Connection> {
    const near = target.peerKey === undefined ? [] : this.nearAddressesOf(target.peerKey)
    return this.host.dial({ ...target, addresses: [...new Set([...near, ...target.addresses])] }, options)
  }

  private nearAddressesOf(peer: DeviceId): readonly string[] {
    if (this.near !== undefined) return this.near.addressesOf(peer)
    const met = this.met?.addressOf(peer)
    return met === undefined ? [] : [met]
  }

  private async use(connection: Connection): Promise<{ ended: Promise<void> }> {
    const link = await this.links.open(connection)
    const ended = new Promise<void>((resolve) => link.onClose(resolve))
    this.attach(link)
    this.noteMet(connection)
    if (connection.through === undefined && this.keeps(connection.peerKey)) void this.through?.follow(connection, ended)
    return { ended }
  }

  /** Not before it is known who is dialled anyway. */
  private lookAround(): void {
    this.near?.review()
    this.through?.review()
    const { host, home, met } = this
    if (met === undefined) return
    this.near ??= new Nearby({
      host,
      wait: home.wait,
      random: home.random,
      met,
      kept: (peer) => this.connectors.get(peer),
      isDevice: (peer) => this.isDevice(peer),
      isLinked: (peer) => this.linksTo(peer).some(({ through }) => through === undefined),
      use: (connection) => this.use(connection)
    })
  }

  private async meetThroughRelays(): Promise<void> {
    const { host, home } = this
    const isFree = (peer: DeviceId): boolean => this.isDevice(peer) && this.linksTo(peer).length === 0
    const accepts = (relay: DeviceId, peer: DeviceId): boolean => this.keeps(relay) && isFree(peer)
    this.through = new ThroughRelays({
      own: home.secrets.device,
      circuits: await Circuits.listen(host, { accepts }),
      wait: home.wait,
      random: home.random,
      isDevice: (peer) => this.isDevice(peer),
      isLinked: (peer) => this.linksTo(peer).length > 0,
      use: (connection) => this.use(connection)
    })
  }

  private linksTo(peer: DeviceId): PeerLink[] {
    return [...this.sessions.keys()].filter((link) => link.peer === peer)
  }

  /** A direct connection takes the place of one through a relay. */
  private preferDirect({ peer, through }: PeerLink): void {
    if (through !== undefined) return
    for (const link of this.linksTo(peer)) if (link.through !== undefined) this.sessions.get(link)?.stop()
  }

  private isDevice(peer: DeviceId): boolean {
    const { replica } = this.home
    const isNamed = replica.vaults().some((vault) => vault.mayNameTo(peer))
    return isNamed && replica.roleOf(peer) === 'device'
  }

  private isAlone(): boolean {
    if (this.connectors.size > 0) return false
    const all = this.home.replica.vaults().flatMap(({ log }) => [...log.membership().accounts.values()])
    return all.every(({ devices }) => [...devices.keys()].every((device) => device === this.home.secrets.device))
  }

  /** It was dialled there, and proved its key; of a relay only what its vaults do not say. */
  private noteMet({ peerKey, remoteAddress, direction }: Connection): void {
    const known = this.connectors.get(peerKey)?.target.addresses
    if (this.met === undefined || direction !== 'outbound' || !(this.isDevice(peerKey) || known !== undefined)) return
    const [address] = nearAddresses([remoteAddress], this.host.addresses())
    if (address !== undefined && known?.some((one) => one.startsWith(address)) !== true)
      void this.met.note(peerKey, address).catch(() => undefined)
  }

  private attach(link: PeerLink): void {
    const { replica, clock } = this.home
    const uploader = this.exchange.attach(link)
    let wasSettled = false
    const session = new SyncSession({
      replica,
      link,
      clock,
      uploader,
      onState: ({ settled, shared }) => {
        this.noteRefusals(session, shared)
        // When all is said, the peer may hold what it did not have when it was asked.
        if (settled && !wasSettled) this.exchange.fetcher.refresh(link)
        wasSettled = settled
        this.options.onChange()
      }
    })
    this.sessions.set(link, session)
    this.preferDirect(link)
    this.onFirst()
    link.onClose(() => {
      this.sessions.delete(link)
      this.options.onChange()
    })
    session.start()
  }

  /** Kept when the link ends: whoever has lost a vault soon takes this device for a stranger. */
  private noteRefusals({ peer, refusals }: SyncSession, shared: readonly VaultId[]): void {
    for (const vault of refusals.keys()) this.options.onRefused?.(peer, vault)
    const codes = [...refusals].flatMap(([vault, code]) => (this.isOwn(vault) ? [code] : []))
    if (codes.length > 0) this.refused.set(peer, codes.includes('ROLLED_BACK') ? 'ROLLED_BACK' : 'REFUSED')
    else if (shared.length > 0) this.refused.delete(peer)
    const sharedNow = new Set(this.sessionsWith().flatMap((session) => session.state.shared))
    for (const vault of refusals.keys())
      if (!this.isOwn(vault) && !sharedNow.has(vault)) this.refusedOfOthers.add(vault)
    for (const vault of shared) this.refusedOfOthers.delete(vault)
    const isSharedNow = (vault: VaultId): boolean => sharedNow.has(vault)
    this.options.onHeard?.(peer, { refused: refusals.keys(), shared, isSharedNow })
  }

  private isOwn(id: VaultId): boolean {
    const { replica, state } = this.home
    return replica.vault(id)?.log.membership().founder === state.account
  }
}
