import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FileId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { addFile, batches, makeFolder, move, purge, remove, replaceContent, restore } from './edits.ts'
import type { Intent } from './edits.ts'
import { FakeLog, contentNamed, fileNamed, logNamed, throwsCode } from './fake-log.test.ts'
import { Index } from './index.ts'
import { contentKey, placeKey } from './keys.ts'
import { LOST_FOUND, LOST_FOUND_NAME } from './lost-found.ts'
import { isAllowed } from './names.ts'
import { encodeContent, encodePlace } from './records.ts'

test('hostile names are shown under names every device can keep, and the user is told', () => {
  const { index, write } = device()
  const hostile = ['../../etc/passwd', '..', 'a\0b', 'CON', 'x.', '\u202egpj.exe', 'long'.repeat(100), '']
  write(hostile.flatMap((name, i) => arrived(i, null, name)))
  const nodes = index.tree.list(null)
  assert.equal(nodes.length, hostile.length)
  for (const node of nodes) assert.ok(isAllowed(node.name), node.name)
  assert.deepEqual(
    index.tree
      .renamed()
      .map((each) => each.wanted)
      .sort(),
    [...hostile].sort()
  )
  for (const node of nodes) assert.deepEqual(index.tree.pathOf(node.id), [node.name])
})

test('names of the object prototype are names like others', () => {
  const { index, write } = device()
  for (const name of ['__proto__', 'constructor', 'toString']) {
    assert.equal(index.tree.resolve([name]), undefined)
    write(addFile(index.tree, fileNamed(name), { parent: null, name }, contentNamed(name)))
    assert.equal(index.tree.resolve([name])?.id, fileNamed(name))
  }
  assert.deepEqual(index.tree.renamed(), [])
})

test('of twins by case or composition the first keeps its name, and no number given clashes', () => {
  // In one document operation numbers tell who was first; across documents they only give an order that is the same everywhere.
  const { index, write } = device(1)
  write(arrived(1, null, 'a (2).txt'))
  write(arrived(2, null, 'a.txt'))
  write(arrived(3, null, 'A.TXT'))
  write(arrived(4, null, 'e\u0301'))
  write(arrived(5, null, '\u00e9'))
  write(arrived(6, null, 'a.txt'))
  assert.deepEqual(
    index.tree
      .list(null)
      .map((node) => [node.id, node.name])
      .sort(byName),
    [
      [fileNamed(1), 'a (2).txt'],
      [fileNamed(2), 'a.txt'],
      [fileNamed(3), 'A (3).TXT'],
      [fileNamed(4), 'e\u0301'],
      [fileNamed(5), '\u00e9 (2)'],
      [fileNamed(6), 'a (4).txt']
    ].sort(byName)
  )
  assert.equal(index.tree.resolve(['\u00e9'])?.id, fileNamed(4))
})

test('a chain of ten thousand folders stays reachable within the depth limit', () => {
  const { index, write } = device()
  const depth = 10_000
  const intents = Array.from({ length: depth }, (_, i) =>
    arrived(i, i === 0 ? null : fileNamed(i - 1), `f${i}`, true)
  ).flat()
  for (const part of batches(intents)) write(part)
  assert.equal(index.tree.size, depth + 1)
  let longest = 0
  let seen = 0
  for (const { path } of index.tree.walk(null)) {
    longest = Math.max(longest, path.length)
    seen++
  }
  assert.equal(seen, depth + 1)
  assert.equal(longest, LIMITS.pathDepth)
  assert.ok(index.tree.renamed().some((each) => each.moved === 'too deep'))
  assert.deepEqual(index.tree.pathOf(fileNamed(LIMITS.pathDepth)), [LOST_FOUND_NAME, `f${LIMITS.pathDepth}`])
})

test('folders moved into each other stay visible', () => {
  const { index, write } = device()
  write([
    ...arrived('x', null, 'x', true),
    ...arrived('y', fileNamed('x'), 'y', true),
    ...arrived('file', fileNamed('y'), 'file')
  ])
  write([{ key: placeKey(fileNamed('x')), value: encodePlace({ parent: fileNamed('y'), name: 'x' }) }])
  assert.deepEqual(index.tree.pathOf(fileNamed('file')), ['x', 'y', 'file'])
  assert.equal(index.tree.renamed()[0]?.moved, 'folder in itself')
  write([{ key: placeKey(fileNamed('y')), value: encodePlace({ parent: null, name: 'y' }) }])
  assert.deepEqual(index.tree.pathOf(fileNamed('file')), ['y', 'file'])
})

