import { isHoldfastError } from '../../base/errors.ts'
import type { ErrorCode } from '../../base/errors.ts'
import type { AccountId, DeviceId } from '../../base/ids.ts'
import type { KvStore } from '../../ports/kv-store.ts'
import type { Random } from '../../ports/random.ts'
import type { Wait } from '../../ports/wait.ts'
import type { ContactCard } from '../../vault/contact-card.ts'
import type { ContentKind, EnvelopeContent } from '../../vault/envelope-content.ts'
import type { DeviceSecrets } from '../../vault/secrets.ts'
import type { Connection } from '../../net/connection.ts'
import { every, later, nothingToCancel } from '../later.ts'
import type { Cancel } from '../later.ts'
import { Backoff } from '../../net/backoff.ts'
import type { Target } from '../connector.ts'
import { MailInbox } from './mail-inbox.ts'
import type { ContentHandler } from './mail-inbox.ts'
import { MailKeys } from './mail-keys.ts'
import { openMailLine } from './mail-line.ts'
import type { MailLine } from './mail-line.ts'
import { MailOutbox } from './mail-outbox.ts'
import type { OutboxItem } from './mail-outbox.ts'
import { MailSession } from './mail-session.ts'

export interface MailOptions {
  readonly kv: KvStore
  readonly random: Random
  readonly wait: Wait
  readonly secrets: DeviceSecrets
  readonly account: AccountId
  /** Days on which this home ran. */
  readonly daysSeen: () => number
  readonly ownCard: () => Promise<ContactCard>
  /** Relays where others leave envelopes for this account. */
  readonly ownRelays: () => readonly { readonly peer: DeviceId }[]
  readonly ownDevices: () => ReadonlySet<DeviceId>
  /** Why nothing of this sender is taken; BLOCKED is no problem to tell of. */
  readonly refuses: (sender: ContactCard) => ErrorCode | undefined
  /** Whether this sender's envelopes stay at the relay however many there is no room for. */
  readonly trusts: (sender: ContactCard) => boolean
  readonly mostLeft?: number
  readonly onProblem: (code: ErrorCode, relay: DeviceId) => void
}

/** How mail reaches relays while this device is online. */
export interface MailNetwork {
  /** Connections there are now. */
  connections(): readonly Connection[]
  /** A connection to a relay that may know nothing of this account; `release` gives it back. Rejects ABORTED, NO_PEER and the like. */
  borrow(relay: Target, signal?: AbortSignal): Promise<{ readonly connection: Connection; release(): void }>
  /** Told of each new connection. Returns what takes the listener away. */
  onConnection(listener: () => void): () => void
}

/** What accounts write to one another by envelope: kept here until a relay has it, fetched when there is something. */
export class Mail {
  private readonly o: MailOptions
  private readonly keys: MailKeys
  private readonly outbox: MailOutbox
  private readonly inbox: MailInbox
  private readonly sessions = new Map<Connection, MailSession>()
  private readonly backoff: Backoff
  private network: MailNetwork | undefined
  private stopListening: () => void = () => undefined
  private cancelDelivery: Cancel = nothingToCancel
  private endTidying: Cancel = nothingToCancel
  private cancelMeeting: Cancel | undefined
  private delivering: Promise<void> | undefined
  private hasMore = false
  private leaving = new AbortController()

  constructor(options: MailOptions) {
    this.o = options
    this.backoff = new Backoff(options.random, 1_000, 60_000)
    this.keys = new MailKeys(options)
    this.outbox = new MailOutbox(options)
    const { secrets } = options
    this.inbox = new MailInbox({ ...options, keys: this.keys, device: secrets.device })
  }

  /**
   * Durable here when it resolves; a relay has it as soon as one of the card can be reached. The same invitation waits once.
   * Returns its name in `waiting`. Throws TOO_LARGE, MALFORMED, NO_PEER (the card names no relay), OUTBOX_FULL.
   */
  async send(card: ContactCard, content: EnvelopeContent): Promise<string> {
    const id = await this.outbox.add(card, content)
    this.backoff.reset()
    void this.deliver()
    return id
  }

  /** What has not reached every relay of its recipient. */
  waiting(): Promise<OutboxItem[]> {
    return this.outbox.list()
  }

  cancel(id: string): Promise<void> {
    return this.outbox.cancel(id)
  }

  /**
   * `handler` is told of each content of that kind until it made it durable, whoever sent it: also of what this device was told of
   * before it stopped, and on each device of the account. Returns what takes it away again.
   */
  onContent<K extends ContentKind>(kind: K, handler: ContentHandler<K>): () => void {
    const off = this.inbox.onContent(kind, handler)
    for (const session of this.sessions.values()) session.wake()
    return off
  }

  /** There may be room again for what a handler had none for. */
  retryFull(): void {
    if (this.inbox.retryFull()) for (const session of this.sessions.values()) session.wake()
  }

