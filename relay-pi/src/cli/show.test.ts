import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aside, show } from './show.ts'

test('standard output has the invitation alone, for whoever writes CODE=$(holdfast-relay invite)', () => {
  const event = { type: 'invite', code: 'holdfast:relay/abc', expires: Date.UTC(2027, 0, 1) }
  assert.equal(show(event), 'holdfast:relay/abc')
  assert.match(aside(event)!, /^Good for one account, until 2027-01-01/)
  assert.equal(aside({ type: 'status' }), undefined)
})
