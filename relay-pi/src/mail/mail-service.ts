import { concat } from '@holdfast/core/base/bytes'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { AccountId, DeviceId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import type { SignedStatement } from '@holdfast/core/log/account-statement'
import type { Clock } from '@holdfast/core/ports/clock'
import type { KvStore } from '@holdfast/core/ports/kv-store'
import { decodeEnvelope, envelopeIdOf } from '@holdfast/core/sync/wire/envelope-bytes'
import type { EnvelopeId } from '@holdfast/core/sync/wire/envelope-bytes'
import { decodeMailRequest, encodeMailReply } from '@holdfast/core/sync/wire/mail-messages'
import type { MailReply, MailRequest } from '@holdfast/core/sync/wire/mail-messages'
import { RateLimit } from '../accounts/rate-limit.ts'
import { KeyStore } from './key-store.ts'
import { Mailbox } from './mailbox.ts'
import type { MailboxBounds } from './mailbox.ts'
import { accountOfRow, ALL_WAITING, asWaitingRow } from './mailbox-rows.ts'
import { shownStatements } from './shown-statements.ts'

export interface MailServiceOptions {
  readonly kv: KvStore
  readonly clock: Clock
  /** This relay. */
  readonly relay: DeviceId
  readonly daysSeen: () => number
  /** The hosted account this device speaks for. */
  readonly accountOf: (device: DeviceId) => AccountId | undefined
  readonly isHosted: (account: AccountId) => boolean
  /** What the account says of its devices, and which of them live; nothing where its log is not here yet. */
  readonly devicesOf: (account: AccountId) => HostedDevices | undefined
  readonly bounds?: MailboxBounds
}

export interface HostedDevices {
  readonly statements: readonly SignedStatement[]
  readonly living: Iterable<DeviceId>
}

/** One stream of the mail protocol. */
export interface MailStream {
  /** Errors: REFUSED (an account that is not hosted here, known or not), RATE_LIMITED, MAILBOX_FULL, TOO_LARGE, MALFORMED, BAD_SIGNATURE. */
  answer(header: Uint8Array, body: Uint8Array): Promise<{ header: Uint8Array; body?: Uint8Array }>
  close(): void
}

/**
 * Answers `/holdfast/mail/1`: keeps envelopes that anybody leaves for a hosted account until a device of it has taken them
 * out, and hands out the keys they are sealed to. Everything in them is opaque here.
 */
export class MailService {
  private readonly o: MailServiceOptions
  private readonly keys: KeyStore
  private readonly boxes = new Map<AccountId, Promise<Mailbox>>()
  private readonly subscribers = new Map<AccountId, Set<Subscriber>>()
  private readonly perStranger: RateLimit
  private readonly allStrangers: RateLimit
  private readonly perAccount: RateLimit
  private readonly perRecipient: RateLimit

  constructor(options: MailServiceOptions) {
    const { clock, kv, relay } = options
    this.o = options
    this.keys = new KeyStore(kv, relay)
    this.perStranger = new RateLimit({ clock, burst: 40, perSecond: 2 })
    this.allStrangers = new RateLimit({ clock, burst: 300, perSecond: 30 })
    this.perAccount = new RateLimit({ clock, burst: 300, perSecond: 30 })
    // Whoever makes a new key for each question is one of all strangers; this bounds what they do to one account.
    this.perRecipient = new RateLimit({ clock, burst: 200, perSecond: 4 })
  }

  /** `notify` is told the number of the newest envelope, once this stream has subscribed; one at a time. */
  stream(peer: DeviceId, notify: (newest: number) => Promise<void>): MailStream {
    const subscriber: Subscriber = { peer, notify, told: 0, newest: 0, busy: false }
    return {
      answer: (header, body) => this.answer(peer, subscriber, header, body),
      close: () => {
        for (const set of this.subscribers.values()) set.delete(subscriber)
      }
    }
  }

  /** Deletes what nobody has taken out for so long. Resolves with how many. */
  async expire(): Promise<number> {
    const before = this.o.daysSeen() - LIMITS.mailDays
    const old = new Map<AccountId, EnvelopeId[]>()
    for await (const [key, value] of this.o.kv.range({ ...ALL_WAITING, onDamaged: () => undefined })) {
      const { id, day } = asWaitingRow(key, value)
      const account = accountOfRow(key)
      if (day >= before) continue
      const ids = old.get(account)
      if (ids === undefined) old.set(account, [id])
      else ids.push(id)
    }
    for (const [account, ids] of old) await (await this.boxOf(account)).delete(ids)
    return [...old.values()].reduce((sum, ids) => sum + ids.length, 0)
  }

  private async answer(
    peer: DeviceId,
    subscriber: Subscriber,
    header: Uint8Array,
    body: Uint8Array
  ): Promise<{ header: Uint8Array; body?: Uint8Array }> {
    const account = this.o.accountOf(peer)
    this.limit(peer, account)
    const request = decodeMailRequest(header)
    if (request.kind === 'deliver') return told(await this.deliver(body))
    if (request.kind === 'lookUp') return told(await this.lookUp(request))
    if (account === undefined) throw new HoldfastError('REFUSED')
    if (request.kind === 'fetch') {
      const { sizes, bodies } = await (await this.boxOf(account)).fetch(request.ids)
      return { ...told({ kind: 'fetch', sizes }), body: concat(...bodies) }
    }
    return told(await this.own(peer, account, subscriber, request))
  }

  private async deliver(bytes: Uint8Array): Promise<MailReply> {
    const { account } = decodeEnvelope(bytes)
    this.assertHosted(account)
    const box = await this.boxOf(account)
    if (await box.deliver(envelopeIdOf(bytes), bytes, this.o.daysSeen())) this.tell(account, box.newest)
    return { kind: 'delivered' }
  }

  private async lookUp({ account, withoutKeys }: LookUpRequest): Promise<MailReply> {
    this.assertHosted(account)
    const devices = this.o.devicesOf(account)
    if (devices === undefined) return { kind: 'account', statements: [], keys: [] }
    const living = [...devices.living]
    const keys = withoutKeys === true ? [] : await this.keys.handOut(account, living)
    return { kind: 'account', statements: shownStatements(devices.statements, living), keys }
  }

  private async own(
    peer: DeviceId,
    account: AccountId,
    subscriber: Subscriber,
    request: Exclude<MailRequest, { kind: 'deliver' | 'lookUp' | 'fetch' }>
  ): Promise<MailReply> {
    if (request.kind === 'keys') {
      const left = await this.keys.keep(account, peer, request.keys, request.withdrawn)
      return { kind: 'keys', ...left }
    }
    const box = await this.boxOf(account)
    switch (request.kind) {
      case 'list':
        return { kind: 'list', ...(await box.list(request.after)) }
      case 'delete':
        await box.delete(request.ids)
        return { kind: 'deleted' }
      case 'subscribe': {
        const others = this.subscribers.get(account) ?? new Set()
        this.subscribers.set(account, others.add(subscriber))
        return { kind: 'subscribed', newest: box.newest }
      }
    }
  }

  /** The same for an account that nobody has heard of and for one that is somewhere else. */
  private assertHosted(account: AccountId): void {
    if (!this.o.isHosted(account)) throw new HoldfastError('REFUSED')
    this.perRecipient.take(account)
  }

  private boxOf(account: AccountId): Promise<Mailbox> {
    let box = this.boxes.get(account)
    if (box === undefined) {
      box = Mailbox.open(this.o.kv, account, this.o.bounds)
      this.boxes.set(account, box)
      box.catch(() => this.boxes.delete(account))
    }
    return box
  }

  private tell(account: AccountId, newest: number): void {
    for (const subscriber of this.subscribers.get(account) ?? []) {
      subscriber.newest = newest
      // A device that was revoked while it listened hears nothing more.
      if (!subscriber.busy && this.o.accountOf(subscriber.peer) === account) void notifyAll(subscriber)
    }
  }

  private limit(peer: DeviceId, account: AccountId | undefined): void {
    if (account !== undefined) return this.perAccount.take(account)
    this.perStranger.take(peer)
    this.allStrangers.take('')
  }
}

type LookUpRequest = Extract<MailRequest, { kind: 'lookUp' }>

interface Subscriber {
  readonly peer: DeviceId
  readonly notify: (newest: number) => Promise<void>
  told: number
  newest: number
  busy: boolean
}

/** One notice at a time: what arrives while a slow reader takes one is told of with the next. */
async function notifyAll(subscriber: Subscriber): Promise<void> {
  subscriber.busy = true
  try {
    while (subscriber.told < subscriber.newest) {
      subscriber.told = subscriber.newest
      await subscriber.notify(subscriber.told)
    }
  } catch {
    // The stream is gone; its end takes the subscriber away.
  } finally {
    subscriber.busy = false
  }
}

function told(reply: MailReply): { header: Uint8Array } {
  return { header: encodeMailReply(reply) }
}