  /**
   * One attempt at everything there is to bring and to fetch; resolves with how many contents were handed to handlers. Never
   * rejects: `waiting` and the problems tell what is left.
   */
  async exchange(): Promise<number> {
    const before = this.inbox.handled
    this.meet()
    for (const session of this.sessions.values()) session.wake()
    await Promise.all([...this.sessions.values()].map((session) => session.idle()))
    await this.deliver()
    return this.inbox.handled - before
  }

  online(network: MailNetwork): void {
    this.network = network
    this.leaving = new AbortController()
    this.stopListening = network.onConnection(() => this.meet())
    this.meet()
    void this.deliver()
    this.endTidying()
    this.endTidying = every(this.o.wait, TIDY_MS, () => void this.tidy())
  }

  /** Ends what is under way; what waits stays. Resolves when the handlers are done with what they have. */
  async offline(): Promise<void> {
    this.stopListening()
    this.leaving.abort()
    this.network = undefined
    this.cancelDelivery()
    this.cancelMeeting?.()
    this.cancelMeeting = undefined
    this.endTidying()
    const sessions = [...this.sessions.values()]
    this.sessions.clear()
    for (const session of sessions) session.stop()
    await Promise.all(sessions.map((session) => session.idle()))
    await this.delivering
    await this.keys.forget().catch(() => undefined)
  }

  /** Relays may have changed: looked at in a moment, for this is called with every entry. */
  relaysChanged(): void {
    if (this.network === undefined) return
    this.cancelMeeting ??= later(this.o.wait, SOON_MS, () => {
      this.cancelMeeting = undefined
      this.meet()
    })
  }

  /** A session with each own relay that there is a connection to. */
  private meet(): void {
    if (this.network === undefined) return
    const own = new Set(this.o.ownRelays().map(({ peer }) => peer))
    const open = new Set(this.network.connections())
    for (const [connection, session] of this.sessions) {
      if (open.has(connection) && own.has(connection.peerKey)) continue
      this.sessions.delete(connection)
      session.stop()
    }
    const met = new Set([...this.sessions.keys()].map(({ peerKey }) => peerKey))
    for (const connection of open) {
      const { peerKey } = connection
      if (!own.has(peerKey) || met.has(peerKey)) continue
      met.add(peerKey)
      const onProblem = (code: ErrorCode): void => this.o.onProblem(code, peerKey)
      const onLine = (line: MailLine): Promise<void> => this.outbox.deliver(line)
      const { inbox, keys } = this
      const { wait, random } = this.o
      this.sessions.set(connection, new MailSession({ connection, inbox, keys, wait, random, onLine, onProblem }))
    }
  }

  /** Goes to each relay that something waits for, and again for what was said meanwhile. */
  private deliver(): Promise<void> {
    this.hasMore = true
    this.delivering ??= this.deliverAll()
      .catch(() => undefined)
      .finally(() => (this.delivering = undefined))
    return this.delivering
  }

  private async deliverAll(): Promise<void> {
    while (this.hasMore) {
      this.hasMore = false
      await this.deliverOnce()
    }
  }

  private async deliverOnce(): Promise<void> {
    this.cancelDelivery()
    const { network } = this
    if (network === undefined) return
    const targets = new Map<DeviceId, Target>()
    for (const { to, at } of await this.outbox.list())
      for (const relay of to.relays) if (!at.includes(relay.peer)) targets.set(relay.peer, relay)
    await Promise.all([...targets.values()].map((relay) => this.deliverTo(network, relay)))
    if (this.network === undefined || (await this.outbox.list()).length === 0) return
    this.cancelDelivery = later(this.o.wait, this.backoff.next(), () => void this.deliver())
  }

  private async deliverTo(network: MailNetwork, relay: Target): Promise<void> {
    try {
      const { signal } = this.leaving
      const { connection, release } = await network.borrow(relay, signal)
      try {
        await this.deliverOver(await openMailLine(connection), signal)
      } finally {
        release()
      }
    } catch (error) {
      await this.outbox.unreachable(relay.peer, isHoldfastError(error) ? error.code : 'PEER_FAILED')
    }
  }

  private async deliverOver(line: MailLine, signal: AbortSignal): Promise<void> {
    const leave = (): void => line.close()
    signal.addEventListener('abort', leave, { once: true })
    try {
      if (!signal.aborted) await this.outbox.deliver(line)
    } finally {
      signal.removeEventListener('abort', leave)
      line.close()
    }
  }

  /** Small duties, now and then: a device may be online for weeks. */
  private async tidy(): Promise<void> {
    this.inbox.retryFull()
    for (const session of this.sessions.values()) session.wake()
    await this.inbox.seen.expire().catch(() => undefined)
    await this.keys.forget().catch(() => undefined)
  }
}

const SOON_MS = 100
const TIDY_MS = 6 * 3600_000
