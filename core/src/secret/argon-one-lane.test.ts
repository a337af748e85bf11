import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { argon2id } from 'hash-wasm'
import { argon2idOneLane } from './argon-one-lane.ts'

test('a key of one lane is that of the reference program, whatever is hashed and at every cost, so that no box is locked for ever', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.uint8Array({ minLength: 8, maxLength: 40 }),
      // Around where a slice has one more set of 128 references, with remainders that no slice takes.
      fc.oneof(fc.integer({ min: 8, max: 80 }), fc.integer({ min: 500, max: 1100 })),
      fc.integer({ min: 1, max: 4 }),
      async (password, salt, memoryKiB, passes) => {
        const cost = { memorySize: memoryKiB, iterations: passes, parallelism: 1, hashLength: 32 }
        assert.deepEqual(
          await argon2idOneLane({ password, salt, memoryKiB, passes }),
          await argon2id({ password, salt, ...cost, outputType: 'binary' })
        )
      }
    ),
    { numRuns: 40 }
  )
})
