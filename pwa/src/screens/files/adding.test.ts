import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEEPEST, givenBy, MOST_GIVEN, placed, takenOf } from './adding.ts'
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

function folder(name: string, children: readonly object[]): object {
  const createReader = () => {
    let isRead = false
    return {
      readEntries(resolve: (some: readonly object[]) => void) {
        resolve(isRead ? [] : children)
        isRead = true
      }
    }
  }
  return { name, isFile: false, createReader }
}

function file(name: string): object {
  return { name, isFile: true, file: (resolve: (file: File) => void) => resolve(new File(['x'], name)) }
}

const dropped = (root: object) => givenBy({ items: [{ kind: 'file', webkitGetAsEntry: () => root }] as never })

test('what is dropped beyond the bounds is counted, not left out without a word', async () => {
  const many = await dropped(
    folder(
      'a',
      Array.from({ length: MOST_GIVEN + 3 }, (_, i) => file(`${i}`))
    )
  )
  assert.equal(many.given.length, MOST_GIVEN)
  assert.deepEqual(many.left, { tooMany: 3, tooDeep: 0 })
  let deep = folder('f', [file('deep')])
  for (let i = 0; i < DEEPEST; i++) deep = folder('f', [deep, file('near')])
  const { given: near, left } = await dropped(deep)
  assert.equal(near.length, DEEPEST)
  assert.deepEqual(left, { tooMany: 0, tooDeep: 1 })
})
