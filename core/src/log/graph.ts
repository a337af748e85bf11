import type { DeviceId, EntryHash, LogId } from '../base/ids.ts'
import type { Body, Entry } from './entry.ts'
import type { Header } from './header.ts'
import type { PinList } from './pin-list.ts'

/** What stays in memory of an entry: everything but payload and signature. */
export interface Node {
  readonly hash: EntryHash
  readonly log: LogId
  readonly header: Header
  readonly pinList: PinList | null
  readonly body: Body
  readonly chain: Chain
  readonly seq: number
  /** One more than the highest parent: (height, hash) is a causal order that everybody computes alike. */
  readonly height: number
  readonly parents: readonly Node[]
  /** Its causal past outside its own chain; shared with the entry before it when nothing new was seen. */
  readonly others: Tops
  /** Place in the order of admission; -1 while it is verified but not yet durable. */
  place: number
}

/**
 * Entries that follow one another by `prev`. A log is one chain; when it forks, each branch is a chain of its own that
 * starts after its stem. So "how far along each chain" says exactly what a set closed under the past holds.
 */
export interface Chain {
  readonly index: number
  readonly log: LogId
  readonly device: DeviceId
  /** Number of its first entry. */
  readonly start: number
  readonly nodes: Node[]
  admitted: number
}

/** Highest number of each chain, by the chain's index; 0 (or past the end) is none of it. */
export type Tops = Int32Array

/** The entries of one vault as a graph. Knows nothing of what they mean. */
export class Graph {
  readonly nodes = new Map<EntryHash, Node>()
  readonly chains: Chain[] = []
  readonly logs = new Map<LogId, Chain[]>()
  /** Admitted entries in the order in which they came, which is a causal one. */
  readonly order: Node[] = []
  readonly staged = new Set<Node>()

  /** A node on top of its parents (prev first, if any), not yet part of the graph unless `stage` is called with it. */
  make(entry: Entry, parents: readonly Node[]): Node {
    const { header, hash, log, pinList, body } = entry
    const prev = header.prev === null ? undefined : parents[0]
    const extendsChain = prev !== undefined && prev.chain.nodes.at(-1) === prev
    const chain = extendsChain ? prev.chain : this.#newChain(log, header)
    const seenNothing = extendsChain && parents.length === 1
    const others = seenNothing ? prev.others : without(topsOf(parents), chain.index)
    const height = 1 + parents.reduce((most, parent) => Math.max(most, parent.height), 0)
    const shared = this.#shareText(header, chain, parents)
    return {
      hash,
      log: chain.log,
      header: shared,
      pinList,
      body,
      chain,
      seq: header.seq,
      height,
      parents,
      others,
      place: -1
    }
  }

  stage(node: Node): void {
    const { chain } = node
    if (chain.nodes.length === 0) {
      this.chains[chain.index] = chain
      const siblings = this.logs.get(node.log)
      if (siblings === undefined) this.logs.set(node.log, [chain])
      else siblings.push(chain)
    }
    chain.nodes.push(node)
    this.nodes.set(node.hash, node)
    this.staged.add(node)
  }

  admit(node: Node): void {
    node.place = this.order.length
    node.chain.admitted++
    this.order.push(node)
    this.staged.delete(node)
  }

  /** Takes back a staged entry and every staged one on top of it: they could not be made durable. */
  forget(node: Node): void {
    for (const other of [...this.staged]) {
      if (other !== node && !isBefore(node, other)) continue
      this.staged.delete(other)
      this.nodes.delete(other.hash)
      const { nodes } = other.chain
      nodes.length = Math.min(nodes.length, other.seq - other.chain.start)
      if (nodes.length === 0) this.#dropChain(other.chain)
    }
  }

  /** Everything admitted. */
  tops(): Tops {
    const tops = new Int32Array(this.chains.length)
    for (const chain of this.chains) if (chain.admitted > 0) tops[chain.index] = chain.start + chain.admitted - 1
    return tops
  }

  at(chain: Chain, seq: number): Node {
    return chain.nodes[seq - chain.start]!
  }

  /** Entries of a log that carry this number: more than one is a fork. */
  numbered(log: LogId, seq: number): Node[] {
    const found: Node[] = []
    for (const chain of this.logs.get(log) ?? []) {
      const node = chain.nodes[seq - chain.start]
      if (node !== undefined) found.push(node)
    }
    return found
  }

  /** Ids that repeat in every header are kept once: with a hundred thousand entries that is a third of their memory. */
  #shareText(header: Header, chain: Chain, parents: readonly Node[]): Header {
    const first = chain.nodes[0]?.header
    if (first === undefined) return header
    const { vault, device, incarnation } = first
    const prev = header.prev === null ? null : parents[0]!.hash
    const last = chain.nodes.at(-1)!.header
    const epoch = header.epoch === last.epoch ? last.epoch : header.epoch
    return {
      ...header,
      vault: header.vault === null ? null : (vault ?? header.vault),
      device,
      incarnation,
      prev,
      epoch
    }
  }

  #dropChain(chain: Chain): void {
    const left = this.logs.get(chain.log)?.filter((other) => other !== chain) ?? []
    if (left.length === 0) this.logs.delete(chain.log)
    else this.logs.set(chain.log, left)
  }

  #newChain(log: LogId, header: Header): Chain {
    return { index: this.chains.length, log, device: header.device, start: header.seq, nodes: [], admitted: 0 }
  }
}

/** Whether `a` lies in the causal past of `b` (an entry is not in its own). */
export function isBefore(a: Node, b: Node): boolean {
  return a.chain === b.chain ? a.seq < b.seq : (b.others[a.chain.index] ?? 0) >= a.seq
}

export function holds(tops: Tops, node: Node): boolean {
  return (tops[node.chain.index] ?? 0) >= node.seq
}

/** These entries and everything in their pasts. */
export function topsOf(nodes: readonly Node[]): Tops {
  let length = 0
  for (const node of nodes) length = Math.max(length, node.others.length, node.chain.index + 1)
  const tops = new Int32Array(length)
  for (const node of nodes) raise(tops, node)
  return tops
}

/** Adds an entry and its past; true if that made a difference. `tops` must be long enough. */
export function raise(tops: Tops, node: Node): boolean {
  if (holds(tops, node)) return false
  const { others, chain } = node
  for (let i = 0; i < others.length; i++) if (others[i]! > tops[i]!) tops[i] = others[i]!
  tops[chain.index] = node.seq
  return true
}

export function byHeight(a: Node, b: Node): number {
  return a.height - b.height || (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0)
}

export function byPlace(a: Node, b: Node): number {
  return a.place - b.place
}

/** What VaultLog tells of an entry it holds. */
export type EntrySummary = Pick<Node, 'hash' | 'log' | 'header' | 'pinList' | 'body'>

function without(tops: Tops, index: number): Tops {
  if (index < tops.length) tops[index] = 0
  return tops
}
