import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { remove } from '@holdfast/core/operations/change'
import { resolveConflict } from '@holdfast/core/operations/conflicts'
import { restore } from '@holdfast/core/operations/past'
import type { OperationEvent, OperationIo } from '@holdfast/core/ports/operation-io'
import { exchange } from '../attacks/scene/link.ts'
import { Pair } from './scene.ts'
import type { Laptop } from './scene.ts'

const silent: OperationIo = {
  emit: async () => undefined,
  progress: () => undefined,
  write: async () => undefined,
  input: async function* () {},
  ask: async () => false,
  signal: new AbortController().signal
}

function conflicts({ device }: Laptop): number {
  return device.vault.index.tree.conflicts().length
}

test('what a person does in one folder stands in the other: made, changed, renamed, moved, deleted', async () => {
  const { a, b, ...pair } = await Pair.new().then((one) => Object.assign(one, { agree: one.agree.bind(one) }))
  a.write('notes/plan.txt', 'first')
  a.write('run.sh', '#!/bin/sh', 0o755)
  mkdirSync(a.at('empty'))
  symlinkSync('notes/plan.txt', a.at('link'))
  utimesSync(a.at('notes/plan.txt'), 1_700_000_000, 1_700_000_000.25)
  await pair.agree({
    empty: '(folder)',
    link: '-> notes/plan.txt',
    notes: '(folder)',
    'notes/plan.txt': 'first',
    'run.sh': '(executable) #!/bin/sh'
  })
  assert.equal(lstatSync(b.at('notes/plan.txt')).mtimeMs, 1_700_000_000_250)

  chmodSync(a.at('notes/plan.txt'), 0o600)
  b.write('notes/plan.txt', 'second')
  renameSync(b.at('run.sh'), b.at('notes/start.sh'))
  chmodSync(b.at('notes/start.sh'), 0o644)
  rmSync(b.at('link'))
  await pair.agree({ empty: '(folder)', notes: '(folder)', 'notes/plan.txt': 'second', 'notes/start.sh': '#!/bin/sh' })

  assert.equal(lstatSync(a.at('notes/plan.txt')).mode & 0o777, 0o600, 'an edit opens nothing to others')

  renameSync(a.at('notes'), a.at('empty/papers'))
  await pair.agree({
    empty: '(folder)',
    'empty/papers': '(folder)',
    'empty/papers/plan.txt': 'second',
    'empty/papers/start.sh': '#!/bin/sh'
  })
  rmSync(b.at('empty'), { recursive: true })
  writeFileSync(b.at('empty'), 'a file now')
  await pair.agree({ empty: 'a file now' })
})

test('a file that becomes a folder of its own name with the file in it arrives as that', async () => {
  const pair = await Pair.with({ notes: 'first' })
  renameSync(pair.a.at('notes'), pair.a.at('away'))
  mkdirSync(pair.a.at('notes'))
  renameSync(pair.a.at('away'), pair.a.at('notes/old'))
  await pair.agree({ notes: '(folder)', 'notes/old': 'first' })
})

test('a renamed folder is one entry and moves no content, found by the scan', async () => {
  const pair = await Pair.new()
  for (let i = 0; i < 50; i++) pair.a.write(`old/deep/${i}`, `content ${i}`)
  await pair.agree()
  const inode = lstatSync(pair.b.at('old/deep/7')).ino
  const before = pair.a.device.vault.replica.log.order().length
  renameSync(pair.a.at('old'), pair.a.at('new'))
  await pair.agree()
  assert.equal(pair.a.device.vault.replica.log.order().length - before, 1)
  assert.equal(lstatSync(pair.b.at('new/deep/7')).ino, inode)
})

test('the first sync of two filled folders is a union: same bytes once, different bytes twice, nothing deleted', async () => {
  const pair = await Pair.new(({ a, b }) => {
    for (const [root, name] of [
      [a, 'a'],
      [b, 'b']
    ] as const) {
      mkdirSync(join(root, 'both'), { recursive: true })
      writeFileSync(join(root, 'both/same'), 'the same')
      writeFileSync(join(root, 'both/other'), `of ${name}`)
      writeFileSync(join(root, `only-${name}`), name)
      utimesSync(join(root, 'both/other'), 1_700_000_000, 1_700_000_000)
    }
  })
  await pair.a.pass()
  await pair.agree({
    both: '(folder)',
    'both/same': 'the same',
    'both/other': 'of b',
    'both/other (conflict, laptop-a, 2023-11-14 22.13 UTC)': 'of a',
    'only-a': 'a',
    'only-b': 'b'
  })
  assert.equal(conflicts(pair.a), 1, 'one file with two contents, not two files')
})

