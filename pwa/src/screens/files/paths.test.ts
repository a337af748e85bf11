import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crumbsOf, freeName, isWithin, nameParts } from './paths.ts'

test('a folder is not within another whose name only begins alike', () => {
  assert.ok(isWithin('/a/b', '/a') && isWithin('/a', '/a') && isWithin('/a', '/'))
  assert.ok(!isWithin('/ab', '/a'))
  assert.deepEqual(crumbsOf('/a/b'), [
    { name: 'a', path: '/a' },
    { name: 'b', path: '/a/b' }
  ])
})

test('shortening a name never hides its ending, and a free name keeps it', () => {
  assert.deepEqual(nameParts('holiday.jpg'), { stem: 'holiday', end: '.jpg' })
  assert.deepEqual(nameParts('.hidden'), { stem: '.hidden', end: '' })
  const taken = new Set(['a (2).txt', 'a (3).txt'])
  assert.equal(
    freeName('a.txt', (name) => taken.has(name)),
    'a (4).txt'
  )
})
