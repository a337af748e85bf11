import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EntryHash } from '../base/ids.ts'
import { addFile, makeFolder, move, putBeside, remove, replaceContent, restore } from './edits.ts'
import { FakeLog, contentNamed, fileNamed, logNamed, picture, throwsCode } from './fake-log.test.ts'
import { Index } from './index.ts'
import { contentKey, placeKey } from './keys.ts'
import { encodeContent, encodePlace } from './records.ts'
import { copiesOfFile, keepOne } from './settle.ts'

test('a file added on one device stands in the index of another', () => {
  const { index, logs } = start()
  const other = Index.create(logs.options)
  const folder = fileNamed('docs')
  const first = logs.write(index, A, 1, [], makeFolder(index.tree, folder, { parent: null, name: 'docs' }, 5))
  assert.equal(index.apply(first), 'applied')
  const second = logs.write(
    index,
    A,
    2,
    [first.hash],
    addFile(index.tree, fileNamed(1), { parent: folder, name: 'a.txt' }, contentNamed(1))
  )
  assert.equal(index.apply(second), 'applied')
  other.apply(first)
  other.apply(second)
  assert.equal(other.apply(second), 'known')
  assert.deepEqual(other.tree.resolve(['docs', 'a.txt'])?.content, contentNamed(1))
  assert.deepEqual(picture(other), picture(index))
})

test('a conflict keeps both contents until somebody says that both are to be files', () => {
  const { index, logs } = start()
  const file = fileNamed(1)
  const base = logs.write(
    index,
    A,
    1,
    [],
    addFile(index.tree, file, { parent: null, name: 'a.txt' }, contentNamed('base'))
  )
  index.apply(base)
  const other = Index.create(logs.options)
  other.apply(base)
  const mine = logs.write(index, A, 2, [base.hash], replaceContent(index.tree, file, contentNamed('mine')))
  const theirs = logs.write(other, B, 1, [base.hash], replaceContent(other.tree, file, contentNamed('theirs')))
  for (const entry of [mine, theirs]) index.apply(entry)
  for (const entry of [theirs, mine]) other.apply(entry)
  assert.deepEqual(picture(index), picture(other))
  const [conflict] = index.tree.conflicts()
  assert.equal(index.tree.list(null).length, 2)
  const copy = index.tree.list(null).find((node) => node.conflictOf === file)
  assert.match(copy?.name ?? '', /^a \(conflict, laptop-.., 2026-11-20 14\.05 UTC\)\.txt$/)
  const edit = logs.write(index, A, 3, [mine.hash, theirs.hash], copiesOfFile(index.tree, copy!))
  index.apply(edit)
  assert.equal(index.tree.conflicts().length, 0)
  assert.deepEqual(index.tree.resolve(['a.txt'])?.content, conflict?.winner)
  assert.deepEqual(index.tree.resolve([copy!.name])?.content, conflict?.losers[0]?.content)
  assert.equal(index.tree.node(copy!.id)?.conflictOf, undefined)
})

test('a content written beside another that was known is in conflict with it on every device', () => {
  const { index, logs } = start()
  const file = fileNamed(1)
  const place = { parent: null, name: 'a.txt' }
  const first = logs.write(index, A, 1, [], addFile(index.tree, file, place, contentNamed('theirs')))
  index.apply(first)
  const second = logs.write(index, B, 1, [first.hash], putBeside(index.tree, file, contentNamed('mine')))
  index.apply(second)
  const other = Index.create(logs.options)
  for (const entry of [first, second]) other.apply(entry)
  assert.deepEqual(picture(other), picture(index))
  const [conflict] = other.tree.conflicts()
  assert.deepEqual(conflict?.winner, contentNamed('mine'))
  assert.deepEqual(
    conflict?.losers.map(({ content }) => content),
    [contentNamed('theirs')]
  )
})

test('a conflict that was settled for one content keeps every other as a version, on every device', () => {
  const { index, logs } = start()
  const file = fileNamed(1)
  const make = addFile(index.tree, file, { parent: null, name: 'a.txt' }, contentNamed('base'))
  const base = logs.write(index, A, 1, [], make)
  index.apply(base)
  const other = Index.create(logs.options)
  other.apply(base)
  throwsCode('NOT_FOUND', () => keepOne(index.tree, file, contentNamed('base').object))
  const mine = logs.write(index, A, 2, [base.hash], replaceContent(index.tree, file, contentNamed('mine')))
  const theirs = logs.write(other, B, 1, [base.hash], replaceContent(other.tree, file, contentNamed('theirs')))
  for (const entry of [theirs, mine]) index.apply(entry)
  for (const entry of [mine, theirs]) other.apply(entry)
  throwsCode('NOT_FOUND', () => keepOne(index.tree, file, contentNamed('base').object))
  const loser = index.tree.conflicts()[0]!.losers[0]!.content
  const winner = index.tree.conflicts()[0]!.winner!
  const settled = logs.write(index, A, 3, [mine.hash, theirs.hash], keepOne(index.tree, file, loser.object))
  for (const one of [index, other]) {
    assert.equal(one.apply(settled), 'applied')
    assert.deepEqual(one.tree.conflicts(), [])
    assert.deepEqual(
      one.tree.list(null).map((node) => [node.name, node.content]),
      [['a.txt', loser]]
    )
    const { kept } = one.tree.versions(file)
    assert.deepEqual(
      new Set(kept.map((content) => content.object)),
      new Set([winner.object, contentNamed('base').object])
    )
  }
  assert.deepEqual(picture(index), picture(other))
})

