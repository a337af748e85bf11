import type { EntryHash, LogId } from '../base/ids.ts'
import type { Graph, Node, Tops } from './graph.ts'
import { holds } from './graph.ts'

/** Which logs are known to have two entries with one number: by holding both, or by a freeze that proves it. */
export class Forks {
  readonly #graph: Graph
  readonly #freezes = new Set<Node>()
  readonly #branched = new Set<LogId>()

  constructor(graph: Graph) {
    this.#graph = graph
  }

  add(node: Node): void {
    if (node.body?.kind === 'freeze') this.#freezes.add(node)
    if ((this.#graph.logs.get(node.log)?.length ?? 0) > 1) this.#branched.add(node.log)
  }

  forget(node: Node): void {
    this.#freezes.delete(node)
    if ((this.#graph.logs.get(node.log)?.length ?? 0) <= 1) this.#branched.delete(node.log)
  }

  frozenIn(tops: Tops): Set<LogId> {
    const frozen = new Set<LogId>()
    for (const node of this.#freezes) if (holds(tops, node) && node.body?.kind === 'freeze') frozen.add(node.body.log)
    for (const log of this.#branched) if (this.#isForkedIn(log, tops)) frozen.add(log)
    return frozen
  }

  /** Another entry of the same log with the same number. */
  rivalOf(node: Pick<Node, 'log' | 'seq' | 'hash'>): EntryHash | undefined {
    return this.#graph.numbered(node.log, node.seq).find((other) => other.hash !== node.hash)?.hash
  }

  /** More entries of the log than numbers. */
  #isForkedIn(log: LogId, tops: Tops): boolean {
    let entries = 0
    let highest = 0
    for (const chain of this.#graph.logs.get(log) ?? []) {
      const top = tops[chain.index] ?? 0
      if (top < chain.start) continue
      entries += top - chain.start + 1
      highest = Math.max(highest, top)
    }
    return entries > highest
  }
}
