import assert from 'node:assert/strict'
import { test } from 'node:test'
import { liveThrough } from './testing-retention-life.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

for (let seed = 100; seed < 140; seed++)
  test(`nothing that lives or is to be kept goes, and the rest does (seed ${seed})`, async () => {
    assert.deepEqual(await liveThrough(seed, 10, turn), [])
  })
