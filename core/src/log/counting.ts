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
  const count = (node: Node): boolean => raise(counted, node)
  const { removals } = view.standing
  count(graph.order[0]!)
  for (const removal of removals)
    for (const node of seenByRemover(graph, view, removal, isBy(removal.author))) count(node)
  const standing = new Set<Chain>()
  letStand(graph, view, counted, standing)
  // A root key has no log of its own: where nothing that counts carries its word, what carries it says what was seen.
  const loose = removals.filter(({ carriers }) => !carriers.some((carrier) => holds(counted, carrier)))
  const seen = loose.flatMap((removal) => seenByRemover(graph, view, removal, () => true))
  if (seen.map(count).includes(true)) letStand(graph, view, counted, standing)
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

/** Counts all of each log that stands, until no more do: a log may stand only by what another one says. */
function letStand(graph: Graph, view: View, counted: Tops, standing: Set<Chain>): void {
  const mayBe = (chain: Chain): boolean =>
    !standing.has(chain) && topIn(view.tops, chain) > 0 && mayStand(graph, chain, view)
  const waiting = new Set(graph.chains.filter(mayBe))
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

function isBy(author: DeviceId | null): (carrier: Node) => boolean {
  return (carrier) => carrier.chain.device === author
}

/** The newest entries of the removed devices that lie below those entries that carry the removal. */
function seenByRemover(graph: Graph, view: View, removal: Removal, chosen: (carrier: Node) => boolean): Node[] {
  return removal.carriers.filter(chosen).flatMap((carrier) => {
    const targets = graph.chains.filter((chain) => topIn(view.tops, chain) > 0 && removal.targets.has(chain.device))
    return targets.flatMap((chain) => {
      const seq = seenOf(chain, carrier, view.standing.removals)
      return seq < chain.start ? [] : [graph.at(chain, seq)]
    })
  })
}

/** Leaving is one's last word; it vouches for the leaver only while nobody else removed it. */
function seenOf(chain: Chain, carrier: Node, removals: readonly Removal[]): number {
  if (chain.device === carrier.chain.device && isRemovedByOthers(chain.device, removals)) return 0
  return chain === carrier.chain ? carrier.seq : (carrier.others[chain.index] ?? 0)
}

function isRemovedByOthers(device: DeviceId, removals: readonly Removal[]): boolean {
  return removals.some(({ author, carriers, targets }) => {
    if (!targets.has(device) || author === device) return false
    return author !== null || carriers.some((carrier) => carrier.chain.device !== device)
  })
}
