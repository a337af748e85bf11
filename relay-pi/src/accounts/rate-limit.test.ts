import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '@holdfast/core/base/errors'
import { HandClock } from '@holdfast/core/sync/testing/map-stores'
import { RateLimit } from './rate-limit.ts'

test('a burst is let through, then so many a second, and the wait that is named is enough', () => {
  const clock = new HandClock()
  const limit = new RateLimit({ clock, burst: 3, perSecond: 2 })
  for (let i = 0; i < 3; i += 1) limit.take('a')
  const waitMs = waitOf(() => limit.take('a'))
  assert.equal(waitMs, 500)
  limit.take('b')
  clock.now += waitMs - 1
  assert.throws(() => limit.take('a'), { code: 'RATE_LIMITED' })
  clock.now += 1
  limit.take('a')
  clock.now += 3_600_000
  for (let i = 0; i < 3; i += 1) limit.take('a')
  assert.throws(() => limit.take('a'), { code: 'RATE_LIMITED' })
})

test('any number of names takes a bounded amount of memory, and those heard of last are remembered', () => {
  const limit = new RateLimit({ clock: new HandClock(), burst: 1, perSecond: 1, names: 10 })
  for (let i = 0; i < 1000; i += 1) limit.take(`name ${i}`)
  assert.throws(() => limit.take('name 999'), { code: 'RATE_LIMITED' })
  assert.throws(() => limit.take('name 990'), { code: 'RATE_LIMITED' })
  limit.take('name 0')
})

function waitOf(work: () => void): number {
  try {
    work()
  } catch (error) {
    if (error instanceof HoldfastError) return error.waitMs!
  }
  throw new Error('not limited')
}
