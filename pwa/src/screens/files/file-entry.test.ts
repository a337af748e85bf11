import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entriesOf, entryOf, keepingOld } from './file-entry.ts'

test('hostile lines of a listing become no entry, hostile fields no value', () => {
  for (const event of [
    { type: 'done' },
    { type: 'file' },
    { type: 'file', path: 7, kind: 'file' },
    { type: 'file', path: 'relative', kind: 'file' },
    { type: 'file', path: '/a', kind: 'device' }
  ])
    assert.equal(entryOf(event), undefined)
  const [entry] = entriesOf([
    {
      type: 'file',
      path: '/docs/__proto__',
      kind: 'file',
      bytes: -1,
      mtime: null,
      state: 'constructor',
      copies: ['Pi', 7, null],
      author: { name: 'Anna' }
    }
  ])
  assert.equal(entry?.name, '__proto__')
  assert.equal(entry?.folder, '/docs')
  assert.deepEqual(
    [entry?.bytes, entry?.modifiedMs, entry?.state, entry?.copies, entry?.author],
    [undefined, undefined, undefined, ['Pi'], undefined]
  )
})

test('a list that was read again keeps its rows where nothing changed: they are not drawn again', () => {
  const line = (path: string, copies: string[]) => ({
    type: 'file',
    path,
    kind: 'file',
    bytes: 1,
    state: 'here',
    copies
  })
  const old = entriesOf([line('/a', ['Phone']), line('/b', ['Phone'])])
  assert.equal(keepingOld(old, entriesOf([line('/a', ['Phone']), line('/b', ['Phone'])])), old)
  const now = keepingOld(old, entriesOf([line('/a', ['Phone']), line('/b', ['Phone', 'Pi']), line('/c', [])]))
  assert.equal(now[0], old[0])
  assert.deepEqual(now[1]?.copies, ['Phone', 'Pi'])
  assert.equal(now.length, 3)
})