test('an edit of what was edited elsewhere meanwhile is a conflict computed alike, settled by one word on either device', async () => {
  const pair = await Pair.new()
  pair.a.write('plan.txt', 'base')
  await pair.agree()
  pair.b.write('plan.txt', 'by b')
  pair.a.write('plan.txt', 'by a, too')
  for (const laptop of [pair.a, pair.b]) utimesSync(laptop.at('plan.txt'), 1_700_000_000, 1_700_000_000)
  await pair.b.pass()
  for (const { device } of [pair.b, pair.a]) await exchange(device, pair.relay) // a hears of it before it tells of its own
  await pair.agree({ 'plan (conflict, laptop-b, 2023-11-14 22.13 UTC).txt': 'by b', 'plan.txt': 'by a, too' })
  assert.deepEqual([conflicts(pair.a), conflicts(pair.b)], [1, 1])
  await resolveConflict(pair.b.device.engine, { path: ['plan.txt'], keep: 'mine' }, silent)
  await pair.agree({ 'plan.txt': 'by b' })
  assert.equal(conflicts(pair.a), 0)
})

test('a folder with a conflict in it that is removed says so, and is restored with both contents', async () => {
  const pair = await Pair.with({ 'docs/plan.txt': 'base' })
  for (const [laptop, by] of [[pair.b, 'b'] as const, [pair.a, 'a'] as const]) {
    laptop.write('docs/plan.txt', `by ${by}`)
    utimesSync(laptop.at('docs/plan.txt'), 1_700_000_000, 1_700_000_000)
  }
  await pair.sync()
  const both = pair.a.tree()
  assert.deepEqual([conflicts(pair.a), Object.keys(both).length], [1, 3])
  const { engine } = pair.a.device
  const told: OperationEvent[] = []
  const io: OperationIo = { ...silent, emit: async (event) => void told.push(event) }
  await remove(engine, { paths: [['docs']], shred: false, force: false, dryRun: false }, io)
  assert.deepEqual(told[0], { type: 'removed', path: '/docs', conflicts: 1 })
  await pair.agree({})
  await restore(engine, { target: '/docs' }, io)
  await pair.agree(both)
  assert.equal(conflicts(pair.b), 0)
})

test('what two disks hold of one file after both lost what they knew of it is adopted where it is the same, also as a link', async () => {
  const pair = await Pair.new(({ a, b }) => {
    for (const root of [a, b]) {
      mkdirSync(root)
      symlinkSync('same', join(root, 'link'))
    }
    symlinkSync('elsewhere', join(a, 'thing'))
    writeFileSync(join(b, 'thing'), 'a file')
  })
  await pair.a.pass()
  await pair.agree()
  const tree = pair.a.tree()
  assert.equal(tree['link'], '-> same')
  assert.deepEqual(new Set(Object.values(tree)), new Set(['-> same', '-> elsewhere', 'a file']))
  assert.equal(conflicts(pair.b), 1)
})

test('edits of one file on both sides are a conflict shown alike; an edit of the shown copy is an edit of that version', async () => {
  const pair = await Pair.new()
  pair.a.write('plan.txt', 'base')
  await pair.agree()
  pair.a.write('plan.txt', 'by a')
  pair.b.write('plan.txt', 'by b, too')
  utimesSync(pair.a.at('plan.txt'), 1_700_000_000, 1_700_000_000)
  utimesSync(pair.b.at('plan.txt'), 1_700_000_000, 1_700_000_000)
  await pair.agree()
  assert.equal(pair.a.device.vault.index.tree.conflicts().length, 1, 'not written back as a file')
  const names = Object.keys(pair.a.tree())
  const copy = names.find((name) => name.includes('(conflict, laptop-'))!
  assert.match(copy, /^plan \(conflict, laptop-[ab], 2023-11-14 22\.13 UTC\)\.txt$/)
  assert.deepEqual(new Set(Object.values(pair.a.tree())), new Set(['by a', 'by b, too']))
  const later = new Date('2024-01-01')
  utimesSync(pair.a.at('plan.txt'), later, later) // touched, and no more
  await pair.agree()
  assert.deepEqual(
    new Set(Object.values(pair.b.tree())),
    new Set(['by a', 'by b, too']),
    'the other one is still there'
  )
  assert.equal(conflicts(pair.b), 1, 'and it is still a conflict')
  for (const edit of ['edited copy', 'edited once more']) {
    writeFileSync(pair.b.at('saved'), edit) // as editors do: another file under the old name
    renameSync(pair.b.at('saved'), pair.b.at(copy))
    pair.a.write('plan.txt', `${edit}, and the file`)
    await pair.agree({ [copy]: edit, 'plan.txt': `${edit}, and the file` })
    assert.deepEqual([conflicts(pair.a), conflicts(pair.b)], [1, 1])
  }
  pair.a.write(copy, 'both at once')
  pair.a.write('plan.txt', 'in one pass')
  await pair.agree({ [copy]: 'both at once', 'plan.txt': 'in one pass' })
  assert.equal(conflicts(pair.b), 1)
  assert.equal(names.length, 2)
})

