import assert from 'node:assert/strict'
import { test } from 'node:test'
import { liveThrough } from './testing-retention-life.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

for (const seed of (process.env['HOLDFAST_SEED'] ?? '4').split(',').map(Number))
  test(`whoever is away, wrong about the year or restarted, nothing that lives or is to be kept goes, and the rest does (seed ${seed})`, async () => {
    assert.deepEqual(await liveThrough(seed, 6, turn), [])
  })
