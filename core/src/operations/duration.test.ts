import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationMs } from './duration.ts'

test('a time is a number and its unit, and nothing else', () => {
  assert.deepEqual(
    ['1s', '90s', '30m', '12h', '2d'].map(durationMs),
    [1000, 90_000, 1_800_000, 43_200_000, 172_800_000]
  )
  for (const text of ['', '0s', '5', 's', '1w', '-1h', '1.5h', ' 1h', '999999999s', '9999d', '1h30m'])
    assert.throws(() => durationMs(text), { code: 'USAGE' }, text)
})
