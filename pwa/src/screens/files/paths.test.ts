import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  crumbsOf,
  freeName,
  isWithin,
  joined,
  nameOf,
  nameParts,
  parentOf,
  pathFromAddress,
  pathToAddress
} from './paths.ts'

test('every name goes into an address of the app and comes back as it was', () => {
  for (const name of ['a b', '50%', '#?&', '__proto__', 'e\u0301', '\u202egpj.exe', '日本', 'a@0f0f', '%2F', '👩‍👧']) {
    const path = joined('/docs', name)
    assert.equal(pathFromAddress(pathToAddress(path)), path)
    assert.deepEqual([nameOf(path), parentOf(path)], [name, '/docs'])
  }
  assert.equal(pathFromAddress(pathToAddress('/')), '/')
  assert.doesNotThrow(() => pathToAddress('/\ud800'))
})

test('an address that nobody here wrote leads nowhere', () => {
  for (const address of ['/a/..', '/./a', '/%2e%2e/a', '/a%2fb', '/%', '/%ff'])
    assert.equal(pathFromAddress(address), undefined)
})

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
