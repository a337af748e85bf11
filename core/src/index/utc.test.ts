import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { utcMinute, utcSecond } from './utc.ts'

test('the minute is what the platform says it is', () => {
  const years = { min: Date.UTC(1000, 0), max: Date.UTC(9999, 11, 31, 23, 59) }
  fc.assert(
    fc.property(fc.integer(years), (ms) => {
      const [day, time] = new Date(ms).toISOString().split('T')
      assert.equal(utcMinute(ms), `${day} ${time!.slice(0, 5).replace(':', '.')} UTC`)
      assert.equal(utcSecond(ms), new Date(ms).toISOString().slice(0, 19))
    })
  )
})

test('a time that is none gives none', () => {
  for (const ms of [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
    assert.equal(utcMinute(ms), undefined)
    assert.equal(utcSecond(ms), undefined)
  }
})
