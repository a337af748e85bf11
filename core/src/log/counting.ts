import type { DeviceId, LogId } from '../base/ids.ts'
import type { Chain, Graph, Node, Tops } from './graph.ts'
import { holds, raise } from './graph.ts'
import { reduce } from './membership.ts'
import type { Removal } from './removals.ts'
import { knows } from './standing.ts'
import type { Standing } from './standing.ts'

/** A set closed under the past: what is in it, what its statements come to, and which logs it proves to be forked. */
export interface View {
  readonly tops: Tops
  readonly standing: Standing
  readonly frozen: ReadonlySet<LogId>
}

/** Whether everything in this set counts without looking further: nobody removed, nothing forked. */
export function isPlain(view: View): boolean {
  return view.standing.removals.length === 0 && view.frozen.size === 0
}

/**
 * What of a set counts (FORMAT.md 5.8), as far along each chain. A log stands if no removal or fork speaks against
 * it and its device is a member by statements that count. What counts is: all of every log that stands, with
 * its past; and of a removed device what its remover had seen, with its past. Least: nothing counts for the sole
 * reason that it counts, so a removed member cannot bring in a helper who vouches for it.
 */
export function countIn(graph: Graph, view: View): Counted {
  const counted = new Int32Array(graph.chains.length)
  if (isPlain(view)) {
    counted.set(view.tops)
    return { tops: counted, standing: new Set(graph.chains) }
  }
  raise(counted, graph.order[0]!)
  for (const node of seenByRemovers(graph, view)) raise(counted, node)
  const waiting = new Set(graph.chains.filter((chain) => topIn(view.tops, chain) > 0 && mayStand(graph, chain, view)))
  const standing = new Set<Chain>()
  let changed = true
  while (changed) {
    changed = false
    const members = membersIn(counted, view)
    for (const chain of waiting) {
      if (members.accountOf(chain.device) === undefined) continue
      waiting.delete(chain)
      standing.add(chain)
      raise(counted, graph.at(chain, topIn(view.tops, chain)))
      changed = true
    }
  }
  return { tops: counted, standing }
}

export interface Counted {
  readonly tops: Tops
  /** Chains all of which counts, and what comes next on them too. */
  readonly standing: ReadonlySet<Chain>
}

/**
 * Membership by those statements of the set that count. What an account says of its devices carries its own proof and
 * holds wherever it stands: a device may bring its own certificate, and one by a revoked device is worth nothing.
 */
export function membersIn(counted: Tops, view: View): ReturnType<typeof reduce> {
  const { events, removals, membership } = view.standing
  const held = events.filter(({ node, statement }) => statement.kind === 'import' || holds(counted, node))
  return held.length === events.length ? membership : reduce(held, removals)
}

function topIn(tops: Tops, chain: Chain): number {
  return tops[chain.index] ?? 0
}

/** A member who comes back writes on with the removal in its past: then it no longer speaks against that log. */
function mayStand(graph: Graph, chain: Chain, view: View): boolean {
  if (view.frozen.has(chain.log)) return false
  const top = graph.at(chain, topIn(view.tops, chain))
  return view.standing.removals.every((removal) => !removal.targets.has(chain.device) || knows(top, removal))
}

/** Per removal in effect, the newest entries of the removed devices that its author had seen. */
function seenByRemovers(graph: Graph, view: View): Node[] {
  const found: Node[] = []
  const { removals } = view.standing
  for (const removal of removals) {
    for (const anchor of removal.anchors) {
      // A root key is nobody's log: what stands in an entry that carries its word is for that entry's own log to decide.
      if (anchor.chain.device !== removal.author) continue
      found.push(...seenBy(graph, view, removal, anchor, removals))
    }
  }
  return found
}

function seenBy(graph: Graph, view: View, removal: Removal, anchor: Node, removals: readonly Removal[]): Node[] {
  const found: Node[] = []
  for (const chain of graph.chains) {
    if (topIn(view.tops, chain) === 0 || !removal.targets.has(chain.device)) continue
    if (chain.device !== removal.author) {
      const seq = anchor.others[chain.index] ?? 0
      if (seq > 0) found.push(graph.at(chain, seq))
    } else if (!removedByOthers(chain.device, removals)) {
      // Leaving is one's last word; it vouches for the leaver only while nobody else removed it.
      const seq = chain === anchor.chain ? anchor.seq : (anchor.others[chain.index] ?? 0)
      if (seq > 0) found.push(graph.at(chain, seq))
    }
  }
  return found
}

function removedByOthers(device: DeviceId, removals: readonly Removal[]): boolean {
  return removals.some((removal) => removal.author !== device && removal.targets.has(device))
}
