import { HoldfastError } from '../../base/errors.ts'
import type { ErrorCode } from '../../base/errors.ts'
import type { AccountId, BlobId, DeviceId, ObjectId, RecordHash, VaultId } from '../../base/ids.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { Clock } from '../../ports/clock.ts'
import type { KvChange, KvRange, KvStore } from '../../ports/kv-store.ts'
import type { BlobReply, BlobRequestOptions, PeerLink } from '../../ports/peer-link.ts'
import { blake3Id } from '../../proof/blake3.ts'
import { decodeBlobRequest } from '../wire/blob-messages.ts'
import type { BlobRequest } from '../wire/blob-messages.ts'
import { blobsOf } from '../blobs/blob-view.ts'
import type { BlobPolicy, BlobView, ObjectBlobs } from '../blobs/blob-view.ts'

/** Small in-memory stand-ins for the blob side's tests, with knobs for what goes wrong. */
export class BlobsDouble implements BlobStore {
  readonly map = new Map<BlobId, Uint8Array>()
  /** Every put in order, also of what was here. */
  readonly puts: BlobId[] = []
  gets = 0
  /** While set, puts wait for it. */
  hold: Promise<void> | undefined
  fail: ErrorCode | undefined

  async put(id: BlobId, bytes: Uint8Array): Promise<void> {
    this.puts.push(id)
    await (this.hold ?? Promise.resolve())
    if (this.fail !== undefined) throw new HoldfastError(this.fail)
    if (!this.map.has(id)) this.map.set(id, bytes)
  }
  async get(id: BlobId, options?: { check?: boolean }): Promise<Uint8Array | undefined> {
    this.gets += 1
    const bytes = this.map.get(id)
    if (bytes !== undefined && options?.check === true && blake3Id(bytes) !== id)
      throw new HoldfastError('HASH_MISMATCH')
    return bytes
  }
  getMany(ids: readonly BlobId[]): Promise<(Uint8Array | undefined)[]> {
    return Promise.all(ids.map((id) => this.get(id)))
  }
  async has(ids: readonly BlobId[]): Promise<boolean[]> {
    return ids.map((id) => this.map.has(id))
  }
  async delete(ids: readonly BlobId[]): Promise<void> {
    for (const id of ids) this.map.delete(id)
  }
  async *list(): AsyncIterable<{ readonly id: BlobId; readonly sizeBytes: number }> {
    for (const [id, bytes] of [...this.map]) yield { id, sizeBytes: bytes.length }
  }
  async stats(): Promise<{ blobs: number; bytes: number }> {
    return { blobs: this.map.size, bytes: [...this.map.values()].reduce((sum, b) => sum + b.length, 0) }
  }
  async close(): Promise<void> {}

  add(bytes: Uint8Array): BlobId {
    const id = blake3Id<BlobId>(bytes)
    this.map.set(id, bytes)
    return id
  }
}

export class KvDouble implements KvStore {
  readonly map = new Map<string, Uint8Array>()
  fail: ErrorCode | undefined

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.map.get(key)
  }
  async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    return keys.map((key) => this.map.get(key))
  }
  async write(batch: readonly KvChange[]): Promise<void> {
    await Promise.resolve()
    if (this.fail !== undefined) throw new HoldfastError(this.fail)
    for (const change of batch) {
      if ('put' in change) this.map.set(change.put, change.value)
      else this.map.delete(change.del)
    }
  }
  async *range({ gte, lt }: KvRange): AsyncIterable<readonly [string, Uint8Array]> {
    for (const row of [...this.map].filter(([key]) => key >= gte && key < lt).sort(([a], [b]) => (a < b ? -1 : 1)))
      yield row
  }
  async compact(): Promise<void> {}
  async close(): Promise<void> {}
}

export class ClockDouble implements Clock {
  wallMs = 1_700_000_000_000
  runMs = 0
  nowMs(): number {
    return this.wallMs
  }
  monotonicMs(): number {
    return this.runMs
  }
  pass(ms: number): void {
    this.wallMs += ms
    this.runMs += ms
  }
}

export const DAY_MS = 86_400_000
export const id = <T extends string>(fill: string, bytes = 32): T => fill.repeat(bytes * 2).slice(0, bytes * 2) as T
export const VAULT = id<VaultId>('a1')
export const OTHER_VAULT = id<VaultId>('b2')
export const objectId = (n: number): ObjectId => n.toString(16).padStart(32, '0') as ObjectId

/** Content that is different for each number. */
export function content(n: number, sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes).fill(n % 251)
  for (let i = 0; i < Math.min(4, sizeBytes); i++) bytes[i] = n >> (i * 8)
  return bytes
}

/** A world of vaults made of plain sets: who is who, and which objects are pinned. */
export class ViewDouble implements BlobView, BlobPolicy {
  readonly takesIntents: boolean = true
  readonly accounts = new Map<string, AccountId>()
  readonly readers = new Set<string>()
  readonly writers = new Set<string>()
  readonly live = new Map<string, Set<BlobId>>()
  readonly sizes = new Map<string, number>()
  readonly shredded = new Set<string>()
  readonly records = new Map<RecordHash, Uint8Array>()
  quotaBytes = Infinity
  charged = 0

