import { eventsOf, isMemberNode } from './events.ts'
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
 * Standing at any point of the graph. Only entries with statements matter, so most entries share the standing of the
 * one before them; the rest is looked up by which of those entries a point has in its past.
 */
export class Standings {
  readonly #nodes = new Set<Node>()
  readonly #at = new WeakMap<Node, Standing>()
  readonly #cache = new Map<string, Standing>()
  readonly #ids = new Map<Node, number>()
  #nextId = 0

  /** Told of every entry that becomes part of the graph. */
  add(node: Node): void {
    if (!isMemberNode(node)) return
    this.#nodes.add(node)
    this.#ids.set(node, this.#nextId++)
  }

  forget(node: Node): void {
    this.#nodes.delete(node)
    this.#ids.delete(node)
  }

  /** Standing on top of these entries: they and their pasts. */
  on(parents: readonly Node[]): Standing {
    const each = parents.map((parent) => this.after(parent))
    const first = each[0]
    if (first !== undefined && each.every((one) => one === first)) return first
    return this.in(topsOf(parents))
  }

  /** Standing in an entry's past together with itself. */
  after(node: Node): Standing {
    const known = this.#at.get(node)
    if (known !== undefined) return known
    const standing = this.#after(node)
    this.#at.set(node, standing)
    return standing
  }

  in(tops: Tops): Standing {
    const nodes = [...this.#nodes].filter((node) => holds(tops, node))
    const key = nodes.map((node) => this.#ids.get(node)).join()
    const known = this.#cache.get(key)
    if (known !== undefined) return known
    const standing = standingOf(nodes.sort(byHeight).flatMap(eventsOf))
    if (this.#cache.size >= CACHED) this.#cache.clear()
    this.#cache.set(key, standing)
    return standing
  }

  /** Walks down without recursion: a log may be as long as it likes. */
  #after(node: Node): Standing {
    const path: Node[] = []
    let at = node
    while (at.parents.length === 1 && !isMemberNode(at) && !this.#at.has(at)) {
      path.push(at)
      at = at.parents[0]!
    }
    const standing = this.#at.get(at) ?? this.#join(at)
    for (const one of path) this.#at.set(one, standing)
    return standing
  }

  #join(node: Node): Standing {
    return this.in(topsOf([node]))
  }
}

export function standingOf(events: readonly MemberEvent[]): Standing {
  const removals = effectiveRemovals(events)
  return { events, removals, membership: reduce(events, removals) }
}

/** Whether an entry, or one in its past, carries the removal. */
export function knows(node: Node, removal: Removal): boolean {
  return removal.carriers.some((carrier) => carrier === node || isBefore(carrier, node))
}

const CACHED = 1024
