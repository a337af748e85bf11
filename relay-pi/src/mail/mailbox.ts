import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { AccountId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import type { KvChange, KvStore } from '@holdfast/core/ports/kv-store'
import type { EnvelopeId } from '@holdfast/core/sync/wire/envelope-bytes'
import type { WaitingEnvelope } from '@holdfast/core/sync/wire/mail-messages'
import { Grouper } from '@holdfast/core/base/grouper'
import { asIdRow, asNextRow, asWaitingRow, dropEnvelope, mailRows, putEnvelope, waitingRange } from './mailbox-rows.ts'

/** What one account's mailbox is bounded by. */
export interface MailboxBounds {
  readonly envelopes: number
  readonly bytes: number
}

/**
 * Envelopes that wait for one account, in the order in which they arrived. Everything asked for while a write runs goes into the
 * next one together; lists read one state of the store, before or after a write and never within.
 */
export class Mailbox {
  private readonly kv: KvStore
  private readonly account: AccountId
  private readonly bounds: MailboxBounds
  private readonly changes: Grouper<Change>
  private next: number
  private count: number
  private bytes: number

  static async open(
    kv: KvStore,
    account: AccountId,
    bounds: MailboxBounds = { envelopes: LIMITS.envelopesPerMailbox, bytes: LIMITS.mailboxBytes }
  ): Promise<Mailbox> {
    const stored = await kv.get(mailRows.next(account)).catch(undefinedIfDamaged)
    const state = { next: stored === undefined ? 1 : asNextRow(stored), count: 0, bytes: 0 }
    for await (const [key, value] of kv.range({ ...waitingRange(account), onDamaged: () => undefined })) {
      const { number, sizeBytes } = asWaitingRow(key, value)
      state.next = Math.max(state.next, number + 1)
      state.count += 1
      state.bytes += sizeBytes
    }
    return new Mailbox(kv, account, bounds, state)
  }

  private constructor(
    kv: KvStore,
    account: AccountId,
    bounds: MailboxBounds,
    state: { next: number; count: number; bytes: number }
  ) {
    this.kv = kv
    this.account = account
    this.bounds = bounds
    this.next = state.next
    this.count = state.count
    this.bytes = state.bytes
    this.changes = new Grouper((group) => this.commit(group), weightOf, GROUP_BYTES)
  }

  /** Number of the newest that ever arrived; 0 for none. */
  get newest(): number {
    return this.next - 1
  }

  /** Durable when it resolves. False when it is here already. Throws MAILBOX_FULL. */
  async deliver(id: EnvelopeId, bytes: Uint8Array, day: number): Promise<boolean> {
    const change: Delivery = { kind: 'deliver', id, bytes, day, outcome: 'new' }
    await this.changes.add(change)
    if (change.outcome === 'full') throw new HoldfastError('MAILBOX_FULL')
    return change.outcome === 'new'
  }

  /** Durable when it resolves; what is not here is left out. */
  async delete(ids: readonly EnvelopeId[]): Promise<void> {
    if (ids.length > 0) await this.changes.add({ kind: 'delete', ids })
  }

  async list(after: number): Promise<{ waiting: WaitingEnvelope[]; more: boolean }> {
    const waiting: WaitingEnvelope[] = []
    const range = { ...waitingRange(this.account, after), limit: LIMITS.envelopesPerMessage + 1 }
    for await (const [key, value] of this.kv.range({ ...range, onDamaged: () => undefined })) {
      const { number, id, sizeBytes } = asWaitingRow(key, value)
      waiting.push({ number, id, sizeBytes })
    }
    const more = waiting.length > LIMITS.envelopesPerMessage
    return { waiting: waiting.slice(0, LIMITS.envelopesPerMessage), more }
  }

  /** As many as fit one answer, at least one; −1 for what is not here (any more). */
  async fetch(ids: readonly EnvelopeId[]): Promise<{ sizes: number[]; bodies: Uint8Array[] }> {
    const found = { sizes: [] as number[], bodies: [] as Uint8Array[] }
    let bytes = 0
    for (const id of ids) {
      const body = await this.body(id)
      bytes += body?.length ?? 0
      if (bytes > LIMITS.mailBodyBytes && found.sizes.length > 0) break
      found.sizes.push(body?.length ?? -1)
      if (body !== undefined) found.bodies.push(body)
    }
    return found
  }

  private async body(id: EnvelopeId): Promise<Uint8Array | undefined> {
    const row = await this.kv.get(mailRows.id(this.account, id)).catch(undefinedIfDamaged)
    if (row === undefined) return undefined
    return this.kv.get(mailRows.body(this.account, asIdRow(row).number)).catch(undefinedIfDamaged)
  }

  /** One batch. What it changes here holds only once that is durable. */
  private async commit(group: readonly Change[]): Promise<void> {
    const batch: KvChange[] = []
    const now = new Now(this.kv, this.account)
    let { next, count, bytes } = this
    for (const change of group) {
      if (change.kind === 'deliver') {
        const size = change.bytes.length
        if (await now.lists(change.id)) change.outcome = 'known'
        else if (count >= this.bounds.envelopes || bytes + size > this.bounds.bytes) change.outcome = 'full'
        else {
          const row = { number: next++, id: change.id, sizeBytes: size, day: change.day }
          batch.push(...putEnvelope(this.account, row, change.bytes))
          now.set(change.id, row)
          count += 1
          bytes += size
        }
        continue
      }
      for (const id of change.ids) {
        const row = await now.find(id)
        if (row === undefined) continue
        batch.push(...dropEnvelope(this.account, row.number, id))
        now.set(id, undefined)
        count -= 1
        bytes -= row.sizeBytes
      }
    }
    this.next = next // also where the write fails: whether it is on the disk nobody knows then
    if (batch.length > 0) await this.kv.write(batch)
    this.count = count
    this.bytes = bytes
  }
}

/** Of the writes of one group: about what LevelDB takes in one go. */
const GROUP_BYTES = 4 << 20

interface Delivery {
  readonly kind: 'deliver'
  readonly id: EnvelopeId
  readonly bytes: Uint8Array
  readonly day: number
  outcome: 'new' | 'known' | 'full'
}

type Change = Delivery | { readonly kind: 'delete'; readonly ids: readonly EnvelopeId[] }

interface Place {
  readonly number: number
  readonly sizeBytes: number
}

/** What is in the mailbox in the midst of a group. */
class Now {
  private readonly kv: KvStore
  private readonly account: AccountId
  private readonly changed = new Map<EnvelopeId, Place | undefined>()

  constructor(kv: KvStore, account: AccountId) {
    this.kv = kv
    this.account = account
  }

  async find(id: EnvelopeId): Promise<Place | undefined> {
    if (this.changed.has(id)) return this.changed.get(id)
    const row = await this.kv.get(mailRows.id(this.account, id)).catch(undefinedIfDamaged)
    return row === undefined ? undefined : asIdRow(row)
  }

  /** What is here by its id and in no list was lost to damage: it may come again. */
  async lists(id: EnvelopeId): Promise<boolean> {
    const place = await this.find(id)
    if (place === undefined || this.changed.has(id)) return place !== undefined
    return (await this.kv.get(mailRows.waiting(this.account, place.number)).catch(undefinedIfDamaged)) !== undefined
  }

  set(id: EnvelopeId, place: Place | undefined): void {
    this.changed.set(id, place)
  }
}

function weightOf(change: Change): number {
  return change.kind === 'deliver' ? change.bytes.length + 256 : change.ids.length * 256
}

function undefinedIfDamaged(error: unknown): undefined {
  if (!isHoldfastError(error, 'MALFORMED')) throw error
  return undefined
}
