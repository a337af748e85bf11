import assert from 'node:assert/strict'
import { test } from 'node:test'
import { couldDie, markOf } from './copies.ts'
import { entriesOf } from './file-entry.ts'
import { BY_NAME, sorted } from './order.ts'
import { NameSearch } from './search.ts'
import { everything, NOTHING, rangeTo, stillThere, toggled } from './selection.ts'

const list = (...files: [name: string, fields?: object][]) =>
  entriesOf(files.map(([name, fields]) => ({ type: 'file', path: `/${name}`, kind: 'file', ...fields })))
const names = (entries: readonly { name: string }[]) => entries.map(({ name }) => name)

test('numbers in names are counted, folders come first in every order', () => {
  const entries = list(
    ['img10.png', { bytes: 1, mtime: '2026-01-03T00:00:00Z' }],
    ['img9.png', { bytes: 3, mtime: '2026-01-01T00:00:00Z' }],
    ['b.txt', { bytes: 2, mtime: '2026-01-02T00:00:00Z' }],
    ['zoo', { kind: 'folder' }]
  )
  assert.deepEqual(names(sorted(entries, BY_NAME)), ['zoo', 'b.txt', 'img9.png', 'img10.png'])
  assert.deepEqual(names(sorted(entries, { by: 'name', isReversed: true })), ['zoo', 'img10.png', 'img9.png', 'b.txt'])
  assert.deepEqual(names(sorted(entries, { by: 'date', isReversed: false })), ['zoo', 'img10.png', 'b.txt', 'img9.png'])
  assert.deepEqual(names(sorted(entries, { by: 'size', isReversed: false })), ['zoo', 'img9.png', 'b.txt', 'img10.png'])
  assert.deepEqual(names(sorted(entries, { by: 'kind', isReversed: false })), ['zoo', 'img9.png', 'img10.png', 'b.txt'])
})

test('search finds every word in any order, whatever case, accents or composition', () => {
  const search = new NameSearch(list(['Résumé final.pdf'], ['re\u0301sume\u0301 draft.pdf'], ['holiday.jpg']))
  assert.equal(search.find('resume').length, 2)
  assert.deepEqual(names(search.find(' FINAL rés ')), ['Résumé final.pdf'])
  assert.equal(search.find('').length, 3)
  assert.equal(search.find('.*').length, 0)
})

test('a range follows the list as it is shown, from where the last choice was', () => {
  const shown = list(['a'], ['b'], ['c'], ['d'])
  const first = toggled(NOTHING, '/c')
  assert.deepEqual([...rangeTo(first, '/a', shown).paths], ['/a', '/b', '/c'])
  const again = rangeTo(rangeTo(first, '/a', shown), '/d', shown)
  assert.deepEqual([...again.paths], ['/c', '/d'])
  assert.equal(toggled(first, '/c').paths.size, 0)
  assert.deepEqual([...rangeTo(NOTHING, '/b', shown).paths], ['/b'])
  assert.equal(everything(shown).paths.size, 4)
})

test('what went away in a refresh is not selected any more, the rest stays', () => {
  const selection = everything(list(['a'], ['b']))
  assert.equal(stillThere(selection, list(['a'], ['b'], ['c'])), selection)
  assert.deepEqual([...stillThere(selection, list(['b'])).paths], ['/b'])
})

test('a file of which one copy is known is told apart, here and elsewhere', () => {
  const [only, here, there, away, folder] = list(
    ['a', { state: 'here', copies: ['Phone'] }],
    ['b', { state: 'here', copies: ['Phone', 'Pi'] }],
    ['c', { state: 'relay', copies: ['Pi'] }],
    ['d', { state: 'nowhere', copies: [] }],
    ['e', { kind: 'folder' }]
  )
  assert.deepEqual(
    [only, here, there, away, folder].map((entry) => markOf(entry!)),
    ['only-here', 'here', 'elsewhere', 'nowhere', undefined]
  )
  assert.deepEqual(
    [only, here, there, away, folder].map((entry) => couldDie(entry!)),
    [true, false, true, false, false]
  )
})
