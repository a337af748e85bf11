import type { DeviceId, EntryHash, LogId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { countIn, isPlain, membersIn } from './counting.ts'
import type { View } from './counting.ts'
import { byPlace, holds, raise } from './graph.ts'
import type { Chain, Node, Tops } from './graph.ts'
import type { Membership } from './membership.ts'
import type { PinState } from './pins.ts'
import type { State } from './state.ts'

export interface CountChange {
  /** In causal order. */
  readonly newlyCounted: EntryHash[]
  /** Each before what it was built on. */
  readonly uncounted: EntryHash[]
}

/** Which of the admitted entries count at present, kept in step with every admission, and the pins that follow. */
export class CountedSet {
  readonly #state: State
  readonly #pins: PinState
  #held: Tops = new Int32Array(0)
  #view: View | undefined
  #standing: ReadonlySet<Chain> = new Set()
  #tops: Tops = new Int32Array(0)
  #shared: Tops | undefined
  #membership: Membership | undefined

  constructor(state: State, pins: PinState) {
    this.#state = state
    this.#pins = pins
  }

  get tops(): Tops {
    return this.#tops
  }

  get membership(): Membership {
    return this.#membership!
  }

  get frozen(): ReadonlySet<LogId> {
    return this.#view!.frozen
  }

  /** What others are told of: what counts, and the removals in effect that do not, with what they build on. */
  get shared(): Tops {
    if (this.#shared !== undefined) return this.#shared
    const loose = this.looseRemovals()
    this.#shared = loose.length === 0 ? this.#tops : Int32Array.from(this.#tops)
    for (const node of loose) raise(this.#shared, node)
    return this.#shared
  }

  has(node: Node): boolean {
    return holds(this.#tops, node)
  }

  /** Whether a removal in effect names the device. */
  isRevoked(device: DeviceId): boolean {
    return this.#view?.standing.removals.some((removal) => removal.device === device) === true
  }

  looseRemovals(): Node[] {
    const anchors = this.#view!.standing.removals.flatMap((removal) => removal.anchors)
    return [...new Set(anchors)].filter((node) => !this.has(node))
  }

  /** Whether the entry's log does not stand and already has as many entries that do not count as are kept. */
  isCrowded(node: Node): boolean {
    if (this.#view === undefined || isPlain(this.#view) || this.#standing.has(node.chain)) return false
    let idle = 0
    for (const chain of this.#state.graph.logs.get(node.log) ?? []) {
      const held = chain.start + chain.admitted - 1
      idle += held - Math.max(this.#tops[chain.index] ?? 0, chain.start - 1)
    }
    return idle >= LIMITS.quarantinedPerLog
  }

  /** An entry was admitted. */
  add(node: Node): CountChange {
    this.#grow()
    this.#held[node.chain.index] = node.seq
    const before = Int32Array.from(this.#tops)
    if (this.#isOrdinary(node)) raise(this.#tops, node)
    else this.#recount()
    this.#shared = undefined
    return this.#tell(before)
  }

  /**
   * Whether it changes neither who is removed nor what is forked, and stands on a log that stands and on what counts:
   * by an entry that builds on what did not count, that counts too, and may say who is a member.
   */
  #isOrdinary(node: Node): boolean {
    if (this.#view === undefined || this.#state.standings.isNews(node) || node.body?.kind === 'freeze') return false
    const firstOfChain = node.chain.admitted === 1
    if (firstOfChain && (this.#state.graph.logs.get(node.log)?.length ?? 0) > 1) return false
    if (isPlain(this.#view)) return true
    return this.#standing.has(node.chain) && node.parents.every((parent) => this.has(parent))
  }

  #recount(): void {
    const { graph, standings, forks } = this.#state
    const tops = Int32Array.from(this.#held)
    const view = { tops, standing: standings.in(tops), frozen: forks.frozenIn(tops) }
    const counted = countIn(graph, view)
    const removalsChanged = this.#view?.standing.removals !== view.standing.removals
    this.#view = view
    this.#standing = counted.standing
    this.#tops = counted.tops
    this.#membership = membersIn(counted.tops, view)
    if (removalsChanged) this.#pins.voidUnpins(voidedLogs(view))
  }

  #tell(before: Tops): CountChange {
    const newlyCounted: Node[] = []
    const uncounted: Node[] = []
    for (const chain of this.#state.graph.chains) {
      const [from, to] = [before[chain.index] ?? 0, this.#tops[chain.index] ?? 0]
      for (let seq = Math.max(from + 1, chain.start); seq <= to; seq++)
        newlyCounted.push(this.#state.graph.at(chain, seq))
      for (let seq = Math.max(to + 1, chain.start); seq <= from; seq++) uncounted.push(this.#state.graph.at(chain, seq))
    }
    newlyCounted.sort(byPlace)
    uncounted.sort(byPlace).reverse()
    for (const node of uncounted) this.#pins.uncount(node)
    for (const node of newlyCounted) if (node.pinList !== null) this.#pins.count(node, this.#authorOf(node))
    return { newlyCounted: newlyCounted.map(({ hash }) => hash), uncounted: uncounted.map(({ hash }) => hash) }
  }

  #authorOf(node: Node): Parameters<PinState['count']>[1] {
    const { membership } = this.#state.standings.on(node.parents)
    const { device } = node.chain
    return { account: membership.accountOf(device), isOwner: membership.roleOf(device) === 'owner' }
  }

  #grow(): void {
    const length = this.#state.graph.chains.length
    this.#held = grown(this.#held, length)
    this.#tops = grown(this.#tops, length)
  }
}

function grown(tops: Tops, length: number): Tops {
  if (tops.length >= length) return tops
  const longer = new Int32Array(length)
  longer.set(tops)
  return longer
}

function voidedLogs(view: View): Map<LogId, number> {
  const voided = new Map<LogId, number>()
  for (const { log, seq } of view.standing.removals.flatMap((removal) => removal.voids)) {
    voided.set(log, Math.min(seq, voided.get(log) ?? seq))
  }
  return voided
}
