import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ERRORS, explain, HoldfastError, isHoldfastError } from './errors.ts'
import type { ErrorCode } from './errors.ts'

const codes = Object.keys(ERRORS) as ErrorCode[]

await test('every code tells a person what happened and what to do, in sentences', () => {
  for (const code of codes) {
    const { cause, remedy } = explain(code)
    assert.match(code, /^[A-Z][A-Z_]+$/)
    assert.match(cause, /^[A-Z`].*\.$/, code)
    assert.match(remedy, /^[A-Z`].*\.$/, code)
  }
})

await test('no error ends with the exit status of success', () => {
  for (const code of codes) assert.ok(ERRORS[code].exit > 0 && ERRORS[code].exit < 256, code)
})

await test('an error carries its code, and its cause’s words only where the code’s own are not enough', () => {
  const cause = new Error('inner')
  const error = new HoldfastError('RATE_LIMITED', undefined, { cause, waitMs: 20 })
  assert.ok(error instanceof Error && isHoldfastError(error, 'RATE_LIMITED') && isHoldfastError(error))
  assert.equal(error.message, ERRORS.RATE_LIMITED.cause)
  assert.equal(error.cause, cause)
  assert.equal(error.waitMs, 20)
  assert.equal(new HoldfastError('INTERNAL', 'detail').message, 'detail')
  assert.equal(isHoldfastError(error, 'INTERNAL'), false)
  assert.equal(isHoldfastError(cause), false)
})
