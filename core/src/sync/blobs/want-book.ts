import { HoldfastError } from '../../base/errors.ts'
import type { BlobId, VaultId } from '../../base/ids.ts'
import type { BlobSize } from './blob-view.ts'
import { FetchQueue } from './fetch-queue.ts'
import type { Waiter, Want } from './fetch-queue.ts'

export interface WantBookOptions {
  /** Whether some source may still be asked for it. */
  readonly served: (want: Want) => boolean
  /** Nobody gives this blob, which is wanted in the background. */
  readonly onMissing: (id: BlobId) => void
}

/** All wants of a fetcher and where each stands. Asking and storing are the fetcher's. */
export class WantBook {
  readonly queue = new FetchQueue()
  /** Those somebody waits for, oldest first. */
  readonly foreground = new Set<Want>()
  private readonly wants = new Map<BlobId, Want>()
  private readonly o: WantBookOptions

  constructor(options: WantBookOptions) {
    this.o = options
  }

  addBackground(vault: VaultId, blob: BlobSize, priority: number, replace: boolean): void {
    const known = this.wants.get(blob.id)
    const want = known ?? this.create(vault, blob, priority, replace)
    want.background = true
    const news = joinVault(want, vault)
    if (known === undefined || (news && want.state === 'parked')) this.requeue(want)
  }

  /** Somebody waits for it: every source is asked (again). */
  addWaiter(vault: VaultId, blob: BlobSize, replace: boolean, waiter: Waiter): Want {
    const want = this.wants.get(blob.id) ?? this.create(vault, blob, 0, replace)
    joinVault(want, vault)
    if (replace) want.replace = true
    want.waiters.add(waiter)
    this.foreground.add(want)
    if (want.state === 'parked') {
      want.tried = []
      this.requeue(want)
    }
    return want
  }

  removeWaiter(want: Want, waiter: Waiter): void {
    want.waiters.delete(waiter)
    if (want.waiters.size === 0) this.foreground.delete(want)
    this.dropUnwanted(want)
  }

  /** It is here by another way. Who waits still gets it from a source. */
  cameOtherwise(id: BlobId): void {
    const want = this.wants.get(id)
    if (want === undefined) return
    want.background = false
    this.dropUnwanted(want)
  }

  removeVault(vault: VaultId, id: BlobId): void {
    const want = this.wants.get(id)
    if (want === undefined) return
    want.vaults = want.vaults.filter((one) => one !== vault)
    if (want.vaults.length === 0) want.background = false
    this.dropUnwanted(want)
  }

  /** Back into the line of whoever may still have it. */
  requeue(want: Want): void {
    want.state = 'parked'
    this.dropUnwanted(want)
    if (this.wants.get(want.id) !== want) return
    if (this.o.served(want)) this.queue.push(want)
    else this.park(want)
  }

  /** No source gives it: who waits is told so. */
  park(want: Want): void {
    want.state = 'parked'
    if (want.waiters.size > 0 && this.turnsToLastResort(want)) return
    this.foreground.delete(want)
    const waiters = [...want.waiters]
    want.waiters.clear()
    if (want.background) this.o.onMissing(want.id)
    else this.wants.delete(want.id)
    for (const waiter of waiters) waiter.reject(new HoldfastError('NOT_HERE'))
  }

  /** What no source has given so far may be asked of those that are asked last. */
  askLastResort(): void {
    for (const want of [...this.wants.values()]) if (want.state === 'parked') this.turnsToLastResort(want)
  }

  private turnsToLastResort(want: Want): boolean {
    if (want.lastResort) return false
    want.lastResort = true
    if (!this.o.served(want)) return false
    this.queue.push(want)
    return true
  }

  requeueParked(which: (want: Want) => boolean): void {
    for (const want of [...this.wants.values()]) if (want.state === 'parked' && which(want)) this.requeue(want)
  }

  /** A source went away: who waits for what it alone had is told at once. */
  requeueForeground(): void {
    for (const want of [...this.foreground]) if (want.state === 'queued') this.requeue(want)
  }

  /** Gives it to who waits; whether anybody did. */
  arrived(want: Want, bytes: Uint8Array): boolean {
    this.foreground.delete(want)
    const waiters = [...want.waiters]
    want.waiters.clear()
    for (const waiter of waiters) waiter.resolve(bytes)
    return waiters.length > 0
  }

  done(want: Want): void {
    this.wants.delete(want.id)
  }

  missing(): BlobId[] {
    return [...this.wants.values()].filter((want) => want.state === 'parked').map((want) => want.id)
  }

  private create(vault: VaultId, { id, sizeBytes }: BlobSize, priority: number, replace: boolean): Want {
    const want: Want = {
      id,
      sizeBytes,
      vaults: [vault],
      priority,
      state: 'parked',
      position: -1,
      tried: [],
      alone: false,
      replace,
      lastResort: false,
      background: false,
      waiters: new Set()
    }
    this.wants.set(id, want)
    return want
  }

  /** What is on its way comes and is kept; what only stands in line goes. */
  private dropUnwanted(want: Want): void {
    if (want.background || want.waiters.size > 0 || want.state === 'asked' || want.state === 'storing') return
    want.state = 'parked'
    this.wants.delete(want.id)
  }
}

function joinVault(want: Want, vault: VaultId): boolean {
  if (want.vaults.includes(vault)) return false
  want.vaults.push(vault)
  return true
}
