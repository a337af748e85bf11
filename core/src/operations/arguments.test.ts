import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Arguments, byteRange, rangeWithin, vaultPath } from './arguments.ts'

test('a path of the vault is the same however it is written, and never climbs', () => {
  for (const text of ['/a/b', 'a/b', '//a///b/']) assert.deepEqual(vaultPath(text), ['a', 'b'])
  assert.deepEqual(vaultPath('/'), [])
  for (const text of ['..', '/a/../b', './a', `/${'x/'.repeat(300)}`])
    assert.throws(() => vaultPath(text), { code: 'USAGE' })
})

test('a range means what it means in HTTP', () => {
  assert.deepEqual(rangeWithin(byteRange('100-199'), 1000), { start: 100, end: 200 })
  assert.deepEqual(rangeWithin(byteRange('0-0'), 1000), { start: 0, end: 1 })
  assert.deepEqual(rangeWithin(byteRange('900-'), 1000), { start: 900, end: 1000 })
  assert.deepEqual(rangeWithin(byteRange('-100'), 1000), { start: 900, end: 1000 })
  assert.deepEqual(rangeWithin(byteRange('-5000'), 1000), { start: 0, end: 1000 })
  assert.deepEqual(rangeWithin(byteRange('990-5000'), 1000), { start: 990, end: 1000 })
  const { start, end } = rangeWithin(byteRange('2000-3000'), 1000)
  assert.equal(start, end)
  for (const text of ['', '-', '5', 'a-b', '5-4', '1-2-3', '+1-2', ' 1-2', '1-9999999999999999']) {
    assert.throws(() => byteRange(text), { code: 'USAGE' }, text)
  }
})

test('any two numbers give a range within the content', () => {
  const bound = fc.option(fc.nat(), { nil: undefined })
  fc.assert(
    fc.property(bound, bound, fc.nat(), (first, last, size) => {
      fc.pre(
        (first !== undefined || last !== undefined) && !(first !== undefined && last !== undefined && first > last)
      )
      const { start, end } = rangeWithin({ first, last }, size)
      assert.ok(start >= 0 && start <= end && end <= size)
    })
  )
})

test('names that mean something to JavaScript are names like others', () => {
  const args = new Arguments(JSON.parse('{"__proto__": ["a"], "constructor": "b"}'))
  assert.deepEqual(args.texts('__proto__'), ['a'])
  assert.equal(args.text('constructor'), 'b')
  assert.equal(new Arguments({}).has('toString'), false)
})
