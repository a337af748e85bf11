import { test } from 'node:test'
import { mysteries } from './mysteries.ts'

test('the same with many seeds', async () => {
  for (let seed = 100; seed < 200; seed++) await mysteries(seed, 80)
})
