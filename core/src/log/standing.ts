import { certificateKey, eventsOf, isMemberNode } from './events.ts'
import type { MemberEvent } from './events.ts'
import { byHeight, holds, isBefore, topsOf } from './graph.ts'
import type { Node, Tops } from './graph.ts'
import { reduce } from './membership.ts'
import type { Membership } from './membership.ts'
import { effectiveRemovals } from './removals.ts'
import type { Removal } from './removals.ts'

/** What the statements of some set closed under the past come to. */
export interface Standing {
  readonly events: readonly MemberEvent[]
  readonly removals: readonly Removal[]
  readonly membership: Membership
}

/**
 * Standing at any point of the graph. Only entries that say something new matter, so most entries share the standing of
 * the one before them; the rest is looked up by which of those entries a point has in its past. Standings are kept for
 * a bounded number of points: others are computed again when they are asked for.
 */
export class Standings {
  readonly #events = new Map<Node, readonly MemberEvent[]>()
  /** Entries that bring a certificate, by what it says. */
  readonly #certified = new Map<string, Node[]>()
  readonly #ids = new Map<Node, number>()
  readonly #at = new WeakMap<Node, Cell>()
  /** The one used last is the last. */
  readonly #cells = new Map<string, Cell>()
  #nextId = 0

  /** Told of every entry that becomes part of the graph. */
  add(node: Node): void {
    const events = this.newsOf(node)
    if (events.length === 0) return
    this.#events.set(node, events)
    this.#ids.set(node, this.#nextId++)
    for (const { statement } of events) {
      const key = certificateKey(statement)
      if (key !== null) this.#certified.set(key, [...(this.#certified.get(key) ?? []), node])
    }
  }

  forget(node: Node): void {
    for (const { statement } of this.#events.get(node) ?? []) {
      const key = certificateKey(statement)
      const left = key === null ? [] : (this.#certified.get(key) ?? []).filter((other) => other !== node)
      if (key !== null && left.length > 0) this.#certified.set(key, left)
      else if (key !== null) this.#certified.delete(key)
    }
    this.#events.delete(node)
    this.#ids.delete(node)
  }

  /**
   * What an entry says that its past and it itself had not said before. What is left out would change nothing: a
   * certificate after one that says the same, or a statement of an account twice in one entry. A revocation in another
   * entry stays, because what the entry that carries it has seen matters.
   */
  newsOf(node: Node): MemberEvent[] {
    if (!isMemberNode(node)) return []
    const said = new Set<string>()
    return eventsOf(node).filter(({ statement }) => {
      if (statement.kind !== 'import') return true
      const key = certificateKey(statement)
      const name = key ?? statement.signed.hash
      if (said.has(name)) return false
      said.add(name)
      return key === null || this.#certified.get(key)?.some((other) => isBefore(other, node)) !== true
    })
  }

  /** Whether an entry of the graph says anything that can matter for who is a member. */
  isNews(node: Node): boolean {
    return this.#events.has(node)
  }

  /** Standing on top of these entries: they and their pasts. */
  on(parents: readonly Node[]): Standing {
    const each = parents.map((parent) => this.after(parent))
    const first = each[0]
    if (first !== undefined && each.every((one) => one === first)) return first
    return this.in(topsOf(parents))
  }

  /** Standing in an entry's past together with itself. Walks down without recursion: a log may be as long as it likes. */
  after(node: Node): Standing {
    const path: Node[] = []
    let at = node
    while (at.parents.length === 1 && !this.#events.has(at) && !this.#at.has(at)) {
      path.push(at)
      at = at.parents[0]!
    }
    const cell = this.#cellOf(at)
    for (const one of path) this.#at.set(one, cell)
    return cell.standing!
  }

  in(tops: Tops): Standing {
    return this.#cellIn(tops).standing!
  }

  #cellOf(node: Node): Cell {
    const known = this.#at.get(node)
    if (known?.standing !== undefined) return known
    const cell = this.#cellIn(topsOf([node]))
    this.#at.set(node, cell)
    return cell
  }

  #cellIn(tops: Tops): Cell {
    const nodes = [...this.#events.keys()].filter((node) => holds(tops, node))
    const key = nodes.map((node) => this.#ids.get(node)).join()
    const known = this.#cells.get(key)
    this.#cells.delete(key)
    const cell = known ?? { standing: standingOf(nodes.sort(byHeight).flatMap((node) => this.#events.get(node)!)) }
    this.#cells.set(key, cell)
    if (this.#cells.size > CACHED) this.#dropOldest()
    return cell
  }

  #dropOldest(): void {
    const [key, cell] = this.#cells.entries().next().value!
    cell.standing = undefined
    this.#cells.delete(key)
  }
}

/** Shared by all entries with the same standing; empty once it was dropped. */
interface Cell {
  standing: Standing | undefined
}

export function standingOf(events: readonly MemberEvent[]): Standing {
  const removals = effectiveRemovals(events)
  return { events, removals, membership: reduce(events, removals) }
}

/** Whether an entry, or one in its past, carries the removal. */
export function knows(node: Node, removal: Removal): boolean {
  return removal.carriers.some((carrier) => carrier === node || isBefore(carrier, node))
}

/** A standing can be as large as everything ever said about members. */
const CACHED = 64
