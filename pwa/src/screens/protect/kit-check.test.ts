import assert from 'node:assert/strict'
import test from 'node:test'
import { isSameWord, twoPlaces } from './kit-check.ts'

test('two different words are asked for, each pair as likely as any other', () => {
  const seen = new Map<string, number>()
  for (let first = 0; first < 4; first++)
    for (let second = 0; second < 3; second++) {
      const drawn = [first, second]
      const places = twoPlaces(4, () => drawn.shift()!)
      assert.ok(places[0] < places[1])
      seen.set(places.join(), (seen.get(places.join()) ?? 0) + 1)
    }
  assert.equal(seen.size, 6)
  assert.deepEqual(new Set(seen.values()), new Set([2]))
})

test('a word is right in capitals and with blanks around it, and no other word is', () => {
  assert.ok(isSameWord(' Abandon ', 'abandon'))
  assert.ok(!isSameWord('abando', 'abandon'))
  assert.ok(!isSameWord('', 'abandon'))
})
