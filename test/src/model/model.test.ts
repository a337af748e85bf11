import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cast } from './cast.ts'
import { checkWorld } from './check.ts'
import type { Bounds, Level } from './check.ts'
import { OPENINGS } from './opening.ts'
import { World } from './world.ts'

const LONG = process.env['HOLDFAST_LONG'] === '1'
const cast = await Cast.gather()

/** Throws at the first disagreement; then says that all sets were checked. */
async function checkAll(name: string, bounds: Pick<Bounds, 'depth' | 'signedDepth'>): Promise<Level[]> {
  const world = await World.open(cast, OPENINGS.find((opening) => opening.name === name)!, LONG ? 'lean' : 'brief')
  const levels: Level[] = []
  await checkWorld(world, { ...bounds, allOrdersDepth: 3, sets: Number.POSITIVE_INFINITY }, (level) =>
    levels.push(level)
  )
  assert.deepEqual(
    levels.map(({ operations, complete }) => [operations, complete]),
    Array.from({ length: bounds.depth }, (_, i) => [i + 1, true])
  )
  assert.ok(world.refused > 0, 'what both refuse is tried too')
  return levels
}

test('every set of three operations, in every order: all replicas agree, with each other and with the format', async () => {
  const levels = await checkAll('pair', { depth: 3, signedDepth: 1 })
  assert.ok(levels.every(({ checked, orders }) => orders >= checked && checked > 0))
})

for (const { name, about } of OPENINGS.filter((opening) => opening.name !== 'pair')) {
  test(`every set of two operations through verify(), in every order, from another start: ${about}`, async () => {
    await checkAll(name, { depth: LONG ? 3 : 2, signedDepth: 2 })
  })
}
