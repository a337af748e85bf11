import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { person } from '@holdfast/node/control/testing'
import { Folders } from '@holdfast/node/folder/folders'
import type { KeptFolder } from '@holdfast/node/folder/kept-folder'
import { OPERATIONS } from '@holdfast/node/operations/table'
import { Pair } from './scene.ts'

test('A29 more than half of over a hundred files deleted: the folder waits for a person, on the side that did it and on the other', async () => {
  const files = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`f${i}`, `${i}`]))
  const pair = await Pair.with(files)
  for (let i = 0; i < 70; i++) rmSync(pair.a.at(`f${i}`))
  await pair.sync()
  assert.deepEqual(
    [pair.a.kept.state.code, pair.a.kept.state.report?.deletions],
    ['MANY_DELETIONS', { deleted: 70, of: 120 }]
  )
  assert.equal(Object.keys(pair.b.tree()).length, 120)
  await pair.a.pass({ acceptsDeletes: true })
  await pair.sync()
  assert.deepEqual(
    [pair.a, pair.b].map(({ kept }) => [kept.state.code, kept.deletedBy()]),
    [
      [undefined, []],
      ['MANY_DELETIONS', ['laptop-a']]
    ]
  )
  assert.equal(Object.keys(pair.b.tree()).length, 120)
  await pair.b.pass({ acceptsDeletes: true })
  assert.equal(Object.keys(pair.b.tree()).length, 50)
  await pair.agree()
})

test('A29 deletions of another device that nobody meant: a folder that waits, removed and added again, gives the files back to everybody', async () => {
  const files = Object.fromEntries(Array.from({ length: 102 }, (_, i) => [`d/f${i}`, `${i}`]))
  const pair = await Pair.with(files)
  const { a, b } = pair
  rmSync(a.at('d'), { recursive: true })
  await a.pass({ acceptsDeletes: true })
  await pair.sync()
  assert.deepEqual([b.kept.state.code, a.tree()], ['MANY_DELETIONS', {}])
  await b.folders.remove(b.path)
  b.kept = await b.folders.add(b.path, [])
  await pair.agree({ d: '(folder)', ...files })
})

test('A29 files that go a few at a time, as rm takes them, are counted together', async () => {
  const pair = await Pair.with(Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`f${i}`, `${i}`])))
  for (let from = 0; from < 120; from += 30) {
    for (let i = from; i < from + 30; i++) rmSync(pair.a.at(`f${i}`))
    await pair.a.pass()
  }
  assert.deepEqual(
    [pair.a.kept.state.code, pair.a.kept.state.report?.deletions],
    ['MANY_DELETIONS', { deleted: 120, of: 120 }]
  )
  await pair.sync()
  assert.equal(Object.keys(pair.b.tree()).length, 60)
  await pair.a.pass({ acceptsDeletes: true })
  pair.a.write('after', 'x')
  await pair.sync()
  await pair.b.pass({ acceptsDeletes: true })
  await pair.agree({ after: 'x' })
})

test('A29 what a slow rm took before the rest was held comes back with restore; the rest is held as long as nobody says so, also after an hour and a restart', async () => {
  const pair = await Pair.with(Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`f${i}`, `${i}`])))
  const { a, b } = pair
  const { engine, clock } = a.device
  const remove = (from: number, to: number): void => {
    for (let i = from; i < to; i++) rmSync(a.at(`f${i}`))
  }
  const assertHeld = (folders: readonly KeptFolder[], deleted = 70): void =>
    assert.deepEqual(
      folders.map(({ state }) => [state.code, state.report?.deletions]),
      [['MANY_DELETIONS', { deleted, of: 120 }]]
    )
  remove(0, 40)
  await pair.sync()
  assert.deepEqual([a.kept.state.code, Object.keys(b.tree()).length], [undefined, 80])
  clock.ranMs += 5 * 60_000
  remove(40, 70)
  await a.pass()
  assertHeld([a.kept])
  clock.ranMs += 3_600_000
  await a.pass()
  assertHeld([a.kept])
  const restarted = await Folders.open(engine)
  await restarted.pass()
  assertHeld(restarted.list())
  for (let i = 40; i < 55; i++) a.write(`f${i}`, `${i}`)
  await restarted.pass()
  assertHeld(restarted.list(), 55) // fewer than half by now: nobody has said that those are meant

  const back = Array.from({ length: 40 }, (_, i) => `f${i}`)
  for (const name of back) await OPERATIONS.get('restore')!.run(engine, { target: `/${name}` }, person())
  await restarted.pass()
  assert.deepEqual(
    [restarted.list()[0]!.state.code, Object.keys(a.tree()).length],
    ['MANY_DELETIONS', 65],
    'a folder that waits stands still'
  )
  await restarted.remove(a.path)
  await (await restarted.add(a.path, [])).pass()
  for (let i = 0; i < 120; i++) assert.equal(a.read(`f${i}`), `${i}`)
})
