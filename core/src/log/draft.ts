import { HoldfastError } from '../base/errors.ts'
import { logIdOf } from '../base/ids.ts'
import type { DeviceId, EntryHash, EpochId, Incarnation, LogId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { countIn, isPlain } from './counting.ts'
import { isBefore, topsOf } from './graph.ts'
import type { Node, Tops } from './graph.ts'
import type { DocumentCommitment, EntryKind, Header } from './header.ts'
import type { State } from './state.ts'

export interface DraftOptions {
  readonly device: DeviceId
  readonly incarnation: Incarnation
  readonly kind: Exclude<EntryKind, 'genesis'>
  readonly timeMs: number
  readonly epoch?: EpochId
  readonly documents?: readonly DocumentCommitment[]
  /** Entries not to build on; with one, everything that has it in its past. */
  readonly avoids?: ((entry: EntryHash) => boolean) | undefined
}

/**
 * Header of the next entry of a local log: number, previous entry, and what counts elsewhere and was not yet
 * acknowledged. Of more heads than fit the newest are named; the rest comes with the entries after it.
 */
export function draftHeader(state: State, counted: Tops, frozen: ReadonlySet<LogId>, options: DraftOptions): Header {
  const { device, incarnation, kind, timeMs, epoch, documents } = options
  const log = logIdOf(device, incarnation)
  if (frozen.has(log)) throw new HoldfastError('FORKED')
  const chain = state.graph.logs.get(log)?.[0]
  const prev = chain === undefined ? undefined : chain.nodes[chain.admitted - 1]
  const seen = acknowledgeable(
    state,
    options.avoids === undefined ? counted : below(state, counted, options.avoids),
    log,
    prev
  )
  return {
    vault: state.vault,
    device,
    incarnation,
    seq: (prev?.seq ?? 0) + 1,
    prev: prev?.hash ?? null,
    seen: seen.map(({ hash }) => hash).sort(),
    kind,
    epoch: epoch ?? null,
    pinListHash: null,
    payloadHash: null,
    payloadBytes: 0,
    documents: documents ?? [],
    timeMs,
    genesis: null
  }
}

/**
 * What counts may count by a removal that does not count itself and so is not named here; an entry must not build on
 * what only such a removal vouches for. So what is named is narrowed until it counts by itself.
 */
function acknowledgeable(state: State, counted: Tops, own: LogId, prev: Node | undefined): Node[] {
  let tops = counted
  while (true) {
    const heads = unseenHeads(state, tops, own, prev)
    const past = topsOf(prev === undefined ? heads : [prev, ...heads])
    const view = { tops: past, standing: state.standings.in(past), frozen: state.forks.frozenIn(past) }
    if (isPlain(view)) return heads
    const inPast = countIn(state.graph, view).tops
    const narrower = tops.map((top, i) => Math.min(top, Math.max(inPast[i]!, prev?.others[i] ?? 0)))
    if (narrower.every((top, i) => top === tops[i])) return heads
    tops = narrower
  }
}

function below({ graph }: State, counted: Tops, avoids: (entry: EntryHash) => boolean): Tops {
  const tops = Int32Array.from(counted)
  for (const chain of graph.chains) {
    let top = tops[chain.index] ?? 0
    while (top >= chain.start && avoids(graph.at(chain, top).hash)) top--
    tops[chain.index] = top
  }
  return tops
}

function unseenHeads(state: State, counted: Tops, own: LogId, prev: Node | undefined): Node[] {
  const tops: Node[] = []
  for (const chain of state.graph.chains) {
    const seq = counted[chain.index] ?? 0
    if (chain.log === own || seq < chain.start) continue
    const top = state.graph.at(chain, seq)
    if (prev === undefined || !isBefore(top, prev)) tops.push(top)
  }
  const heads = tops.filter((node) => !tops.some((other) => isBefore(node, other)))
  return heads.sort((a, b) => b.height - a.height).slice(0, LIMITS.seen)
}