test('one conflict copy edited in both folders apart is kept twice, and either end of it is settled by one word', async () => {
  const pair = await Pair.with({ 'plan.txt': 'base' })
  for (const [laptop, by] of [[pair.b, 'b'] as const, [pair.a, 'a'] as const]) laptop.write('plan.txt', `by ${by}`)
  await pair.agree()
  const copy = Object.keys(pair.a.tree()).find((name) => name.includes('conflict'))!
  pair.b.write(copy, 'copy by b')
  pair.a.write(copy, 'copy by a, too')
  await pair.b.pass()
  for (const { device } of [pair.b, pair.a]) await exchange(device, pair.relay) // a hears of it before it tells of its own
  await pair.agree()
  const shown = pair.a.tree()
  assert.deepEqual(Object.keys(shown).length, 3)
  assert.deepEqual(new Set(Object.values(shown)), new Set([shown['plan.txt'], 'copy by b', 'copy by a, too']))
  assert.equal(conflicts(pair.b), 1)
  const version = pair.b.device.vault.index.tree.resolve([copy])!.content
  assert.ok(version !== undefined && version.kind !== 'folder')
  await resolveConflict(pair.b.device.engine, { path: [copy], keep: version.object }, silent)
  await pair.agree({ 'plan.txt': shown[copy]! })
})

test('an edit wins over a deletion made elsewhere, and what is taken from a disk lies in its trash', async () => {
  const pair = await Pair.new()
  pair.a.write('x/kept', 'one')
  pair.a.write('gone', 'two')
  await pair.agree()
  rmSync(pair.a.at('x'), { recursive: true })
  rmSync(pair.a.at('gone'))
  pair.b.write('x/kept', 'edited meanwhile')
  await pair.agree({ x: '(folder)', 'x/kept': 'edited meanwhile' })
  const day = new Date(pair.b.device.home.clock.nowMs()).toISOString().slice(0, 10)
  assert.ok(existsSync(pair.b.at('.holdfast-trash', day, 'gone')))
})

test('what both folders get under one name, before either has heard of the other, is one file in conflict, and nothing of it is lost', async () => {
  const pair = await Pair.new()
  const { a, b } = pair
  a.write('sub/same', 'of a')
  b.write('sub/same', 'of b')
  await Promise.all([a.pass(), b.pass()])
  await pair.agree()
  for (const laptop of [a, b]) {
    assert.equal(conflicts(laptop), 1)
    const contents = Object.values(laptop.tree()).filter((one) => one.startsWith('of '))
    assert.deepEqual(contents.sort(), ['of a', 'of b'])
  }
})

test('what both folders wrote alike without knowing of each other is no conflict: it settles itself, also on both at once', async () => {
  const pair = await Pair.with({ edited: 'base' })
  const { a, b } = pair
  for (const [at, laptop] of [a, b].entries()) {
    laptop.write('new', 'the same in both')
    laptop.write('edited', 'fixed in both')
    laptop.write('large', 'x'.repeat(200_000))
    laptop.write('near', at === 0 ? 'as long' : 'as lang')
    utimesSync(laptop.at('new'), 1_700_000_000 + at, 1_700_000_000 + at)
  }
  await Promise.all([a.pass({ onlyTells: true }), b.pass({ onlyTells: true })])
  for (const { device } of [a, b, a]) await exchange(device, pair.relay)
  assert.deepEqual([conflicts(a), conflicts(b)], [4, 4])
  await Promise.all([a.pass(), b.pass()])
  await pair.agree()
  const [near, other, ...rest] = Object.keys(a.tree()).filter((name) => name.startsWith('near'))
  assert.deepEqual([near !== undefined, other !== undefined, rest], [true, true, []])
  assert.deepEqual(Object.keys(a.tree()).length, 5)
  assert.deepEqual([conflicts(a), conflicts(b)], [1, 1])
  assert.equal(a.read('new'), 'the same in both')
  assert.equal(lstatSync(a.at('new')).mtimeMs, lstatSync(b.at('new')).mtimeMs)
  const { tree } = b.device.vault.index
  assert.equal(tree.versions(tree.resolve(['new'])!.id).kept.length, 1, 'the other one is a version')
})

test('a file in conflict and its copy, deleted together, are gone on both sides, and either can be brought back', async () => {
  const pair = await Pair.with({ 'd/plan': 'first', 'd/other': 'x' })
  const { a, b } = pair
  a.write('d/plan', 'by a')
  b.write('d/plan', 'by b')
  await pair.agree()
  assert.equal(conflicts(a), 1)
  const both = Object.keys(a.tree()).filter((path) => path.startsWith('d/plan'))
  assert.equal(both.length, 2)
  for (const path of both) rmSync(a.at(path))
  await pair.agree({ d: '(folder)', 'd/other': 'x' })
  const { tree } = b.device.vault.index
  const last = new Set(tree.deleted().map(({ versions }) => versions[0]!.object))
  assert.equal(last.size, 2, 'each content is the last version of one of them')
})
