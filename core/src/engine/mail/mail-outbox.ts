import { toHex } from '../../base/bytes.ts'
import { asArray, asBytes, asIds, asUint, asVersion, decode, encode, idValue } from '../../base/codec.ts'
import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { ErrorCode } from '../../base/errors.ts'
import type { AccountId, DeviceId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { KvStore } from '../../ports/kv-store.ts'
import type { Random } from '../../ports/random.ts'
import type { Wait } from '../../ports/wait.ts'
import { blake3 } from '../../proof/blake3.ts'
import { readKeptCard } from '../../vault/contact-card.ts'
import type { ContactCard } from '../../vault/contact-card.ts'
import { sealEnvelope } from '../../vault/envelope.ts'
import { asContent, contentValue } from '../../vault/envelope-content.ts'
import type { EnvelopeContent } from '../../vault/envelope-content.ts'
import { recipientsFrom } from '../../vault/mail-recipients.ts'
import { SealedRows } from '../../vault/sealed-rows.ts'
import type { DeviceSecrets } from '../../vault/secrets.ts'
import type { MailLine } from './mail-line.ts'

export interface MailOutboxOptions {
  readonly kv: KvStore
  readonly random: Random
  readonly wait: Wait
  readonly secrets: DeviceSecrets
  readonly daysSeen: () => number
  /** This account's own card, signed by this device. */
  readonly ownCard: () => Promise<ContactCard>
}

/** Something that has not reached every relay of its recipient yet. */
export interface OutboxItem {
  readonly id: string
  readonly to: ContactCard
  readonly content: EnvelopeContent
  /** Relays that have it on their disks. */
  readonly at: readonly DeviceId[]
  /** Why the last attempt at the others failed. */
  readonly lastError: ErrorCode | undefined
}

/**
 * What this device has to say to other accounts, until a relay of theirs has it. The envelope is sealed once, when the first
 * relay gives keys for it; from then on every attempt brings the same bytes, and a relay that has them already says so.
 */
export class MailOutbox {
  private readonly o: MailOutboxOptions
  private readonly rows: SealedRows
  /** By relay. */
  private readonly errors = new Map<string, Map<DeviceId, ErrorCode>>()
  /** Since the row that is being brought was read. */
  private readonly cancelled = new Set<string>()
  private last: Promise<unknown> = Promise.resolve()
  private lastAdded: Promise<unknown> = Promise.resolve()

  constructor(options: MailOutboxOptions) {
    this.o = options
    const { kv, random, secrets } = options
    this.rows = new SealedRows({ kv, random, deviceSecret: secrets.xSecret, prefix: 'mail-out/' })
  }

  /**
   * Durable when it resolves, with what it is called here. The same invitation to the same account waits once; of two
   * equal messages both are meant. Throws TOO_LARGE, NO_PEER (the card names no relay), OUTBOX_FULL.
   */
  async add(to: ContactCard, content: EnvelopeContent): Promise<string> {
    if (to.relays.length === 0) throw new HoldfastError('NO_PEER', 'the card names no relay')
    const bytes = encode(contentValue(content))
    asContent(decode(bytes, LIMITS.envelopeBytes)) // what would be refused there is refused here
    const name = content.kind === 'invitation' ? sameName(to.account, bytes) : toHex(this.o.random.bytes(16))
    const added = this.lastAdded.then(() => this.addAlone(to, content, name))
    this.lastAdded = added.catch(() => undefined)
    return added
  }

  async list(): Promise<OutboxItem[]> {
    const all = await this.rows.all()
    return all.map(([id, bytes]) => {
      const { card, content, at } = decodeItem(bytes)
      return { id, to: readKeptCard(card), content, at, lastError: mostTelling(this.errors.get(id)) }
    })
  }

  /** Does not send it any more; what a relay has, it has. */
  async cancel(id: string): Promise<void> {
    this.cancelled.add(id)
    await this.o.kv.write([this.rows.del(id)])
    this.errors.delete(id)
  }

  /** Brings all that is for accounts of this relay there. Never rejects: what failed stays, with its reason. */
  deliver(line: MailLine): Promise<void> {
    const done = this.last.then(() => this.deliverAlone(line))
    this.last = done
    return done
  }

  /** No line leads to this relay now. */
  async unreachable(relay: DeviceId, code: ErrorCode): Promise<void> {
    for (const { id, to, at } of await this.list())
      if (!at.includes(relay) && to.relays.some(({ peer }) => peer === relay)) this.failed(id, relay, code)
  }

  /** Ids are in the order in which things were said, and so are the envelopes. */
  private async addAlone(to: ContactCard, content: EnvelopeContent, name: string): Promise<string> {
    const kept = (await this.rows.all()).map(([id]) => id)
    const same = kept.find((id) => id.endsWith(name))
    if (same !== undefined) return same
    if (kept.length >= LIMITS.outboxEnvelopes) throw new HoldfastError('OUTBOX_FULL')
    const number = 1 + Number.parseInt(kept.at(-1)?.slice(0, NUMBER_DIGITS) ?? '0', 16)
    const id = `${number.toString(16).padStart(NUMBER_DIGITS, '0')}-${name}`
    const item = { card: to.bytes, content, envelope: null, at: [], day: this.o.daysSeen() }
    await this.o.kv.write([await this.rows.put(id, encodeItem(item))])
    return id
  }

  private async deliverAlone(line: MailLine): Promise<void> {
    const { relay } = line
    for (const { id, to, at } of await this.list().catch(() => [])) {
      if (at.includes(relay) || to.relays.every(({ peer }) => peer !== relay)) continue
      try {
        await this.bringPatiently(id, to, line)
        this.errors.get(id)?.delete(relay)
      } catch (error) {
        const code = isHoldfastError(error) ? error.code : 'INTERNAL'
        this.failed(id, relay, code)
        if (ENDED.has(code)) return
      }
    }
  }

  private failed(id: string, relay: DeviceId, code: ErrorCode): void {
    const errors = this.errors.get(id) ?? new Map<DeviceId, ErrorCode>()
    this.errors.set(id, errors.set(relay, code))
  }

  /** A relay that asks to wait for a moment gets it; a longer wait is for the next attempt. */
  private async bringPatiently(id: string, to: ContactCard, line: MailLine): Promise<void> {
    for (let waits = 0; ; waits++) {
      try {
        return await this.bring(id, to, line)
      } catch (error) {
        const waitMs = isHoldfastError(error, 'RATE_LIMITED') ? error.waitMs : undefined
        if (waitMs === undefined || waitMs > PATIENCE_MS || waits === WAITS) throw error
        const pause = new AbortController()
        await Promise.race([this.o.wait(waitMs, pause.signal).catch(() => undefined), line.closed])
        pause.abort()
      }
    }
  }

  private async bring(id: string, to: ContactCard, line: MailLine): Promise<void> {
    this.cancelled.clear()
    const row = await this.rows.get(id)
    if (row === undefined) return
    const item = decodeItem(row)
    const envelope = item.envelope ?? (await this.seal(id, item, to, line))
    if (this.cancelled.has(id)) return
    await line.ask({ kind: 'deliver' }, envelope)
    const at = [...item.at, line.relay]
    const isEverywhere = to.relays.every(({ peer }) => at.includes(peer))
    const isOld = item.day + DAYS_FOR_ALL < this.o.daysSeen()
    if (isEverywhere || isOld) await this.cancel(id)
    else await this.save(id, { ...item, envelope, at })
  }

  /** Durable before anybody gets it: sealed again it would be another envelope. */
  private async seal(id: string, item: Item, to: ContactCard, line: MailLine): Promise<Uint8Array> {
    const { reply } = await line.ask({ kind: 'lookUp', account: to.account })
    const keys = await recipientsFrom(to, line.relay, reply)
    const card = await this.o.ownCard()
    const { random, secrets } = this.o
    const { content } = item
    const envelope = await sealEnvelope({ card, seed: secrets.seed, to: to.account, keys, content, random })
    await this.save(id, { ...item, envelope })
    return envelope
  }

  /** What was cancelled meanwhile stays so: nothing is awaited between the look and the write, and a later deletion comes after it. */
  private async save(id: string, item: Item): Promise<void> {
    const row = await this.rows.put(id, encodeItem(item))
    if (!this.cancelled.has(id)) await this.o.kv.write([row])
  }
}

/** A relay that has not been seen for so many days of this home's is not waited for, once another one has the envelope. */
const DAYS_FOR_ALL = 30
const PATIENCE_MS = 3_000
const WAITS = 100
/** After these nothing more goes over that line. */
const ENDED: ReadonlySet<ErrorCode> = new Set(['DISCONNECTED', 'TIMEOUT', 'RATE_LIMITED'])

/** What a relay answered says more than that another one did not. */
function mostTelling(errors: ReadonlyMap<DeviceId, ErrorCode> | undefined): ErrorCode | undefined {
  const codes = [...(errors?.values() ?? [])]
  return (
    codes.find((code) => code === 'NO_KEYS' || code === 'MAILBOX_FULL') ??
    codes.find((code) => code !== 'NO_PEER') ??
    codes[0]
  )
}

interface Item {
  readonly card: Uint8Array
  readonly content: EnvelopeContent
  readonly envelope: Uint8Array | null
  readonly at: readonly DeviceId[]
  readonly day: number
}

function encodeItem({ card, content, envelope, at, day }: Item): Uint8Array {
  return encode([1, card, contentValue(content), envelope, at.map(idValue), day])
}

function decodeItem(bytes: Uint8Array): Item {
  const [version, card, content, envelope, at, day] = asArray(decode(bytes, ITEM_BYTES), 6)
  asVersion(version, 1)
  return {
    card: asBytes(card, { max: LIMITS.cardBytes }),
    content: asContent(content),
    envelope: envelope === null ? null : asBytes(envelope, { max: LIMITS.envelopeBytes }),
    at: asIds<DeviceId>(at, LIMITS.relays),
    day: asUint(day)
  }
}

const NUMBER_DIGITS = 14
const ITEM_BYTES = 2 * LIMITS.envelopeBytes

function sameName(account: AccountId, content: Uint8Array): string {
  return toHex(blake3(encode([idValue(account), content]))).slice(0, 32)
}
