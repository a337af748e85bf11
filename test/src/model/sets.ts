import type { Fact } from './fact.ts'

/** Each causally closed part of a set that is given in causal order, the empty one too; parts keep that order. */
export function closedParts(facts: readonly Fact[]): Fact[][] {
  let parts: Fact[][] = [[]]
  for (const fact of facts) {
    const below = facts.filter((other) => fact.past.has(other))
    parts = [
      ...parts,
      ...parts.filter((part) => below.every((one) => part.includes(one))).map((part) => [...part, fact])
    ]
  }
  return parts
}

/** Every order in which these entries can arrive, each after its past. */
export function ordersOf(facts: readonly Fact[]): Fact[][] {
  if (facts.length === 0) return [[]]
  return newestOf(facts).flatMap((last) =>
    ordersOf(facts.filter((fact) => fact !== last)).map((order) => [...order, last])
  )
}

/** For each entry that may come last, one order in which it does: enough where smaller sets were compared before. */
export function lastStepsOf(facts: readonly Fact[]): Fact[][] {
  return newestOf(facts).map((last) => [...facts.filter((fact) => fact !== last), last])
}

/** Whether `last` is the entry by which this set is reached: every other entry that could be the last one is smaller. */
export function isReachedBy(facts: readonly Fact[], last: Fact): boolean {
  return newestOf(facts).every((fact) => fact.key <= last.key)
}

/** Of two sets that differ only in the names of those who are alike, one stands for both. */
export function standsForItself(facts: readonly Fact[]): boolean {
  const names = (pick: (fact: Fact) => string): string => facts.map(pick).sort().join('; ')
  return names(({ key }) => key) <= names(({ mirror }) => mirror)
}

function newestOf(facts: readonly Fact[]): Fact[] {
  return facts.filter((fact) => !facts.some((other) => other.past.has(fact)))
}
