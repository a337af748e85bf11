import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isAllowed } from '../index/names.ts'
import { defaultTitle, diskName, freeName, messageName, readMessageName, titleName } from './conversation-names.ts'

const NOON = Date.UTC(2026, 10, 20, 14, 5, 9)
const free = { newest: undefined, isTaken: () => false }

test('a message is named by its time in UTC and its sender', () => {
  assert.equal(messageName(NOON, 'Anna', free), '2026-11-20T14:05:09-Anna.md')
  assert.deepEqual(readMessageName('2026-11-20T14:05:09-Anna.md'), { second: '2026-11-20T14:05:09', sender: 'Anna' })
})

test('what one device writes within one second stands in its order', () => {
  const names: string[] = []
  for (let i = 0; i < 5; i++)
    names.push(messageName(NOON, 'Anna', { newest: undefined, isTaken: (name) => names.includes(name) }))
  assert.equal(new Set(names).size, 5)
  assert.deepEqual([...names].sort(), names)
})

test('an answer stands after what it answers, although its writer’s clock is behind; a time far ahead moves nobody', () => {
  const near = messageName(NOON, 'Bob', { ...free, newest: '2026-11-20T14:09:00' })
  assert.equal(readMessageName(near)?.second, '2026-11-20T14:09:00')
  for (const newest of ['9999-12-31T23:59:59', '2026-11-20T14:30:00', '2020-01-01T00:00:00'])
    assert.equal(readMessageName(messageName(NOON, 'Bob', { ...free, newest }))?.second, '2026-11-20T14:05:09')
})

test('whatever a sender is called and the clock says, the name is one that every device keeps, and is read back', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
      (sender, ms) => {
        const name = messageName(ms, sender, free)
        assert.ok(isAllowed(name), name)
        assert.ok(readMessageName(name) !== undefined, name)
        assert.ok(!name.slice(20).includes(':'))
      }
    )
  )
})

test('a title becomes a folder that every device keeps', () => {
  assert.equal(titleName('Holiday: where?'), 'Holiday: where?')
  assert.equal(titleName('../../etc'), '.._.._etc')
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (title) => {
      assert.ok(isAllowed(titleName(title)))
    })
  )
})

test('the default title names the time and the people', () => {
  assert.equal(defaultTitle(NOON, ['anna', 'bob']), '2026-11-20T14:05:09-anna-bob')
  assert.ok(
    isAllowed(
      titleName(
        defaultTitle(
          NOON,
          Array.from({ length: 50 }, () => 'ä'.repeat(64))
        )
      )
    )
  )
})

test('on a disk the colons of the time become dots, and nothing else changes', () => {
  assert.equal(diskName('2026-11-20T14:05:09-anna.md'), '2026-11-20T14.05.09-anna.md')
  assert.equal(diskName('2026-11-20T14:05:09-anna-bob'), '2026-11-20T14.05.09-anna-bob')
  for (const name of ['12:30 notes.txt', 'mail:2,S', 'metadata']) assert.equal(diskName(name), name)
})

test('two names never meet on a disk because of their colons', () => {
  const time = fc.constantFrom('2026-11-20T14:05:09-', '2026-11-20T14:05:10-')
  fc.assert(
    fc.property(time, fc.string(), time, fc.string(), (a, x, b, y) => {
      assert.equal(diskName(a + x) === diskName(b + y), a + x === b + y)
    })
  )
})

test('an attachment beside one of its name gets a number', () => {
  assert.equal(
    freeName('report.pdf', () => false),
    'report.pdf'
  )
  assert.equal(
    freeName('report.pdf', (name) => name === 'report.pdf'),
    'report_2.pdf'
  )
})