test('removed is not lost: a folder comes back with what was in it', () => {
  const { index, logs } = start()
  const folder = fileNamed('docs')
  const entries = [
    logs.write(
      index,
      A,
      1,
      [],
      [
        ...makeFolder(index.tree, folder, { parent: null, name: 'docs' }, 5),
        ...addFile(index.tree, fileNamed(1), { parent: null, name: 'x' }, contentNamed(1))
      ]
    )
  ]
  index.apply(entries[0]!)
  const step = (intents: Parameters<Index['build']>[0]) => {
    const entry = logs.write(index, A, entries.length + 1, [entries.at(-1)!.hash], intents)
    entries.push(entry)
    assert.equal(index.apply(entry), 'applied')
  }
  step(move(index.tree, fileNamed(1), { parent: folder, name: 'y' }))
  const before = picture(index)
  step(remove(index.tree, folder))
  assert.equal(index.tree.size, 0)
  assert.deepEqual(
    index.tree.deleted().map((gone) => [gone.file, gone.name, gone.versions]),
    [[fileNamed(1), 'y', [contentNamed(1)]]]
  )
  step(restore(index.tree, folder, 5))
  assert.deepEqual(index.tree.resolve(['docs', 'y'])?.content, contentNamed(1))
  assert.notDeepEqual(picture(index), before)
  const saved = index.save()
  const loaded = Index.load(saved, logs.options)
  assert.deepEqual(picture(loaded), picture(index))
  Index.prove(saved, logs.options)
})

test('a folder that comes back brings both contents of a conflict that was in it', () => {
  for (const [one, two] of [
    ['mine', 'theirs'],
    ['theirs', 'mine']
  ] as const) {
    const { index, logs } = start()
    const [folder, file] = [fileNamed('docs'), fileNamed(1)]
    const base = logs.write(
      index,
      A,
      1,
      [],
      [
        ...makeFolder(index.tree, folder, { parent: null, name: 'docs' }, 5),
        { key: placeKey(file), value: encodePlace({ parent: folder, name: 'a.txt' }) },
        { key: contentKey(file), value: encodeContent(contentNamed('base')) }
      ]
    )
    const other = Index.create(logs.options)
    for (const each of [index, other]) each.apply(base)
    const mine = logs.write(index, A, 2, [base.hash], replaceContent(index.tree, file, contentNamed(one)))
    const theirs = logs.write(other, B, 1, [base.hash], replaceContent(other.tree, file, contentNamed(two)))
    for (const entry of [mine, theirs]) index.apply(entry)
    const shown = () => index.tree.list(folder).map(({ name, content }) => [name, content])
    const before = shown()
    assert.equal(before.length, 2)
    const gone = logs.write(index, A, 3, [mine.hash, theirs.hash], remove(index.tree, folder))
    index.apply(gone)
    assert.equal(index.tree.size, 0)
    index.apply(logs.write(index, A, 4, [gone.hash], restore(index.tree, folder, 5)))
    assert.deepEqual(shown(), before)
  }
})

test("a save holds every name and value once: Automerge's part is little beside them", () => {
  const { index, logs } = start()
  const names = Array.from({ length: 500 }, (_, i) => `file ${i}`)
  const intents = names.flatMap((name) =>
    addFile(index.tree, fileNamed(name), { parent: null, name }, contentNamed(name))
  )
  index.apply(logs.write(index, A, 1, [], intents))
  const saved = index.save()
  Index.prove(saved, logs.options)
  const bytes = [...saved.values()].reduce((sum, each) => sum + each.length, 0)
  assert.ok(bytes < names.length * 220, `${bytes / names.length} bytes a file`)
})

test('a save that was not kept is offered again, and documents that were not written together are refused', () => {
  const { index, logs } = start()
  const write = (seq: number, parents: EntryHash[], names: string[]) => {
    const intents = names.flatMap((name) =>
      addFile(index.tree, fileNamed(name), { parent: null, name }, contentNamed(name))
    )
    const entry = logs.write(index, A, seq, parents, intents)
    index.apply(entry)
    return entry
  }
  const first = write(1, [], ['a', 'b', 'c', 'd'])
  const old = index.save()
  assert.ok(old.size > 1)
  assert.deepEqual(index.save(), old)
  index.kept(old)
  assert.equal(index.save().size, 0)
  write(2, [first.hash], ['e', 'f', 'g', 'h', 'i'])
  const next = index.save()
  const doc = [...next.keys()].find((each) => old.has(each))!
  throwsCode('HOME_DAMAGED', () => Index.load(new Map([...old, ...next, [doc, old.get(doc)!]]), logs.options))
  throwsCode('HOME_DAMAGED', () => Index.load(new Map([[doc, new Uint8Array(9)]]), logs.options))
  assert.deepEqual(picture(Index.load(new Map([...old, ...next]), logs.options)), picture(index))
})

const A = logNamed('a')
const B = logNamed('b')

function start() {
  const logs = new FakeLog()
  return { logs, index: Index.create(logs.options) }
}
