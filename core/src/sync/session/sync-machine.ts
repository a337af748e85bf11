import type { DeviceId, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { Effect, SyncEvent, Work } from './effects.ts'
import type { Hello, Message, NamedVault, Role } from '../wire/messages.ts'
import { VaultLink } from './vault-link.ts'
import type { ReplicaView, VaultView } from './sync-view.ts'

/**
 * The sync protocol on one link: events in, effects out. It reads the view, which only shows what is durable, and
 * touches nothing else. A vault is spoken of only while this side's own membership lists the peer; "not known" and "not
 * allowed" get the same answer.
 */
export class SyncMachine {
  readonly #view: ReplicaView
  readonly #peer: DeviceId
  readonly #links = new Map<VaultId, Named>()
  #turns = 0
  #peerRole: Role | null = null
  #effects: Effect[] = []

  constructor(view: ReplicaView, peer: DeviceId) {
    this.#view = view
    this.#peer = peer
  }

  /** What to do about this event, in this order. */
  handle(event: SyncEvent): Effect[] {
    this.#effects = []
    this.#on(event)
    return this.#effects
  }

  get peerRole(): Role | null {
    return this.#peerRole
  }

  /** Vaults both sides have named. */
  shared(): VaultId[] {
    return [...this.#links].filter(([, { met }]) => met).map(([vault]) => vault)
  }

  /** The peer has said hello, has answered for every vault named to it, and nothing is left to exchange about any. */
  isSettled(): boolean {
    return this.#peerRole !== null && [...this.#links.values()].every(({ link, met }) => met && link.settled)
  }

  end(): void {
    for (const { link } of this.#links.values()) link.end()
    this.#links.clear()
  }

  #on(event: SyncEvent): void {
    switch (event.kind) {
      case 'linkUp':
        return this.#hello(this.#nameable(), event.nowMs, true)
      case 'message':
        return this.#onMessage(event.message, event.nowMs)
      case 'reconsider':
        return this.#reconsider(event.nowMs)
      case 'received':
        return this.#met(event.vault, event.turn)?.onReceived(event.role, event.report)
      case 'delivered':
        return this.#met(event.vault, event.turn)?.onDelivered(event.job, event.entries)
      case 'done':
        return this.#met(event.vault, event.turn)?.onDone()
      case 'grown':
        return this.#met(event.vault)?.onGrown()
      case 'withdrawn':
        return this.#met(event.vault)?.onWithdrawn(event.log)
      case 'forgotten':
        return this.#met(event.vault)?.onForgotten()
      case 'statements':
        return this.#met(event.vault)?.onStatementsGrown()
      case 'holdings':
        for (const { link, met } of this.#links.values()) if (met) link.onHoldingsChanged()
        return
      case 'renewed':
        return this.#met(event.vault, event.turn)?.onRenewed()
      case 'uploaded':
        return this.#met(event.vault, event.turn)?.onUploaded(event.entry)
    }
  }

  #onMessage(message: Message, nowMs: number): void {
    if (message.kind === 'hello') return this.#onHello(message, nowMs)
    if (this.#peerRole === null) return this.#emit({ kind: 'lie', code: 'MALFORMED' })
    if (message.kind === 'refused') return this.#onRefused(message.vault)
    const link = this.#met(message.vault)
    // A vault that is not shared (any more): what is still under way about it is dropped without a word.
    if (link === undefined) return
    switch (message.kind) {
      case 'heads':
        return link.onHeads(message.heads, message.numbers)
      case 'want':
        return link.onWant(message.ranges)
      case 'entries':
        return link.onEntries(message)
      case 'statements':
        return link.onStatements(message.statements)
      case 'state':
        return link.onState(message)
      case 'holdings':
        return link.onHoldings(message.holdings)
      case 'idle':
        return link.onIdle(message.dealt)
      case 'ask':
        return this.#view.role === 'relay'
          ? link.onAsk(message.entries)
          : this.#emit({ kind: 'lie', code: 'MALFORMED' })
    }
  }

  #onHello(hello: Hello, nowMs: number): void {
    if (this.#peerRole !== null && this.#peerRole !== hello.role) return this.#emit({ kind: 'lie', code: 'MALFORMED' })
    this.#peerRole = hello.role
    const known: NamedVault[] = []
    for (const named of hello.vaults) {
      if (this.#view.vault(named.vault)?.mayNameTo(this.#peer) === true) known.push(named)
      else this.#send({ kind: 'refused', vault: named.vault })
    }
    this.#hello(
      known.flatMap(({ vault }) => (this.#links.has(vault) ? [] : [this.#view.vault(vault)!])),
      nowMs,
      false
    )
    for (const named of known) this.#meet(named)
  }

  /** A relay expects nothing of devices: they may be about to join. */
  #onRefused(vault: VaultId): void {
    const named = this.#links.has(vault)
    this.#drop(vault)
    if (named && this.#view.role === 'device' && this.#view.vault(vault)?.lists(this.#peer) === true)
      this.#emit({ kind: 'noteRefusal', vault })
  }

  #meet({ vault, digest, told }: NamedVault): void {
    const named = this.#links.get(vault)!
    if (named.met) return this.#emit({ kind: 'lie', code: 'MALFORMED' })
    named.met = true
    this.#emit({ kind: 'met', vault })
    named.link.meet(named.name.digest === digest, told)
  }

  #reconsider(nowMs: number): void {
    const gone = [...this.#links.keys()].filter((vault) => this.#view.vault(vault)?.mayNameTo(this.#peer) !== true)
    for (const vault of gone) {
      this.#drop(vault)
      this.#send({ kind: 'refused', vault })
    }
    this.#hello(
      this.#nameable().filter(({ id }) => !this.#links.has(id)),
      nowMs,
      false
    )
  }

  #nameable(): VaultView[] {
    return [...this.#view.vaults()].filter((vault) => vault.mayNameTo(this.#peer))
  }

  #hello(vaults: readonly VaultView[], nowMs: number, evenEmpty: boolean): void {
    if (vaults.length === 0 && !evenEmpty) return
    const named = vaults.slice(0, LIMITS.vaultsPerHello).map((view) => this.#open(view).name)
    this.#send({ kind: 'hello', role: this.#view.role, vaults: named, nowMs })
  }

  #open(view: VaultView): Named {
    const turn = ++this.#turns
    const facts = {
      peer: this.#peer,
      peerTellsStates: () => this.#peerRole === 'relay' && this.#view.role === 'device',
      tellsHoldings: () => this.#peerRole === 'device' && this.#view.role === 'device'
    }
    const link = new VaultLink(view, facts, (work) => this.#effects.push({ ...work, turn }))
    const name = link.name()
    const named = { link, turn, name, met: false }
    this.#links.set(view.id, named)
    return named
  }

  #drop(vault: VaultId): void {
    const named = this.#links.get(vault)
    named?.link.end()
    this.#links.delete(vault)
    if (named?.met === true) this.#emit({ kind: 'unmet', vault })
  }

  #met(vault: VaultId, turn?: number): VaultLink | undefined {
    const named = this.#links.get(vault)
    return named?.met === true && (turn === undefined || turn === named.turn) ? named.link : undefined
  }

  #send(message: Message): void {
    this.#emit({ kind: 'send', message })
  }

  #emit(work: Work): void {
    this.#effects.push({ ...work, turn: 0 })
  }
}

/** A vault this side has named to the peer; `met` when the peer has named it too. */
interface Named {
  readonly link: VaultLink
  readonly turn: number
  readonly name: NamedVault
  met: boolean
}
