import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '@holdfast/core/base/errors'
import { asStore, isMissing, storeError } from './errors.ts'

const cases: [expected: string, error: unknown][] = [
  ['STORE_FULL', withCode('ENOSPC')],
  ['STORE_FULL', withCode('EDQUOT')],
  ['STORE_FULL', withCode('LEVEL_IO_ERROR', 'IO error: /x/000005.log: No space left on device')],
  ['STORE_READ_ONLY', withCode('EROFS')],
  ['STORE_READ_ONLY', withCode('EACCES')],
  [
    'STORE_READ_ONLY',
    withCode('LEVEL_DATABASE_NOT_OPEN', 'no', withCode('LEVEL_IO_ERROR', 'IO error: /x/LOCK: Permission denied'))
  ],
  [
    'IN_USE',
    withCode('LEVEL_DATABASE_NOT_OPEN', 'no', withCode('LEVEL_LOCKED', 'IO error: lock /x/LOCK: already held'))
  ],
  ['MALFORMED', withCode('LEVEL_CORRUPTION')],
  ['STORE_CLOSED', withCode('LEVEL_DATABASE_NOT_OPEN')],
  ['STORE_FAILED', withCode('EIO')],
  ['STORE_FAILED', new Error('anything')],
  ['STORE_FAILED', 'not even an error'],
  ['HASH_MISMATCH', new HoldfastError('HASH_MISMATCH')]
]

test('every error of a disk has one code', async () => {
  for (const [expected, error] of cases) {
    assert.equal(storeError(error).code, expected)
    await assert.rejects(
      asStore(() => Promise.reject(error)),
      { code: expected }
    )
  }
})

test('only a missing file is missing', () => {
  assert.equal(isMissing(withCode('ENOENT')), true)
  assert.equal(isMissing(withCode('EACCES')), false)
  assert.equal(isMissing(undefined), false)
})

function withCode(code: string, message = code, cause?: Error): Error {
  return Object.assign(new Error(message, { cause }), { code })
}
