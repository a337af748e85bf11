import { HoldfastError } from '../../base/errors.ts'
import type { AccountId, BlobId, DeviceId, ObjectId, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { KvChange, KvStore } from '../../ports/kv-store.ts'
import { deleteIntent, intentKey, loadIntents, putHeld, putIntent } from './intent-rows.ts'
import type { Intent, IntentKey } from './intent-rows.ts'

export type { Intent } from './intent-rows.ts'

export interface OpenIntents {
  readonly vault: VaultId
  readonly account: AccountId
  readonly device: DeviceId
  readonly objects: readonly { readonly object: ObjectId; readonly bytes: number }[]
}

/**
 * The open upload intents of one home: what is announced, and which blobs each holds until an entry pins them.
 * Memory is ahead of the disk: a blob counts as held from `hold` on, `flush` makes it durable before anybody is told.
 */
export class Intents {
  private readonly kv: KvStore
  private readonly daysSeen: () => number
  private readonly byKey: Map<IntentKey, Intent>
  private readonly holders = new Map<BlobId, Intent[]>()
  private readonly accounts = new Map<AccountId, Usage>()
  private readonly guarded = new Map<BlobId, number>()
  private unsaved = new Map<Intent, [BlobId, number][]>()
  private saving: Promise<void> = Promise.resolve()
  private nextFlush: Promise<void> | undefined

  private constructor(kv: KvStore, daysSeen: () => number, open: Map<IntentKey, Intent>) {
    this.kv = kv
    this.daysSeen = daysSeen
    this.byKey = open
    for (const intent of open.values()) {
      this.count(intent, 1)
      for (const blob of intent.blobs.keys()) this.index(blob, intent)
    }
  }

  /** `daysSeen`: days on which this home ran (SeenTime). */
  static async open(o: { kv: KvStore; daysSeen: () => number }): Promise<Intents> {
    return new Intents(o.kv, o.daysSeen, await loadIntents(o.kv))
  }

  find(vault: VaultId, account: AccountId, object: ObjectId): Intent | undefined {
    return this.byKey.get(intentKey(vault, account, object))
  }

  /**
   * Opens them all or none; one that is open gets its new size. `charge` is told the bytes that come in addition, and
   * throws QUOTA_EXCEEDED; between its answer and the intents counting in `announcedBytes` nothing else runs. Durable
   * when it resolves. Throws RATE_LIMITED over the number one account may have open.
   */
  async announce(request: OpenIntents, charge?: (account: AccountId, bytes: number) => void): Promise<void> {
    const { account } = request
    const fresh: Intent[] = []
    const grown: [Intent, number][] = []
    for (const [object, bytes] of new Map(request.objects.map((o) => [o.object, o.bytes]))) {
      const intent = this.find(request.vault, account, object)
      if (intent === undefined) fresh.push(this.blank(request, object, bytes))
      else if (bytes > intent.announcedBytes) grown.push([intent, bytes])
    }
    if ((this.accounts.get(account)?.intents ?? 0) + fresh.length > LIMITS.intentsPerAccount)
      throw new HoldfastError('RATE_LIMITED', undefined, { waitMs: BUSY_WAIT_MS })
    let more = 0
    for (const intent of fresh) more += intent.announcedBytes
    for (const [intent, bytes] of grown) more += bytes - intent.announcedBytes
    if (more > 0) charge?.(account, more)
    const was = grown.map(([intent]) => intent.announcedBytes)
    for (const intent of fresh) this.add(intent)
    for (const [intent, bytes] of grown) this.grow(intent, bytes)
    try {
      await this.write(() => [...fresh, ...grown.map(([intent]) => intent)].map(putIntent))
    } catch (error) {
      for (const intent of fresh) this.forget(intent)
      grown.forEach(([intent], i) => this.grow(intent, was[i]!))
      throw error
    }
  }

  /** Whether the intent's announcement and the account's bound leave room for this blob. */
  hasRoom(intent: Intent, blob: BlobId, sizeBytes: number): boolean {
    if (intent.blobs.has(blob)) return true
    const usage = this.accounts.get(intent.account)
    return intent.heldBytes + sizeBytes <= intent.announcedBytes && (usage?.blobs ?? 0) < LIMITS.intentBlobsPerAccount
  }

  /** From now on the blob is needed. `flush` before anybody is told. */
  hold(intent: Intent, blob: BlobId, sizeBytes: number): void {
    if (intent.blobs.has(blob) || !this.isOpen(intent)) return
    intent.blobs.set(blob, sizeBytes)
    intent.heldBytes += sizeBytes
    this.usage(intent.account).blobs += 1
    this.index(blob, intent)
    const row = this.unsaved.get(intent)
    if (row === undefined) this.unsaved.set(intent, [[blob, sizeBytes]])
    else row.push([blob, sizeBytes])
  }

  /** Resolves when every hold so far is durable. Calls while the disk is busy share one batch. */
  flush(): Promise<void> {
    if (this.unsaved.size === 0) return this.saving
    this.nextFlush ??= this.saveUnsaved()
    return this.nextFlush
  }

  /** Ends the intents for these objects, of one account or of all: pinned, shredded or given up. */
  async end(vault: VaultId, objects: Iterable<ObjectId>, account?: AccountId): Promise<void> {
    const accounts = account === undefined ? [...this.accounts.keys()] : [account]
    const ended: Intent[] = []
    for (const object of objects) {
      for (const one of accounts) {
        const intent = this.find(vault, one, object)
        if (intent !== undefined) ended.push(intent)
      }
    }
    await this.remove(ended)
  }

  /** Ends what got no byte for the days a sender has; returns how many. */
  async expire(): Promise<number> {
    const due = [...this.byKey.values()].filter((i) => this.daysSeen() - i.lastDay > LIMITS.intentDays)
    await this.remove(due)
    return due.length
  }

  /** Whether any open intent, or a question being answered, needs the blob. */
  names(blob: BlobId): boolean {
    return this.holders.has(blob) || this.guarded.has(blob)
  }

  /** Whether an open intent of this account in this vault holds the blob. */
  holds(vault: VaultId, account: AccountId, blob: BlobId): boolean {
    return this.holders.get(blob)?.some((i) => i.vault === vault && i.account === account) ?? false
  }

  /** Keeps blobs needed while a question about them is being answered; the returned function ends it. */
  guard(blobs: readonly BlobId[]): () => void {
    for (const blob of blobs) this.guarded.set(blob, (this.guarded.get(blob) ?? 0) + 1)
    return () => {
      for (const blob of blobs) {
        const left = this.guarded.get(blob)! - 1
        if (left === 0) this.guarded.delete(blob)
        else this.guarded.set(blob, left)
      }
    }
  }

  /** What the account's open intents announce. */
  announcedBytes(account: AccountId): number {
    return this.accounts.get(account)?.bytes ?? 0
  }

  list(): Iterable<Readonly<Intent>> {
    return this.byKey.values()
  }

  private blank(request: OpenIntents, object: ObjectId, announcedBytes: number): Intent {
    const { vault, account, device } = request
    return {
      vault,
      account,
      object,
      device,
      announcedBytes,
      heldBytes: 0,
      lastDay: this.daysSeen(),
      blobs: new Map(),
      rows: 0
    }
  }

  private add(intent: Intent): void {
    this.byKey.set(keyOf(intent), intent)
    this.count(intent, 1)
  }

  private grow(intent: Intent, bytes: number): void {
    this.usage(intent.account).bytes += bytes - intent.announcedBytes
    intent.announcedBytes = bytes
  }

  private async remove(intents: readonly Intent[]): Promise<void> {
    const removed = intents.filter((intent) => this.forget(intent))
    if (removed.length > 0) await this.write(() => removed.flatMap(deleteIntent))
  }

  private forget(intent: Intent): boolean {
    if (!this.byKey.delete(keyOf(intent))) return false
    this.count(intent, -1)
    for (const blob of intent.blobs.keys()) this.unindex(blob, intent)
    this.unsaved.delete(intent)
    return true
  }

  private async saveUnsaved(): Promise<void> {
    let rows = new Map<Intent, [BlobId, number][]>()
    try {
      await this.write(() => {
        this.nextFlush = undefined
        rows = this.unsaved
        this.unsaved = new Map()
        return [...rows].flatMap(([intent, blobs]) => this.heldRows(intent, blobs))
      })
    } catch (error) {
      // They count as held, so they have to go along with the next.
      for (const [intent, blobs] of rows)
        if (this.isOpen(intent)) this.unsaved.set(intent, [...blobs, ...(this.unsaved.get(intent) ?? [])])
      throw error
    }
  }

  private heldRows(intent: Intent, blobs: readonly [BlobId, number][]): KvChange[] {
    const rows = putHeld(intent, blobs)
    if (intent.lastDay === this.daysSeen()) return rows
    intent.lastDay = this.daysSeen()
    return [...rows, putIntent(intent)]
  }

  private isOpen(intent: Intent): boolean {
    return this.byKey.get(keyOf(intent)) === intent
  }

  /**
   * One batch after the other, so that a row cannot outlive the deletion of its intent. Who comes later waits for what
   * is on its way, and hears when it failed: its own hold may be in it.
   */
  private write(changes: () => KvChange[]): Promise<void> {
    const write = async (): Promise<void> => {
      const batch = changes()
      if (batch.length > 0) await this.kv.write(batch)
    }
    const written = this.saving.then(write, write)
    this.saving = written
    written.catch(() => {
      if (this.saving === written) this.saving = Promise.resolve()
    })
    return written
  }

  private index(blob: BlobId, intent: Intent): void {
    const holders = this.holders.get(blob)
    if (holders === undefined) this.holders.set(blob, [intent])
    else holders.push(intent)
  }

  private unindex(blob: BlobId, intent: Intent): void {
    const left = this.holders.get(blob)?.filter((other) => other !== intent) ?? []
    if (left.length === 0) this.holders.delete(blob)
    else this.holders.set(blob, left)
  }

  private usage(account: AccountId): Usage {
    let usage = this.accounts.get(account)
    if (usage === undefined) this.accounts.set(account, (usage = { intents: 0, bytes: 0, blobs: 0 }))
    return usage
  }

  private count(intent: Intent, sign: 1 | -1): void {
    const usage = this.usage(intent.account)
    usage.intents += sign
    usage.bytes += sign * intent.announcedBytes
    usage.blobs += sign * intent.blobs.size
    if (usage.intents === 0) this.accounts.delete(intent.account)
  }
}

interface Usage {
  intents: number
  bytes: number
  blobs: number
}

const BUSY_WAIT_MS = 2000

function keyOf(intent: Intent): IntentKey {
  return intentKey(intent.vault, intent.account, intent.object)
}
