import type { EntryHash, LogId } from '../base/ids.ts'
import { byPlace, raise } from './graph.ts'
import type { Chain, Graph, Node, Tops } from './graph.ts'
import type { Head } from './head-statement.ts'

/**
 * The newest entry of each log in `tops`, by log. Of a forked log that is the branch that reaches further, then the
 * smaller hash; the other branch is in it only below an entry of another log, whose head tells of it.
 */
export function headsIn(graph: Graph, tops: Tops): Head[] {
  const heads: Head[] = []
  for (const [log, chains] of graph.logs) {
    const best = chains.map((chain) => topOf(graph, tops, chain)).reduce(further, undefined)
    if (best !== undefined) heads.push({ log, seq: best.seq, hash: best.hash })
  }
  return heads.sort((a, b) => (a.log < b.log ? -1 : 1))
}

/** Entries of `tops` that are not in the pasts of these heads. */
export function missingFor(graph: Graph, tops: Tops, heads: readonly Head[]): EntryHash[] {
  const theirs = new Int32Array(graph.chains.length)
  for (const head of heads) {
    const node = graph.nodes.get(head.hash)
    if (node !== undefined) raise(theirs, node)
    else for (const known of ownPartOf(graph, head)) raise(theirs, known)
  }
  const missing: Node[] = []
  for (const chain of graph.chains) {
    const from = Math.max(theirs[chain.index]! + 1, chain.start)
    for (let seq = from; seq <= (tops[chain.index] ?? 0); seq++) missing.push(graph.at(chain, seq))
  }
  return missing.sort(byPlace).map(({ hash }) => hash)
}

export function entriesAfter(graph: Graph, log: LogId, seq: number): EntryHash[] {
  const found: Node[] = []
  for (const chain of graph.logs.get(log) ?? []) {
    found.push(...chain.nodes.slice(Math.max(0, seq + 1 - chain.start), chain.admitted))
  }
  return found.sort(byPlace).map(({ hash }) => hash)
}

/** Who holds a later entry of a log that has one branch here holds all of that branch. */
function ownPartOf(graph: Graph, head: Head): Node[] {
  const chains = graph.logs.get(head.log) ?? []
  const [chain] = chains
  if (chain === undefined || chains.length > 1 || chain.admitted === 0) return []
  const top = chain.nodes[chain.admitted - 1]!
  return top.seq < head.seq ? [top] : []
}

function topOf(graph: Graph, tops: Tops, chain: Chain): Node | undefined {
  const seq = tops[chain.index] ?? 0
  return seq >= chain.start ? graph.at(chain, seq) : undefined
}

function further(a: Node | undefined, b: Node | undefined): Node | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a.seq !== b.seq ? (a.seq > b.seq ? a : b) : a.hash < b.hash ? a : b
}