test('what has no folder is found, and its folder takes it back', () => {
  const { index, write } = device()
  write([
    ...arrived('file', fileNamed('missing'), 'file'),
    { key: contentKey(fileNamed('bare')), value: encodeContent(contentNamed('bare')) }
  ])
  assert.deepEqual(index.tree.pathOf(fileNamed('file')), [LOST_FOUND_NAME, 'file'])
  assert.equal(index.tree.node(fileNamed('bare'))?.folder, LOST_FOUND)
  write(arrived('missing', null, 'docs', true))
  assert.deepEqual(index.tree.pathOf(fileNamed('file')), ['docs', 'file'])
  throwsCode('NOT_A_FOLDER', () =>
    addFile(index.tree, fileNamed('new'), { parent: LOST_FOUND, name: 'x' }, contentNamed('x'))
  )
})

test('a deleted folder lives as long as something in it does', () => {
  const { index, write } = device()
  write([...arrived('docs', null, 'docs', true), ...arrived('file', fileNamed('docs'), 'file')])
  write([{ key: contentKey(fileNamed('docs')), value: null }])
  assert.deepEqual(index.tree.pathOf(fileNamed('file')), ['docs', 'file'])
  write(remove(index.tree, fileNamed('file')))
  assert.equal(index.tree.size, 0)
  write(restore(index.tree, fileNamed('file'), 1))
  assert.deepEqual(index.tree.pathOf(fileNamed('file')), ['docs', 'file'])
})

test('an overwritten content can be brought back, and one that was purged cannot', () => {
  const { index, write } = device()
  const file = fileNamed('file')
  write(addFile(index.tree, file, { parent: null, name: 'file' }, contentNamed('one')))
  write(replaceContent(index.tree, file, contentNamed('two')))
  write(restore(index.tree, file, 1, contentNamed('one').object))
  assert.deepEqual(index.tree.versions(file).current, contentNamed('one'))
  assert.deepEqual(index.tree.versions(file).kept[0], contentNamed('two'))
  const { intents, objects } = purge(index.tree, file)
  write(intents)
  assert.deepEqual(objects, [contentNamed('one').object, contentNamed('two').object].sort())
  assert.deepEqual(index.tree.deleted(), [])
  throwsCode('NOT_FOUND', () => restore(index.tree, file, 1))
})

test('an edit that would clash or nest a folder in itself is refused before it is written', () => {
  const { index, write } = device()
  write(makeFolder(index.tree, fileNamed('x'), { parent: null, name: 'x' }, 1))
  write(makeFolder(index.tree, fileNamed('y'), { parent: fileNamed('x'), name: 'y' }, 1))
  throwsCode('EXISTS', () => makeFolder(index.tree, fileNamed('z'), { parent: null, name: 'x' }, 1))
  throwsCode('INTO_ITSELF', () => move(index.tree, fileNamed('x'), { parent: fileNamed('y'), name: 'x' }))
  throwsCode('NAME_NOT_ALLOWED', () => move(index.tree, fileNamed('x'), { parent: null, name: '..' }))
  throwsCode('NOT_FOUND', () => remove(index.tree, fileNamed('nothing')))
  throwsCode('IS_A_FOLDER', () => replaceContent(index.tree, fileNamed('x'), contentNamed('x')))
})

function device(documents?: number) {
  const logs = new FakeLog(documents)
  const index = Index.create(logs.options)
  const log = logNamed('a')
  let seq = 0
  let head: Parameters<FakeLog['past']>[0] = []
  const write = (intents: readonly Intent[]) => {
    const entry = logs.write(index, log, ++seq, head, intents)
    head = [entry.hash]
    assert.equal(index.apply(entry), 'applied')
    index.tree.list(null)
  }
  return { index, write }
}

/** What another device may have written, whatever `addFile` would say to it. */
function arrived(name: string | number, parent: FileId | null, shown: string, folder = false): Intent[] {
  const content = folder ? { kind: 'folder' as const, mtimeMs: 1 } : contentNamed(name)
  return [
    { key: placeKey(fileNamed(name)), value: encodePlace({ parent, name: shown }) },
    { key: contentKey(fileNamed(name)), value: encodeContent(content) }
  ]
}

function byName(a: string[], b: string[]): number {
  return a[1]! < b[1]! ? -1 : 1
}
