import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { BlobId, ObjectId, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import { Announcer } from './announcer.ts'
import type { AnnouncerOptions } from './announcer.ts'
import { encodeBlobRequest } from '../wire/blob-messages.ts'
import { PUT, decodeEndIntentReply, decodeHaveReply } from '../wire/blob-replies.ts'
import { blobsOf } from './blob-view.ts'
import type { BlobSize, ObjectBlobs } from './blob-view.ts'
import { PutLane, patiently, withSignal } from './put-lane.ts'

export interface UploaderOptions extends AnnouncerOptions {
  readonly blobs: BlobStore
  readonly maxOutstandingBytes?: number
  /** Told of bytes as the peer acknowledges them: stored there, or there already. */
  readonly onProgress?: (bytes: number) => void
  /** A blob of this device's own is damaged (HASH_MISMATCH). */
  readonly onProblem?: (error: HoldfastError, blob: BlobId) => void
  /** Neither the peer nor this device has these (whole): their objects stay incomplete there. */
  readonly onMissing?: (vault: VaultId, ids: readonly BlobId[]) => void
}

interface Item extends BlobSize {
  readonly object: ObjectId
  readonly totalBytes: number
}

/**
 * Brings the blobs of objects to one relay before the entry that pins them: intent, have, put of what is missing. It
 * lives as long as its link; after a reconnect the next one asks *have* and goes on where this one was.
 */
export class Uploader {
  /** Bytes put and taken since this link began. */
  sentBytes = 0
  private readonly o: UploaderOptions
  private readonly lane: PutLane
  private readonly announcer: Announcer
  /** What the peer acknowledged as held for an object that is not uploaded to the end yet. */
  private readonly held = new Map<ObjectId, Set<BlobId>>()
  private readonly offers = new Map<ObjectId, Set<Promise<void>>>()
  private readonly offered = new Map<ObjectId, number>()
  private readonly unsettled = new Set<Promise<void>>()
  private unsettledBytes = 0
  private offering = true

  constructor(options: UploaderOptions) {
    this.o = options
    this.lane = new PutLane(options)
    this.announcer = new Announcer(options)
  }

  /**
   * Resolves when the peer durably holds every blob of these objects that it or this device has. Errors: the peer's
   * refusal (QUOTA_EXCEEDED, REFUSED, NOT_WANTED), DISCONNECTED, TIMEOUT, PEER_LIES, ABORTED. It waits by itself
   * when the peer asks it to.
   */
  async upload(vault: VaultId, objects: readonly ObjectBlobs[], options: { signal?: AbortSignal } = {}): Promise<void> {
    const run: Run = { vault, signal: options.signal, missing: [] }
    await Promise.allSettled(objects.flatMap(({ object }) => [...(this.offers.get(object) ?? [])]))
    await Promise.all(objects.map((o) => this.announcer.announce(vault, o.object, totalBytes(o), run.signal)))
    let lot: Item[] = []
    for (const object of objects) {
      const total = totalBytes(object)
      for (const blob of blobsOf(object)) {
        if (this.held.get(object.object)?.has(blob.id) === true) continue
        lot.push({ object: object.object, id: blob.id, sizeBytes: blob.sizeBytes, totalBytes: total })
        if (lot.length === LIMITS.blobIdsPerMessage) {
          await this.bring(run, lot)
          lot = []
        }
      }
    }
    if (lot.length > 0) await this.bring(run, lot)
    for (const { object } of objects) this.forget(object)
    if (run.missing.length > 0) this.o.onMissing?.(vault, run.missing)
  }

  /**
   * Sends a blob of an object that is still being made; `expectedBytes` is a guess at the whole object. Resolves when
   * the next may be offered. Never rejects: what went wrong shows in `upload`, which sends what is missing.
   */
  async offer(vault: VaultId, object: ObjectId, id: BlobId, bytes: Uint8Array, expectedBytes: number): Promise<void> {
    if (!this.offering || this.held.get(object)?.has(id) === true) return
    const sending = this.sendOffer(vault, object, id, bytes, expectedBytes)
    const open = this.offers.get(object) ?? new Set()
    this.offers.set(object, open.add(sending))
    this.unsettled.add(sending)
    this.unsettledBytes += bytes.length
    void sending.then(() => {
      open.delete(sending)
      this.unsettled.delete(sending)
      this.unsettledBytes -= bytes.length
    })
    const maxBytes = this.o.maxOutstandingBytes ?? LIMITS.blobOutstandingBytes
    while (this.unsettledBytes >= maxBytes) await Promise.race(this.unsettled)
  }

  /** Objects on their way to this relay, each with the blobs of it that are there. */
  get underway(): ReadonlyMap<ObjectId, ReadonlySet<BlobId>> {
    return this.held
  }

  /** Whether an offer would not have to wait. */
  get hasRoom(): boolean {
    return this.offering && this.unsettledBytes < (this.o.maxOutstandingBytes ?? LIMITS.blobOutstandingBytes)
  }

  /** The objects will not come: given up before an entry named them. */
  async giveUp(vault: VaultId, objects: readonly ObjectId[]): Promise<void> {
    const reply = await this.o.link.request(encodeBlobRequest({ kind: 'end intent', vault, objects }))
    decodeEndIntentReply(reply.header)
    for (const object of objects) this.forget(object)
  }

  private async sendOffer(
    vault: VaultId,
    object: ObjectId,
    id: BlobId,
    bytes: Uint8Array,
    expected: number
  ): Promise<void> {
    try {
      const soFar = (this.offered.get(object) ?? 0) + bytes.length
      this.offered.set(object, soFar)
      await this.announcer.announce(vault, object, Math.max(expected, soFar))
      const outcome = await this.lane.put(vault, { object, blob: id, sizeBytes: bytes.length }, bytes)
      if (outcome !== PUT.stored) return
      this.sentBytes += bytes.length
      this.acknowledged(object, id, bytes.length)
    } catch {
      this.offering = false
    }
  }

  /** One lot of blobs: ask for all at once, put what is not there, then have the rest held object by object. */
  private async bring(run: Run, lot: readonly Item[]): Promise<void> {
    const there = await this.have(run, null, lot)
    const sent = new Set<BlobId>()
    const rest: Item[] = []
    const fresh: Item[] = []
    for (const [i, item] of lot.entries()) {
      if (there[i] || sent.has(item.id)) rest.push(item)
      else fresh.push(item)
      sent.add(item.id)
    }
    await this.put(run, fresh)
    await this.holdRest(run, rest)
  }

  private async holdRest(run: Run, rest: readonly Item[]): Promise<void> {
    const byObject = new Map<ObjectId, Item[]>()
    for (const item of rest) {
      const items = byObject.get(item.object)
      if (items === undefined) byObject.set(item.object, [item])
      else items.push(item)
    }
    const open = new Set<Promise<void>>()
    for (const [object, items] of byObject) {
      if (open.size >= LIMITS.blobOutstandingRequests / 2) await Promise.race(open)
      const asked: Promise<void> = this.holdFor(run, object, items).finally(() => open.delete(asked))
      open.add(asked)
    }
    await all([...open])
  }

  private async holdFor(run: Run, object: ObjectId, items: readonly Item[]): Promise<void> {
    const held = await this.have(run, object, items)
    for (const [i, item] of items.entries()) if (held[i]) this.acknowledged(object, item.id, item.sizeBytes)
    await this.put(
      run,
      items.filter((_, i) => !held[i])
    )
  }

  private async have({ vault, signal }: Run, object: ObjectId | null, items: readonly Item[]): Promise<boolean[]> {
    const header = encodeBlobRequest({ kind: 'have', vault, object, blobs: items.map((item) => item.id) })
    const reply = await patiently(this.o.wait, signal, () => this.o.link.request(header, withSignal({}, signal)))
    return decodeHaveReply(reply.header, items.length)
  }

  /** Reads the next blobs, small ones together, while those before them are on their way. */
  private async put(run: Run, items: readonly Item[]): Promise<void> {
    const puts: Promise<void>[] = []
    let failed = false
    for (const group of groupsOf(items)) {
      await this.lane.room()
      if (failed) break
      const contents = await this.o.blobs.getMany(group.map((item) => item.id))
      for (const [i, item] of group.entries()) {
        const bytes = contents[i]
        if (bytes === undefined) run.missing.push(item.id)
        else {
          const done = this.putBytes(run, item, bytes, true)
          // It is waited for below: until then its failure is nobody's unhandled rejection.
          done.catch(() => (failed = true))
          puts.push(done)
        }
      }
    }
    await all(puts)
  }

  private async putBytes(run: Run, item: Item, bytes: Uint8Array, again: boolean): Promise<void> {
    const { object, id } = item
    const outcome = await this.lane.put(run.vault, { object, blob: id, sizeBytes: bytes.length }, bytes, run.signal)
    if (outcome === PUT.stored) {
      this.sentBytes += bytes.length
      this.acknowledged(object, id, bytes.length)
    } else if (outcome === PUT.wrongHash) await this.checkOwn(run, id)
    else if (again) {
      // The peer lost the intent since: it ended, or the peer came back from an older state.
      this.announcer.forget(object)
      await this.announcer.announce(run.vault, object, item.totalBytes, run.signal)
      await this.putBytes(run, item, bytes, false)
    } else throw new HoldfastError('NOT_WANTED')
  }

  /** The peer says the bytes are wrong: either they are damaged here, or it lies. */
  private async checkOwn(run: Run, id: BlobId): Promise<void> {
    try {
      await this.o.blobs.get(id, { check: true })
    } catch (error) {
      if (!isHoldfastError(error, 'HASH_MISMATCH')) throw error
      run.missing.push(id)
      this.o.onProblem?.(error, id)
      return
    }
    throw new HoldfastError('PEER_LIES')
  }

  private acknowledged(object: ObjectId, id: BlobId, bytes: number): void {
    const held = this.held.get(object)
    if (held === undefined) this.held.set(object, new Set([id]))
    else held.add(id)
    this.o.onProgress?.(bytes)
  }

  private forget(object: ObjectId): void {
    this.held.delete(object)
    this.offers.delete(object)
    this.offered.delete(object)
    this.announcer.forget(object)
  }
}

interface Run {
  readonly vault: VaultId
  readonly signal: AbortSignal | undefined
  readonly missing: BlobId[]
}

/** Bodies of put: as many small blobs as fill one, a large one by itself. */
function* groupsOf(items: readonly Item[]): Iterable<Item[]> {
  let group: Item[] = []
  let bytes = 0
  for (const item of items) {
    const full = group.length >= LIMITS.blobsPerTransfer || bytes + item.sizeBytes > LIMITS.blobTransferBytes
    if (group.length > 0 && full) {
      yield group
      group = []
      bytes = 0
    }
    group.push(item)
    bytes += item.sizeBytes
  }
  if (group.length > 0) yield group
}

function totalBytes(object: ObjectBlobs): number {
  return object.blobs.reduce((sum, blob) => sum + blob.sizeBytes, object.manifest.sizeBytes)
}

/** Waits for every one, then rejects with the first error: nothing is left running behind the caller's back. */
async function all(promises: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(promises)) if (result.status === 'rejected') throw result.reason
}