  member(vault: VaultId, device: DeviceId, account: AccountId, writer = true): void {
    this.accounts.set(vault + device, account)
    this.readers.add(vault + device)
    if (writer) this.writers.add(vault + device)
  }
  pin(vault: VaultId, object: ObjectBlobs): void {
    for (const { id, sizeBytes } of blobsOf(object)) this.sizes.set(`${vault}/${object.object}/${id}`, sizeBytes)
    this.live.set(`${vault}/${object.object}`, new Set(blobsOf(object).map((blob) => blob.id)))
  }
  unpin(vault: VaultId, object: ObjectId): void {
    this.live.delete(`${vault}/${object}`)
  }
  mayRead(peer: DeviceId, vault: VaultId): boolean {
    return this.readers.has(vault + peer)
  }
  mayWrite(peer: DeviceId, vault: VaultId): boolean {
    return this.writers.has(vault + peer)
  }
  refuse(): never {
    throw new HoldfastError('QUOTA_EXCEEDED')
  }
  charge(_account: AccountId | null, bytes: number): void {
    if (this.charged + bytes > this.quotaBytes) this.refuse()
    this.charged += bytes
  }
  accountOf(vault: VaultId, peer: DeviceId): AccountId | undefined {
    return this.accounts.get(vault + peer)
  }
  isPinned(vault: VaultId, blob: BlobId): boolean {
    for (const [key, blobs] of this.live) if (key.startsWith(vault) && blobs.has(blob)) return true
    return false
  }
  pinsFor(vault: VaultId, object: ObjectId, blob: BlobId): boolean {
    return this.live.get(`${vault}/${object}`)?.has(blob) ?? false
  }
  pinsWithSize(vault: VaultId, object: ObjectId, blob: BlobId, sizeBytes: number): boolean {
    return this.pinsFor(vault, object, blob) && this.sizes.get(`${vault}/${object}/${blob}`) === sizeBytes
  }
  isLive(vault: VaultId, object: ObjectId): boolean {
    return this.live.has(`${vault}/${object}`)
  }
  isShredded(vault: VaultId, object: ObjectId): boolean {
    return this.shredded.has(`${vault}/${object}`)
  }
  async record(_vault: VaultId, hash: RecordHash): Promise<Uint8Array | undefined> {
    return this.records.get(hash)
  }
}

export type Answer = (peer: DeviceId, header: Uint8Array, body: Uint8Array) => Promise<BlobReply>

/** The asking end of a link whose other end is a function: a real service, or a hostile one. */
export class AskingLink implements PeerLink {
  readonly peer: DeviceId
  readonly questions: BlobRequest[] = []
  outstanding = 0
  maxOutstanding = 0
  outstandingBytes = 0
  maxOutstandingBytes = 0
  closed = false
  /** Runs before a question is answered: may wait, or throw what the link would reject with. */
  before: ((request: BlobRequest, count: number) => Promise<void> | void) | undefined
  /** May change what the peer answers. */
  tamper: ((reply: BlobReply, request: BlobRequest) => BlobReply) | undefined
  readonly #own: DeviceId
  readonly #answer: Answer

  constructor(own: DeviceId, peer: DeviceId, answer: Answer) {
    this.#own = own
    this.peer = peer
    this.#answer = answer
  }

  async request(header: Uint8Array, options: BlobRequestOptions = {}): Promise<BlobReply> {
    const bytes = Math.max(options.body?.length ?? 0, options.expectBytes ?? 0)
    const request = decodeBlobRequest(header)
    this.questions.push(request)
    this.maxOutstanding = Math.max(this.maxOutstanding, (this.outstanding += 1))
    this.maxOutstandingBytes = Math.max(this.maxOutstandingBytes, (this.outstandingBytes += bytes))
    try {
      if (this.closed) throw new HoldfastError('DISCONNECTED')
      await this.before?.(request, this.questions.length)
      const reply = await this.#answer(this.#own, header, options.body ?? new Uint8Array(0))
      if (this.closed) throw new HoldfastError('DISCONNECTED')
      const sent = this.tamper?.(reply, request) ?? reply
      if ((sent.body?.length ?? 0) > (options.expectBytes ?? 65_536)) throw new HoldfastError('TOO_LARGE')
      return sent
    } finally {
      this.outstanding -= 1
      this.outstandingBytes -= bytes
    }
  }

  count(kind: BlobRequest['kind']): number {
    return this.questions.filter((q) => q.kind === kind).length
  }

  async send(): Promise<void> {}
  onMessage(): void {}
  onRequest(): void {}
  onClose(): void {}
  close(): void {
    this.closed = true
  }
}

/** Resolves at once, and keeps what it was asked for. */
export function waitDouble(): { wait: (ms: number) => Promise<void>; waits: number[] } {
  const waits: number[] = []
  return { waits, wait: async (ms) => void waits.push(ms) }
}
