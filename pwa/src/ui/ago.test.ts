import assert from 'node:assert/strict'
import test from 'node:test'
import { agoText } from './ago.ts'

test('how long ago is said in the largest unit that fits, and a clock that runs ahead shows nothing absurd', () => {
  const now = Date.UTC(2026, 10, 20)
  const ago = (seconds: number) => agoText(now - seconds * 1000, now)
  assert.equal(ago(-500), 'just now')
  assert.equal(ago(59), 'just now')
  assert.equal(ago(60), '1 minute ago')
  assert.equal(ago(3599), '59 minutes ago')
  assert.equal(ago(7200), '2 hours ago')
  assert.equal(ago(86_400), 'yesterday')
  assert.equal(ago(40 * 86_400), 'last month')
  assert.equal(ago(800 * 86_400), '2 years ago')
})
