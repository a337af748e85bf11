import { isHoldfastError } from '../../base/errors.ts'
import type { VaultId } from '../../base/ids.ts'
import type { RelayInfo } from '../../log/statement.ts'
import type { ReplicaEvent } from '../../sync/replica/replica.ts'
import { genesisBytes } from '../../vault/first-entry.ts'
import { genesisEntry } from '../../vault/mounts.ts'
import { leftovers } from '../../vault/share.ts'
import type { Vault } from '../../vault/vault.ts'
import { followArrivals } from '../conversations/conversation-arrivals.ts'
import type { Engine } from '../engine.ts'
import { keepInvitation } from './invitations.ts'
import { hostVault } from '../relays/relay-client.ts'
import { finishRelays } from '../relays/relay-list.ts'
import { isOwnVault, linkedIn } from './sharing.ts'
import { followShreds } from './shredding.ts'

/**
 * What sharing needs done without anybody asking: relays host the vaults of this account, whoever lacks a key gets it from somebody
 * who may give it, a folder that gave way to a mount is emptied to the end, invitations that arrive are kept.
 */
export class Sharing {
  private readonly engine: Engine
  private readonly stopped = new AbortController()
  /** `relay vault`: asked for since the start, and granted. */
  private readonly hosted = new Set<string>()
  /** Vaults in which somebody may lack a key. */
  private readonly dirty = new Set<VaultId>()
  /** Vaults in which something may have been destroyed since it was looked at. */
  private readonly shredded = new Set<VaultId>()
  private readonly stops: (() => void)[] = []
  private endArrivals: (() => Promise<void>) | undefined
  private waiting = false
  private running: Promise<void> = Promise.resolve()

  constructor(engine: Engine) {
    this.engine = engine
  }

  start(): void {
    const { engine } = this
    this.stops.push(
      engine.mail.onContent('invitation', (received) => keepInvitation(engine, received)),
      engine.home.replica.watch((event) => this.follow(event)),
      engine.onChange(() => this.soon())
    )
    this.endArrivals = followArrivals(engine)
    for (const { id } of engine.vaults()) {
      this.dirty.add(id)
      this.shredded.add(id)
    }
    this.soon()
  }

  /** Has every relay of the account that can be reached take in a vault of this account. Never rejects. */
  async host(vault: Vault): Promise<void> {
    const { engine } = this
    if (!engine.isOnline || !isOwnVault(engine, vault)) return
    await engine.network.attemptAll()
    for (const relay of this.hostsOf(vault)) await this.hostAt(relay, vault)
  }

  async stop(): Promise<void> {
    this.stopped.abort()
    for (const stop of this.stops) stop()
    await this.endArrivals?.()
    await this.running
  }

  private follow(event: ReplicaEvent): void {
    if (event.kind !== 'admitted') return
    const { vault, admission } = event
    const handsOut = admission.newlyCounted.some((hash) => {
      const kind = vault.log.entry(hash)?.header.kind
      return kind === 'epoch' || kind === 'statement'
    })
    const shreds = admission.newlyCounted.some((hash) => (vault.log.entry(hash)?.pinList?.shreds.length ?? 0) > 0)
    if (handsOut) this.dirty.add(vault.id)
    if (shreds) this.shredded.add(vault.id)
    if (handsOut || shreds) this.soon()
  }

  /** A moment later, so that a burst of changes is one; the devices that could do the same come one after the other. */
  private soon(): void {
    if (this.waiting || this.stopped.signal.aborted) return
    this.waiting = true
    void this.engine.home.wait(SOON_MS, this.stopped.signal).then(
      () => {
        this.waiting = false
        this.running = this.running.then(() => this.look()).catch(() => undefined)
      },
      () => undefined
    )
  }

  private async look(): Promise<void> {
    const { engine } = this
    if (this.stopped.signal.aborted) return
    await tolerant(() => this.finishShares())
    await tolerant(() => finishRelays(engine))
    for (const id of [...this.dirty]) {
      const vault = engine.vaultOf(id)
      if (vault === undefined) continue
      this.dirty.delete(id)
      await tolerant(() => vault.grant())
    }
    for (const id of [...this.shredded]) {
      const vault = engine.vaultOf(id)
      if (vault === undefined) continue
      this.shredded.delete(id)
      if (vault !== engine.personal) await tolerant(() => followShreds(engine, vault))
    }
    if (!engine.isOnline) return
    const connected = new Set(engine.network.connected())
    for (const vault of engine.vaults().slice(1)) {
      if (!isOwnVault(engine, vault)) continue
      for (const relay of this.hostsOf(vault)) if (connected.has(relay.peer)) await this.hostAt(relay, vault)
    }
  }

  private async finishShares(): Promise<void> {
    const { personal } = this.engine
    const make = () =>
      leftovers(personal.index, (node) => {
        const mount = this.engine.mounts().find((one) => one.node === node)
        const vault = mount === undefined ? undefined : this.engine.vaultOf(mount.vault)
        return vault === undefined ? undefined : linkedIn(vault)
      })
    if (make().length > 0) await personal.edit(make)
  }

  /** Relays of the account that the vault names. */
  private hostsOf(vault: Vault): RelayInfo[] {
    const named = vault.replica.log.membership()
    return this.engine.relays().filter(({ peer }) => named.isRelay(peer) && !this.hosted.has(`${peer} ${vault.id}`))
  }

  private async hostAt({ peer, addresses }: RelayInfo, vault: Vault): Promise<void> {
    await tolerant(async () => {
      const { host } = this.engine.network
      const connection = await host.dial({ peerKey: peer, addresses: [...addresses] }, { signal: this.stopped.signal })
      await hostVault(connection, genesisEntry(await genesisBytes(vault.replica)), this.engine.home.wait)
      this.hosted.add(`${peer} ${vault.id}`)
    })
  }
}

const SOON_MS = 300

/** What cannot be done now is done when something has changed. */
async function tolerant(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isHoldfastError(error)) throw error
  }
}
