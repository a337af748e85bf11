import assert from 'node:assert/strict'
import { test } from 'node:test'
import { releaseBody, takeBody } from './body-pool.ts'

test('a body that was given back is used again, one that was not never is', () => {
  const kept = takeBody(700_000)
  const given = takeBody(700_000)
  assert.notEqual(kept.buffer, given.buffer)
  releaseBody(given)
  const again = takeBody(650_000)
  assert.equal(again.buffer, given.buffer)
  assert.equal(again.length, 650_000)
})

test('giving back twice does not lend one body to two', () => {
  const body = takeBody(100_000)
  releaseBody(body)
  releaseBody(body.subarray(10))
  assert.notEqual(takeBody(100_000).buffer, takeBody(100_000).buffer)
})

test('what is not a body of the pool is left alone', () => {
  const foreign = new Uint8Array(256 * 1024)
  releaseBody(foreign)
  releaseBody(takeBody(10))
  assert.notEqual(takeBody(200_000).buffer, foreign.buffer)
})
