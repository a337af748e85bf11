import type { TestContext } from 'node:test'
import { Rng } from '../sim/rng.ts'

/**
 * At which of `writes` writes a machine dies: ten that are drawn from a seed, all of them in a long run, ascending. The seed
 * is told; HOLDFAST_SEED gives it, to see a failure again.
 */
export function momentsToDie(t: TestContext, writes: number): number[] {
  const every = Array.from({ length: writes }, (_, moment) => moment)
  if (process.env['HOLDFAST_LONG'] === '1') return every
  const seed = process.env['HOLDFAST_SEED'] ?? String(Date.now() % 1_000_000)
  const rng = new Rng(seed)
  const drawn = new Set<number>()
  while (drawn.size < Math.min(DRAWN, writes)) drawn.add(rng.below(writes))
  const moments = [...drawn].toSorted((a, b) => a - b)
  t.diagnostic(`HOLDFAST_SEED=${seed}: dies after ${moments.join(', ')} of ${writes} writes`)
  return moments
}

const DRAWN = 10
