import type { HoldfastError } from '../../base/errors.ts'
import type { BlobId, VaultId } from '../../base/ids.ts'
import type { FetchSource } from './fetch-source.ts'

/** One blob that is wanted here. */
export interface Want {
  readonly id: BlobId
  /** What the record says; a hint, since only the hash proves anything. */
  sizeBytes: number
  /** Vaults whose pins name it: usually one. */
  vaults: VaultId[]
  priority: number
  /** `storing`: it is here, not yet durable. `parked`: no source we have gives it. */
  state: 'queued' | 'asked' | 'storing' | 'parked'
  /** Where it stands in its lane while queued. */
  position: number
  /** Sources (and the vault they were asked in) that did not give it. */
  tried: { readonly source: number; readonly vault: VaultId }[]
  /** Its size was understated once: asked for by itself, as large as a blob may be. */
  alone: boolean
  /** The copy here is damaged. */
  replace: boolean
  /** Nobody else gives it: those behind a relay's circuit may be asked, too. */
  lastResort: boolean
  /** Wanted by itself, not only by somebody who waits. */
  background: boolean
  readonly waiters: Set<Waiter>
}

export interface Waiter {
  resolve(bytes: Uint8Array): void
  reject(error: HoldfastError): void
}

export type Pick = 'take' | 'skip' | 'stop'

/**
 * The background wants, by priority and age. Each source walks each lane once, however long it is: what it passes is
 * met again only when it is queued anew, behind everything.
 */
export class FetchQueue {
  private readonly lanes = new Map<number, Lane>()
  private order: Lane[] = []

  push(want: Want): void {
    let lane = this.lanes.get(want.priority)
    if (lane === undefined) {
      lane = { priority: want.priority, base: 0, wants: [], cursors: new Map() }
      this.lanes.set(want.priority, lane)
      this.order = [...this.lanes.values()].sort((a, b) => a.priority - b.priority)
    }
    want.state = 'queued'
    want.position = lane.base + lane.wants.length
    lane.wants.push(want)
  }

  /** Hands the source's next wants to `pick`, until that says stop or there is none left. */
  walk(source: FetchSource, pick: (want: Want) => Pick): void {
    for (const lane of this.order) {
      let at = Math.max(lane.base, lane.cursors.get(source.key) ?? 0)
      let stop = false
      for (; at < lane.base + lane.wants.length; at++) {
        const want = lane.wants[at - lane.base]!
        if (stands(lane, want, at) && pick(want) === 'stop') {
          stop = true
          break
        }
      }
      lane.cursors.set(source.key, at)
      if (stop) return
    }
  }

  forget(source: FetchSource): void {
    for (const lane of this.order) lane.cursors.delete(source.key)
  }

  /** Takes out what every one of these sources has passed; calls `passed` for wants that still stand there. */
  trim(sources: readonly FetchSource[], passed: (want: Want) => void): void {
    for (const lane of this.order) {
      const reached = Math.min(lane.base + lane.wants.length, ...sources.map((s) => lane.cursors.get(s.key) ?? 0))
      const whole = reached === lane.base + lane.wants.length
      if (reached <= lane.base || (!whole && reached - lane.base < TRIM)) continue
      const gone = lane.wants.splice(0, reached - lane.base)
      const base = lane.base
      lane.base = reached
      gone.forEach((want, i) => stands(lane, want, base + i) && passed(want))
    }
  }
}

interface Lane {
  readonly priority: number
  /** Position of the first of `wants`: positions only grow. */
  base: number
  wants: Want[]
  readonly cursors: Map<number, number>
}

const TRIM = 4096

/** A want that was taken, or queued again further back, does not stand here any more. */
function stands(lane: Lane, want: Want, position: number): boolean {
  return want.state === 'queued' && want.position === position && want.priority === lane.priority
}
