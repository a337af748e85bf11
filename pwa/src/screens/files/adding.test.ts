import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placed, takenOf } from './adding.ts'
import type { Given } from './adding.ts'
import { entriesOf } from './file-entry.ts'

const given = (...paths: string[]): Given[] =>
  paths.map((path) => ({ names: path.split('/'), file: new File(['x'], path.split('/').at(-1)!) }))
const there = entriesOf([
  { type: 'file', path: '/in/Plan.txt', kind: 'file' },
  { type: 'file', path: '/in/docs', kind: 'folder' }
])
const paths = (files: readonly { path: string }[]) => files.map(({ path }) => path)

test('a name that is taken, in whatever case, becomes a version of that file or a file beside it, as was asked', () => {
  const files = given('plan.txt', 'new.txt')
  assert.deepEqual(
    takenOf(files, there).map(({ names }) => names),
    [['plan.txt']]
  )
  assert.deepEqual(paths(placed(files, '/in', there, 'version')), ['/in/Plan.txt', '/in/new.txt'])
  assert.deepEqual(paths(placed(files, '/in', there, 'both')), ['/in/plan (2).txt', '/in/new.txt'])
})

test('nothing takes the place of a folder, nor a folder that of a file, and two of one name are two files', () => {
  assert.deepEqual(takenOf(given('docs'), there), [])
  assert.deepEqual(paths(placed(given('docs'), '/in', there, 'version')), ['/in/docs (2)'])
  assert.deepEqual(paths(placed(given('Plan.txt/a', 'Plan.txt/b'), '/in', there, 'version')), [
    '/in/Plan (2).txt/a',
    '/in/Plan (2).txt/b'
  ])
  assert.deepEqual(paths(placed(given('docs/a', 'docs/sub/b'), '/in', there, 'both')), ['/in/docs/a', '/in/docs/sub/b'])
  assert.deepEqual(paths(placed(given('photo.jpg', 'photo.jpg', 'PHOTO.jpg'), '/', [], 'both')), [
    '/photo.jpg',
    '/photo (2).jpg',
    '/PHOTO (3).jpg'
  ])
})
