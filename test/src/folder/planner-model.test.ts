import { test } from 'node:test'
import { runModel } from './planner-model.ts'

const SEEDS = 400

test(`the planner between two disks and a vault in memory, disturbed and killed between any two steps: nothing is lost and all end equal (${SEEDS} seeds)`, () => {
  for (let seed = 1; seed <= SEEDS; seed++) runModel(seed, 60)
})

test('a folder that took the place of a deleted one, while a new one took its own, is no riddle', () => {
  runModel(1375, 80)
})
