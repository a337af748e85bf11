import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isHoldfastError } from '@holdfast/core/base/errors'
import type { OpEngine } from '@holdfast/core/operations/engine-part'
import type { OperationIo } from '@holdfast/core/operations/operation'
import fc from 'fast-check'
import { OPERATIONS } from './table.ts'

test('arguments that are not as they should be are refused before anything is done', async () => {
  const untouchable = new Proxy({}, { get: () => assert.fail('used') }) as unknown as OpEngine & OperationIo
  const strict = [...OPERATIONS].filter(([name]) =>
    ['add', 'ls', 'get', 'cat', 'mkdir', 'mv', 'rm', 'restore', 'history', 'conflicts resolve'].includes(name)
  )
  assert.ok(strict.length >= 10)
  for (const [name, { run }] of strict) {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (value) => {
        await run(untouchable, value, untouchable).then(
          () => assert.fail(name),
          (error: unknown) => assert.ok(isHoldfastError(error, 'USAGE'), `${name}: ${String(error)}`)
        )
      }),
      { numRuns: 100 }
    )
  }
  await assert.rejects(OPERATIONS.get('get')!.run(untouchable, { paths: ['/a'], out: 'relative' }, untouchable), {
    code: 'USAGE'
  })
})
