import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { ErrorCode } from '../../base/errors.ts'
import type { AccountId, DeviceId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { KvStore } from '../../ports/kv-store.ts'
import { decodeEnvelope, envelopeIdOf } from '../../sync/wire/envelope-bytes.ts'
import type { EnvelopeId, EnvelopeParts } from '../../sync/wire/envelope-bytes.ts'
import type { ContactCard } from '../../vault/contact-card.ts'
import { openEnvelope } from '../../vault/envelope.ts'
import type { OpenedEnvelope } from '../../vault/envelope.ts'
import type { ContentKind, EnvelopeContent } from '../../vault/envelope-content.ts'
import type { MailKeys } from './mail-keys.ts'
import type { MailLine } from './mail-line.ts'
import { SeenMail } from './seen-mail.ts'

export interface MailInboxOptions {
  readonly kv: KvStore
  readonly keys: MailKeys
  readonly account: AccountId
  readonly device: DeviceId
  /** Living devices of the own account, this one too. */
  readonly ownDevices: () => ReadonlySet<DeviceId>
  /** Why nothing of this sender is taken; BLOCKED is no problem to tell of. */
  readonly refuses: (sender: ContactCard) => ErrorCode | undefined
  readonly trusts: (sender: ContactCard) => boolean
  /** How many envelopes of others are left at relays for want of room. */
  readonly mostLeft?: number
  readonly daysSeen: () => number
  /** Told of envelopes that no honest sender made, or that could not be dealt with. */
  readonly onProblem: (code: ErrorCode, relay: DeviceId) => void
}

export interface Received<K extends ContentKind = ContentKind> {
  /** The same whichever relay and however often it comes. */
  readonly id: EnvelopeId
  /** Who signed it: perhaps nobody one knows. */
  readonly sender: ContactCard
  readonly content: Extract<EnvelopeContent, { kind: K }>
}

/**
 * Makes it durable. May be told of the same again after a crash, and on every device of the account. Whoever throws is
 * told again later; after INBOX_FULL only when there may be room.
 */
export type ContentHandler<K extends ContentKind = ContentKind> = (received: Received<K>) => Promise<void>

/**
 * What others have said to this account: each envelope is opened, handed on, and deleted at the relay when that is durable. One that
 * nobody can open or that no honest sender made is dropped; none keeps those behind it waiting.
 */
export class MailInbox {
  private readonly o: MailInboxOptions
  readonly seen: SeenMail
  private readonly handlers = new Map<ContentKind, ContentHandler>()
  /** Contents that were handed on, since the start. */
  handled = 0
  /** Waits at a relay because its handler had no room for it: strangers' with its size, trusted ones' as nothing. */
  private readonly full = new Map<EnvelopeId, number>()
  private readonly collecting = new Map<DeviceId, Promise<unknown>>()
  private taking: Promise<unknown> = Promise.resolve()

  constructor(options: MailInboxOptions) {
    this.o = options
    this.seen = new SeenMail(options.kv, options.daysSeen)
  }

  /** One handler a kind. Returns what takes it away again. */
  onContent<K extends ContentKind>(kind: K, handler: ContentHandler<K>): () => void {
    this.handlers.set(kind, handler as unknown as ContentHandler)
    return () => this.handlers.delete(kind)
  }

  /** There may be room again. Returns whether anything waits for that. */
  retryFull(): boolean {
    const isWaiting = this.full.size > 0
    this.full.clear()
    return isWaiting
  }

  /** Deals with all that waits at this relay. True when something has to be tried again later. Rejects as the line does. */
  collect(line: MailLine): Promise<boolean> {
    // A relay waits for itself only: one that never comes to an end keeps nothing of the others'.
    const { relay } = line
    const done = (this.collecting.get(relay) ?? Promise.resolve()).then(() => this.collectAlone(line))
    const ended = done.catch(() => undefined)
    this.collecting.set(relay, ended)
    void ended.then(() => {
      if (this.collecting.get(relay) === ended) this.collecting.delete(relay)
    })
    return done
  }

  private async collectAlone(line: MailLine): Promise<boolean> {
    let [after, more, again, shown] = [0, true, false, 0]
    while (more) {
      const { reply } = await line.ask({ kind: 'list', after })
      const ids = reply.waiting.map(({ id }) => id)
      shown += ids.length
      if (shown > MOST_SHOWN) throw new HoldfastError('PEER_LIES')
      if (await this.dealWith(line, ids)) again = true
      const last = reply.waiting.at(-1)?.number
      // A relay that says there is more has to show some of it.
      if (reply.more && (last === undefined || last <= after)) throw new HoldfastError('PEER_LIES')
      after = last ?? after
      more = reply.more
    }
    return again
  }

  private async dealWith(line: MailLine, ids: readonly EnvelopeId[]): Promise<boolean> {
    const { done, unknown } = await this.seen.sort(ids)
    let [again, rest] = [false, unknown.filter((one) => !this.full.has(one))]
    while (rest.length > 0) {
      const { reply, body } = await line.ask({ kind: 'fetch', ids: rest })
      const fetched = cut(rest, reply.sizes, body)
      for (const [id, bytes] of fetched) {
        if (bytes === null) continue
        const verdict = await this.take(id, bytes, line.relay)
        if (verdict === 'done') done.push(id)
        if (verdict === 'later') again = true
      }
      rest = rest.slice(fetched.length)
    }
    if (done.length > 0) await line.ask({ kind: 'delete', ids: done })
    return again
  }

  /** One at a time: the same envelope waits at each relay, and whichever brings it second finds it dealt with. */
  private take(id: EnvelopeId, bytes: Uint8Array, relay: DeviceId): Promise<Verdict> {
    const taken = this.taking.then(async () => {
      const { done, unknown } = await this.seen.sort([id])
      if (unknown.length === 0 || this.full.has(id)) return done.length > 0 ? 'done' : 'left'
      return this.takeAlone(id, bytes, relay)
    })
    this.taking = taken.catch(() => undefined)
    return taken
  }

  private async takeAlone(id: EnvelopeId, bytes: Uint8Array, relay: DeviceId): Promise<Verdict> {
    let opened: OpenedEnvelope
    try {
      if (envelopeIdOf(bytes) !== id) throw new HoldfastError('PEER_LIES')
      opened = await this.open(bytes)
    } catch (error) {
      // What the store could not give says nothing about the envelope.
      if (!isHoldfastError(error) || !NOT_OPENED.has(error.code)) throw error
      return this.refuse(id, bytes, error.code, relay)
    }
    const refusal = this.o.refuses(opened.sender)
    if (refusal !== undefined) {
      if (refusal !== 'BLOCKED') this.o.onProblem(refusal, relay)
      await this.finish(opened)
      return 'done'
    }
    const handler = this.handlers.get(opened.content.kind)
    if (handler === undefined) return 'left'
    try {
      await handler({ id, sender: opened.sender, content: opened.content })
    } catch (error) {
      if (isHoldfastError(error, 'INBOX_FULL')) return this.noRoom(opened, bytes.length, relay)
      // The vault it goes into is behind, or the disk is full: it stays at the relay until that is over.
      this.o.onProblem(isHoldfastError(error) ? error.code : 'INTERNAL', relay)
      return 'later'
    }
    this.handled++
    await this.finish(opened)
    return 'done'
  }

  /** Left at the relay: it is not lost, and not fetched again for nothing. Of strangers only so much, for the mailbox is everybody's. */
  private async noRoom(opened: OpenedEnvelope, sizeBytes: number, relay: DeviceId): Promise<'done' | 'left'> {
    this.o.onProblem('INBOX_FULL', relay)
    const isTrusted = this.o.trusts(opened.sender)
    const sizes = [...this.full.values()].filter((one) => one > 0)
    const heldBytes = sizes.reduce((sum, one) => sum + one, 0)
    if (
      isTrusted ||
      (sizes.length < (this.o.mostLeft ?? STRANGERS_LEFT) && heldBytes + sizeBytes <= STRANGERS_LEFT_BYTES)
    ) {
      this.full.set(opened.id, isTrusted ? 0 : sizeBytes)
      return 'left'
    }
    await this.finish(opened)
    return 'done'
  }

  private open(bytes: Uint8Array): Promise<OpenedEnvelope> {
    const { account, device, keys } = this.o
    return openEnvelope(bytes, { account, device, secretOf: (key) => keys.secretOf(key) })
  }

  /** What only this device cannot open is left to the others for a while; the rest is good for nobody. */
  private async refuse(id: EnvelopeId, bytes: Uint8Array, code: ErrorCode, relay: DeviceId): Promise<'done' | 'left'> {
    const { slots } = code === 'PEER_LIES' ? { slots: [] } : partsOf(bytes)
    const own = this.o.ownDevices()
    const isForThis = slots.some(({ device }) => device === this.o.device)
    const isForOthers = slots.some(({ device }) => device !== this.o.device && own.has(device))
    const isLeft = code === 'UNSUPPORTED_VERSION' || (OF_ONE_SLOT.has(code) && isForOthers)
    if (isForThis || !isForOthers) this.o.onProblem(code, relay)
    if (code === 'PEER_LIES') return 'left'
    if (await this.seen.hasRoom()) await this.o.kv.write([isLeft ? this.seen.left(id, isForThis) : this.seen.done(id)])
    return isLeft ? 'left' : 'done'
  }

  /** From here on the content is in the handler's care: the key is gone, and the same bytes are not opened again. */
  private async finish({ id, key }: OpenedEnvelope): Promise<void> {
    await this.o.kv.write([this.seen.done(id), ...(await this.o.keys.used(key))])
  }
}

/** `later`: to be tried again soon. */
type Verdict = 'done' | 'left' | 'later'

/** One full mailbox, and as much again that comes while it is read. */
const MOST_SHOWN = 2 * LIMITS.envelopesPerMailbox
/** Strangers' envelopes that are left at relays for want of room: a quarter of a mailbox. */
const STRANGERS_LEFT = LIMITS.envelopesPerMailbox / 4
const STRANGERS_LEFT_BYTES = LIMITS.mailboxBytes / 4

/** Said of the slot of one device: another device's may be good. */
const OF_ONE_SLOT: ReadonlySet<ErrorCode> = new Set(['NOT_HERE', 'DECRYPT_FAILED', 'COMMITMENT_MISMATCH'])
/** What opening says of the envelope itself. */
const NOT_OPENED: ReadonlySet<ErrorCode> = new Set([
  ...OF_ONE_SLOT,
  'PEER_LIES',
  'REFUSED',
  'TOO_LARGE',
  'MALFORMED',
  'UNSUPPORTED_VERSION',
  'BAD_SIGNATURE',
  'NOT_A_MEMBER'
])

function partsOf(bytes: Uint8Array): Pick<EnvelopeParts, 'slots'> {
  try {
    return decodeEnvelope(bytes)
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return { slots: [] }
  }
}

/** The envelopes of an answer, in the order they were asked for; null for one that is not there. Throws PEER_LIES. */
function cut(
  ids: readonly EnvelopeId[],
  sizes: readonly number[],
  body: Uint8Array
): [EnvelopeId, Uint8Array | null][] {
  if (sizes.length === 0 || sizes.length > ids.length) throw new HoldfastError('PEER_LIES')
  let at = 0
  const found = sizes.map((size, i): [EnvelopeId, Uint8Array | null] => {
    const bytes = size < 0 ? null : body.slice(at, at + size)
    at += Math.max(0, size)
    return [ids[i]!, bytes]
  })
  if (at !== body.length) throw new HoldfastError('PEER_LIES')
  return found
}
