import type { DeviceId, EntryHash } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { UnverifiedEntry } from '../../log/entry.ts'
import type { ObjectRecord } from '../../log/record.ts'

/** A decoded entry with the records that came beside it. */
export interface Arrival {
  readonly entry: UnverifiedEntry
  readonly records: readonly ObjectRecord[]
  readonly from: DeviceId
  readonly sizeBytes: number
}

/**
 * Entries of one vault whose ancestors have not arrived. Bounded in number and bytes, and one peer may fill no more than a
 * quarter of it: what finds no room is dropped and asked for again another time.
 */
export class WaitingRoom {
  readonly #arrivals = new Map<EntryHash, { readonly arrival: Arrival; readonly missing: Set<EntryHash> }>()
  readonly #waitFor = new Map<EntryHash, Set<EntryHash>>()
  readonly #shares = new Map<DeviceId, { count: number; bytes: number }>()

  get size(): number {
    return this.#arrivals.size
  }

  has(hash: EntryHash): boolean {
    return this.#arrivals.has(hash)
  }

  /** Whether something that is here waits for this entry. */
  isAwaited(hash: EntryHash): boolean {
    return this.#waitFor.has(hash)
  }

  /** False: no room. */
  add(arrival: Arrival, missing: readonly EntryHash[]): boolean {
    const { hash } = arrival.entry
    if (this.#arrivals.has(hash)) return true
    const share = this.#shares.get(arrival.from) ?? { count: 0, bytes: 0 }
    const bytes = share.bytes + arrival.sizeBytes
    if (share.count >= LIMITS.pendingEntries / 4 || (share.count > 0 && bytes > LIMITS.pendingBytes / 4)) return false
    const total = [...this.#shares.values()].reduce((sum, one) => sum + one.bytes, arrival.sizeBytes)
    if (this.#arrivals.size >= LIMITS.pendingEntries || total > LIMITS.pendingBytes) return false
    this.#shares.set(arrival.from, { count: share.count + 1, bytes })
    this.#arrivals.set(hash, { arrival, missing: new Set(missing) })
    for (const ancestor of missing) this.#waitFor.set(ancestor, (this.#waitFor.get(ancestor) ?? new Set()).add(hash))
    return true
  }

  /** The ancestor has arrived: returns those that now wait for nothing. */
  arrived(ancestor: EntryHash): Arrival[] {
    const free: Arrival[] = []
    for (const hash of this.#waitFor.get(ancestor) ?? []) {
      const waiting = this.#arrivals.get(hash)
      waiting?.missing.delete(ancestor)
      if (waiting?.missing.size === 0) free.push(waiting.arrival)
    }
    this.#waitFor.delete(ancestor)
    for (const arrival of free) this.#remove(arrival)
    return free
  }

  /** The peer is gone: so is what it left here. */
  forget(from: DeviceId): void {
    for (const { arrival, missing } of [...this.#arrivals.values()]) {
      if (arrival.from !== from) continue
      for (const ancestor of missing) this.#unlink(ancestor, arrival.entry.hash)
      this.#remove(arrival)
    }
  }

  #remove(arrival: Arrival): void {
    this.#arrivals.delete(arrival.entry.hash)
    const share = this.#shares.get(arrival.from)
    if (share === undefined) return
    share.count--
    share.bytes -= arrival.sizeBytes
    if (share.count === 0) this.#shares.delete(arrival.from)
  }

  #unlink(ancestor: EntryHash, hash: EntryHash): void {
    const waiting = this.#waitFor.get(ancestor)
    waiting?.delete(hash)
    if (waiting?.size === 0) this.#waitFor.delete(ancestor)
  }
}
