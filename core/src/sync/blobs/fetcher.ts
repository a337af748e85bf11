import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { BlobId, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { PeerLink } from '../../ports/peer-link.ts'
import { blake3Id } from '../../proof/blake3.ts'
import { encodeBlobRequest } from '../wire/blob-messages.ts'
import { splitGetReply } from '../wire/blob-replies.ts'
import type { BlobSize } from './blob-view.ts'
import { storeBlob } from '../store/damaged.ts'
import { nextGroup } from './fetch-group.ts'
import type { FetchGroup } from './fetch-group.ts'
import type { Waiter, Want } from './fetch-queue.ts'
import { FetchSource } from './fetch-source.ts'
import type { FetcherOptions, FetchOptions } from './fetcher-options.ts'
import { WantBook } from './want-book.ts'

export type { FetcherOptions, FetchOptions } from './fetcher-options.ts'

const RATE_WAIT_MS = 1000
/** Relays are given so long to have what somebody behind a relay's circuit has, too. */
const LAST_RESORT_MS = 2_000

/**
 * Pulls wanted blobs from whichever links have them. The receiver drives: a bounded number of bytes is asked for on each
 * link, more only as it arrives; every blob is hashed before it is stored; who withholds, lies or stalls is passed by
 * for the next source. Time-outs are the link's (PeerLink.request).
 */
export class Fetcher {
  private readonly o: FetcherOptions
  private readonly book: WantBook
  private readonly sources = new Map<PeerLink, FetchSource>()
  private nextKey = 0
  /** Things under way: questions to the store, to peers, and blobs being stored. */
  private busy = 0
  private unstoredBytes = 0
  private storeError: HoldfastError | undefined
  private turning = false
  private idlers: { resolve(): void; reject(error: unknown): void }[] = []

  constructor(options: FetcherOptions) {
    this.o = options
    this.book = new WantBook({
      served: (want) => [...this.sources.values()].some((source) => source.vaultFor(want) !== undefined),
      onMissing: (id) => {
        options.onMissing?.(id)
        void this.turnToLastResort()
      }
    })
  }

  addLink(link: PeerLink, hasVault: (vault: VaultId) => boolean): void {
    if (this.sources.has(link)) return
    const maxBytes = this.o.maxOutstandingBytes ?? LIMITS.blobOutstandingBytes
    this.sources.set(link, new FetchSource(link, this.nextKey++, hasVault, maxBytes))
    // A store that was full may have room again: what comes over a new link shows it.
    this.storeError = undefined
    this.book.requeueParked(() => true)
    this.pump()
  }

  removeLink(link: PeerLink): void {
    const source = this.sources.get(link)
    if (source === undefined) return
    this.sources.delete(link)
    this.book.queue.forget(source)
    this.book.requeueForeground()
    this.pump()
  }

  /** The peer may have more than when it was asked: it holds new entries, or completed an object. */
  refresh(link: PeerLink, vault?: VaultId): void {
    const source = this.sources.get(link)
    if (source === undefined) return
    source.renew()
    this.resume()
    this.book.requeueParked((want) => {
      if (vault !== undefined && !want.vaults.includes(vault)) return false
      want.tried = want.tried.filter((t) => t.source !== source.key)
      return true
    })
    this.pump()
  }

  /** In the background; lower priorities first. What is here already is not asked for. */
  want(vault: VaultId, blobs: readonly BlobSize[], priority = 0): void {
    void this.look(vault, blobs, priority)
  }

  /** A peer brought them unasked, and they are durable. */
  brought(ids: readonly BlobId[]): void {
    for (const id of ids) this.book.cameOtherwise(id)
    this.settle()
  }

  /** The same for blobs that a look into the store has just shown not to be here. */
  wantMissing(vault: VaultId, blobs: readonly BlobSize[], priority = 0): void {
    for (const blob of blobs) this.book.addBackground(vault, blob, priority, this.o.damaged?.has(blob.id) === true)
    this.pump()
  }

  /** They need not come by themselves any more; who waits for one still gets it. */
  notInBackground(ids: readonly BlobId[]): void {
    for (const id of ids) this.book.cameOtherwise(id)
    this.settle()
  }

  /** No pin of this vault names them any more. */
  forget(vault: VaultId, ids: readonly BlobId[]): void {
    for (const id of ids) this.book.removeVault(vault, id)
    this.settle()
  }

  /**
   * The bytes of one blob, from here or from a peer, ahead of everything in the background. Throws NOT_HERE when no
   * source gives it, ABORTED.
   */
  async fetch(vault: VaultId, id: BlobId, sizeBytes: number, options: FetchOptions = {}): Promise<Uint8Array> {
    const { signal } = options
    const replace = options.replace === true || this.o.damaged?.has(id) === true
    const here = replace ? undefined : await this.o.blobs.get(id)
    if (here !== undefined) return here
    if (signal?.aborted === true) throw new HoldfastError('ABORTED')
    return new Promise<Uint8Array>((resolve, reject) => {
      const waiter: Waiter = { resolve: (bytes) => (end(), resolve(bytes)), reject: (error) => (end(), reject(error)) }
      const onAbort = (): void => {
        this.book.removeWaiter(want, waiter)
        waiter.reject(new HoldfastError('ABORTED'))
        this.settle()
      }
      const end = (): void => signal?.removeEventListener('abort', onAbort)
      signal?.addEventListener('abort', onAbort, { once: true })
      const want = this.book.addWaiter(vault, { id, sizeBytes }, replace, waiter)
      this.pump()
    })
  }

  /** Resolves when everything wanted is here and durable or no source gives it. Rejects when it cannot be stored. */
  idle(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.idlers.push({ resolve, reject })
      this.settle()
    })
  }

  /** The store works again (STORE_FULL was cured). */
  resume(): void {
    if (this.storeError === undefined) return
    this.storeError = undefined
    this.book.requeueParked(() => true)
    this.pump()
  }

  /** Wanted, and given by no source there is. */
  missing(): BlobId[] {
    return this.book.missing()
  }

  private async look(vault: VaultId, blobs: readonly BlobSize[], priority: number): Promise<void> {
    this.busy += 1
    try {
      for (let at = 0; at < blobs.length; at += LIMITS.blobsPerPass) {
        const some = blobs.slice(at, at + LIMITS.blobsPerPass)
        const here = await this.o.blobs.has(some.map((blob) => blob.id))
        some.forEach((blob, i) => {
          const replace = this.o.damaged?.has(blob.id) === true
          if (!here[i] || replace) this.book.addBackground(vault, blob, priority, replace)
        })
        this.pump()
      }
    } catch (error) {
      this.failedToStore(error)
    }
    this.busy -= 1
    this.settle()
  }

  /** Asks every source for as much as it may have outstanding. */
  private pump(): void {
    for (const source of this.sources.values()) {
      for (let group = this.nextGroup(source); group !== undefined; group = this.nextGroup(source))
        void this.ask(source, group)
    }
    const usable = [...this.sources.values()].filter((source) => source.usable)
    this.book.queue.trim(usable, (want) => this.book.park(want))
    this.settle()
  }

  private nextGroup(source: FetchSource): FetchGroup | undefined {
    if (source.paused || !source.usable) return undefined
    const background = this.storeError === undefined && this.unstoredBytes < LIMITS.blobUnstoredBytes
    return nextGroup(this.book, source, background)
  }

  private async ask(source: FetchSource, group: FetchGroup): Promise<void> {
    const { vault, wants, bytes } = group
    for (const want of wants) want.state = 'asked'
    source.requests += 1
    source.outstandingBytes += bytes
    this.busy += 1
    try {
      const header = encodeBlobRequest({ kind: 'get', vault, blobs: wants.map((want) => want.id) })
      const reply = await source.link.request(header, { expectBytes: bytes })
      const body = reply.body ?? new Uint8Array(0)
      this.take(source, group, body, splitGetReply(reply.header, body, wants.length))
    } catch (error) {
      this.failed(source, group, error)
    }
    source.requests -= 1
    source.outstandingBytes -= bytes
    this.busy -= 1
    this.pump()
  }

  private take(
    source: FetchSource,
    { vault, wants }: FetchGroup,
    body: Uint8Array,
    parts: readonly (Uint8Array | null)[]
  ): void {
    source.answered()
    const stores: Promise<boolean>[] = []
    wants.forEach((want, i) => {
      const part = parts[i]
      // Cut short: asked again, unless nothing at all was answered.
      if (part === undefined && parts.length > 0) this.book.requeue(want)
      else if (part === undefined || part === null) this.failedAt(source, vault, want)
      else if (blake3Id<BlobId>(part) === want.id) stores.push(this.store(want, part))
      else {
        this.caughtLying(source)
        this.failedAt(source, vault, want)
      }
    })
    if (this.o.releaseBody !== undefined) void this.release(body, stores)
  }

  private async release(body: Uint8Array, stores: readonly Promise<boolean>[]): Promise<void> {
    const given = await Promise.all(stores)
    if (!given.includes(true)) this.o.releaseBody?.(body)
  }

  private failed(source: FetchSource, { vault, wants }: FetchGroup, error: unknown): void {
    const code = isHoldfastError(error) ? error.code : 'INTERNAL'
    // A record may understate a size, by mistake or not: asked for alone, a blob may be as large as any.
    const misjudged = code === 'TOO_LARGE' && wants.some((want) => !want.alone)
    if (misjudged) for (const want of wants) want.alone = true
    else if (code === 'DISCONNECTED') this.removeLink(source.link)
    else if (code === 'RATE_LIMITED') void this.pause(source, (error as HoldfastError).waitMs ?? RATE_WAIT_MS)
    else if (code === 'REFUSED') source.refusedVault(vault)
    else {
      if (code === 'TIMEOUT') source.timedOut()
      if (code === 'MALFORMED' || code === 'TOO_LARGE') this.caughtLying(source)
      for (const want of wants) want.tried.push({ source: source.key, vault })
    }
    for (const want of wants) this.book.requeue(want)
  }

  private async pause(source: FetchSource, ms: number): Promise<void> {
    if (source.paused) return
    source.paused = true
    await this.o.wait(ms).catch(() => undefined)
    source.paused = false
    this.pump()
  }

  /** In a while: a relay may be about to have it. */
  private async turnToLastResort(): Promise<void> {
    if (this.turning || ![...this.sources.values()].some((source) => source.isLastResort)) return
    this.turning = true
    await this.o.wait(LAST_RESORT_MS).catch(() => undefined)
    this.turning = false
    this.book.askLastResort()
    this.pump()
  }

  private caughtLying(source: FetchSource): void {
    source.lied()
    this.o.onProblem?.(
      new HoldfastError('PEER_LIES', 'a peer sent other bytes than it was asked for'),
      source.link.peer
    )
  }

  private failedAt(source: FetchSource, vault: VaultId, want: Want): void {
    want.tried.push({ source: source.key, vault })
    this.book.requeue(want)
  }

  /** Who waits gets it now; it is done when it is durable. Resolves with whether somebody was given the bytes. */
  private async store(want: Want, bytes: Uint8Array): Promise<boolean> {
    want.state = 'storing'
    this.busy += 1
    this.unstoredBytes += bytes.length
    let given = this.book.arrived(want, bytes)
    try {
      if (want.replace) await this.o.damaged?.add(want.id)
      await storeBlob(this.o.blobs, this.o.damaged, want.id, bytes)
      this.book.done(want)
      // Somebody may have come for it while it was stored.
      given = this.book.arrived(want, bytes) || given
      this.o.onStored?.(want.id, bytes.length)
    } catch (error) {
      given = this.book.arrived(want, bytes) || given
      this.book.park(want)
      this.failedToStore(error)
    }
    this.busy -= 1
    this.unstoredBytes -= bytes.length
    this.pump()
    return given
  }

  private failedToStore(error: unknown): void {
    this.storeError =
      error instanceof HoldfastError ? error : new HoldfastError('STORE_FAILED', undefined, { cause: error })
    this.o.onProblem?.(this.storeError, null)
  }

  private settle(): void {
    if (this.idlers.length === 0 || this.busy > 0) return
    for (const source of this.sources.values()) if (source.paused) return
    const idlers = this.idlers
    this.idlers = []
    for (const idler of idlers) {
      if (this.storeError === undefined) idler.resolve()
      else idler.reject(this.storeError)
    }
  }
}
