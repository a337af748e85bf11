import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entriesOf } from '../files/file-entry.ts'
import { conflictsOf, isOwn } from './conflict.ts'
import { byDay, latest } from './days.ts'

test('the log is in days, newest first, and a clock far ahead does not stand on top for ever', () => {
  const at = (day: number, hour: number) => new Date(2026, 10, day, hour).getTime()
  const file = (name: string, timeMs: number | null) => ({
    type: 'file',
    path: `/${name}`,
    kind: 'file',
    mtime: timeMs === null ? null : new Date(timeMs).toISOString()
  })
  const entries = entriesOf([
    file('a', at(19, 9)),
    file('b', at(20, 23)),
    file('c', at(20, 1)),
    file('unknown', null),
    file('future', at(25, 1))
  ])
  const found = latest(entries, at(20, 23), 10)
  assert.deepEqual(
    byDay(found).map(({ startMs, entries: some }) => [startMs, some.map(({ name }) => name)]),
    [
      [at(20, 0), ['b', 'c']],
      [at(19, 0), ['a']]
    ]
  )
  assert.equal(latest(entries, at(20, 23), 1).length, 1)
})

test('a conflict is read with all its contents, and what is no conflict is none', () => {
  const author = { account: 'a', name: 'Anna', device: 'phone', self: true }
  const [conflict, ...rest] = conflictsOf([
    {
      type: 'conflict',
      path: '/plan.txt',
      version: 'aa',
      bytes: 3,
      mtime: '2026-11-20T10:00:00Z',
      author,
      others: [
        { path: '/plan (conflict).txt', version: 'bb', bytes: 4, mtime: null, author: { ...author, device: 'laptop' } }
      ]
    },
    { type: 'conflict', path: '/one', version: 'cc', others: [] },
    { type: 'conflict', path: 7, others: 'x' },
    { type: 'done', conflicts: 1 }
  ])
  assert.equal(rest.length, 0)
  assert.deepEqual(
    conflict?.contents.map((content) => [content.path, content.version, isOwn(content, 'phone')]),
    [
      ['/plan.txt', 'aa', true],
      ['/plan (conflict).txt', 'bb', false]
    ]
  )
})
