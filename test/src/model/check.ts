import { toHex, utf8 } from '@holdfast/core/base/bytes'
import { blake3 } from '@holdfast/core/proof/blake3'
import type { Fact } from './fact.ts'
import { outcomeOf } from './oracle.ts'
import { outcomeOfLog, replay } from './replay.ts'
import { brokenRule, stuckWriter } from './rules.ts'
import { closedParts, isReachedBy, lastStepsOf, ordersOf, standsForItself } from './sets.ts'
import { Disagreement } from './world.ts'
import type { World } from './world.ts'

export interface Bounds {
  /** Operations in a set. */
  readonly depth: number
  /** Entries on top of fewer operations than this are signed, and pass `verify` in every set of up to so many. */
  readonly signedDepth: number
  /** Up to this many operations every order is delivered; beyond, every entry that can come last comes last once. */
  readonly allOrdersDepth: number
  /** Sets of one size that are looked at, at most. */
  readonly sets: number
  /** Ends the search; asked before each set. */
  readonly isOver?: () => boolean
}

/** What was covered of the sets of one size. */
export interface Level {
  readonly operations: number
  /** Sets reached; of those alike but for names one is counted. */
  readonly reached: number
  readonly checked: number
  readonly orders: number
  /** Whether these are all sets of that size. */
  readonly complete: boolean
}

/** Checks every set of operations up to the bounds, smaller ones first. Throws Disagreement. */
export async function checkWorld(world: World, bounds: Bounds, say: (level: Level) => void): Promise<void> {
  let sets: Fact[][] = [[]]
  let complete = true
  for (let operations = 1; operations <= bounds.depth; operations++) {
    const last = operations === bounds.depth
    const level: { -readonly [K in keyof Level]: Level[K] } = {
      operations,
      reached: 0,
      checked: 0,
      orders: 0,
      complete
    }
    const next: Fact[][] = []
    for await (const facts of largerSets(sets, successorsIn(world, bounds, last))) {
      if (bounds.isOver?.() === true || level.checked >= bounds.sets) {
        level.complete = false
        break
      }
      level.reached++
      if (standsForItself(facts)) {
        level.orders += await checkSet(world, facts, bounds)
        level.checked++
      }
      if (!last) next.push(facts)
    }
    say(level)
    if (bounds.isOver?.() === true) return
    complete = level.complete
    sets = inNoOrder(next)
  }
}

/** So that, where a bound cuts, what is checked lies spread over all that there is. */
function inNoOrder(sets: readonly Fact[][]): Fact[][] {
  const named = sets.map((set) => ({ set, name: toHex(blake3(utf8(set.map(({ key }) => key).join()))) }))
  return named.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ set }) => set)
}

type Successors = (past: readonly Fact[], isWhole: boolean) => Promise<Fact[]>

/** Every set with one operation more than these, once. */
async function* largerSets(sets: readonly Fact[][], successors: Successors): AsyncGenerator<Fact[]> {
  for (const set of sets) {
    for (const past of closedParts(set)) {
      for (const fact of await successors(past, past.length === set.length)) {
        const larger = [...set, fact]
        if (!set.includes(fact) && isReachedBy(larger, fact)) yield larger
      }
    }
  }
}

/** What may be written on top of a set is made once; only on top of a largest set of all it is not needed again. */
function successorsIn(world: World, { signedDepth }: Bounds, last: boolean): Successors {
  return async (past, isWhole) => {
    const name = past
      .map(({ hash }) => hash)
      .sort()
      .join()
    const found = world.known.get(name) ?? (await world.successors(past, past.length < signedDepth))
    if (!last || !isWhole) world.known.set(name, found)
    return found
  }
}

/** Returns in how many orders the set was delivered. */
async function checkSet(world: World, facts: readonly Fact[], bounds: Bounds): Promise<number> {
  const { start, cast, opening } = world
  const orders = facts.length <= bounds.allOrdersDepth ? ordersOf(facts) : lastStepsOf(facts)
  const signed = facts.length <= bounds.signedDepth
  const held = new Set([...start, ...facts])
  const expected = outcomeOf(held)
  let heads: string | undefined
  for (const order of orders) {
    const log = await replay(start, order, signed).catch((error: unknown) => {
      throw new Disagreement(String(error), order)
    })
    const outcome = outcomeOfLog(log, cast)
    if (JSON.stringify(outcome) !== JSON.stringify(expected))
      throw new Disagreement('the oracle and the product disagree', order, { oracle: expected, product: outcome })
    heads ??= JSON.stringify(log.heads())
    if (heads !== JSON.stringify(log.heads())) throw new Disagreement('heads depend on the order', order)
    if (order !== orders.at(-1)) continue
    const broken = brokenRule(held, outcome) ?? stuckWriter(log, [...held], opening, cast)
    if (broken !== null) throw new Disagreement(broken, order)
  }
  return orders.length
}
