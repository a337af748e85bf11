import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { bringUp, linesOf, newWorld, until } from './world.ts'

const world = await newWorld()
const { a, b, path } = world

test('two folders are kept in step through a relay while both are up, and nothing of it is lost when both are killed', async () => {
  await bringUp(world)
  mkdirSync(path('FA'))
  writeFileSync(path('FA', 'first.txt'), 'from the beginning')
  await a.run('folder', 'add', path('FA'))
  await b.run('folder', 'add', path('FB'))
  await holds(() => readOf('FB', 'first.txt') === 'from the beginning')

  mkdirSync(path('FB', 'sub'))
  writeFileSync(path('FB', 'sub/second.txt'), 'back')
  await holds(() => readOf('FA', 'sub/second.txt') === 'back')
  renameSync(path('FA', 'sub'), path('FA', 'renamed'))
  await holds(() => readOf('FB', 'renamed/second.txt') === 'back' && !existsSync(path('FB', 'sub')))
  rmSync(path('FB', 'first.txt'))
  await holds(() => !existsSync(path('FA', 'first.txt')))

  const inode = statSync(path('FA', 'renamed/second.txt')).ino
  for (const device of [a, b]) await device.goDown('SIGKILL')
  writeFileSync(path('FA', 'offline.txt'), 'while nothing ran')
  await Promise.all([a.goUp(), b.goUp()])
  await holds(() => readOf('FB', 'offline.txt') === 'while nothing ran')
  assert.equal(statSync(path('FA', 'renamed/second.txt')).ino, inode, 'what was in step stays as it is')
  assert.deepEqual(
    readdirSync(path('FB'))
      .filter((name) => !name.startsWith('.'))
      .sort(),
    ['offline.txt', 'renamed']
  )
})

test('a folder that is gone or emptied by others is never a deletion: it needs a person', async () => {
  const ended = await world.holdfast(['folder', 'ls', '--json', '--home', a.home])
  const folder = linesOf(ended).find(({ type }) => type === 'folder')!
  assert.deepEqual([folder['to'], folder['state'], folder['files']], ['/', 'up to date', 2])
  await a.goDown()
  renameSync(path('FA'), path('away'))
  mkdirSync(path('FA'))
  await world.holdfast(['sync', '--once', '--json', '--home', a.home], 15)
  const told = linesOf(await world.holdfast(['folder', 'rm', path('FA'), '--json', '--home', a.home]))
  assert.equal(told.at(-1)?.['path'], path('FA'))
  assert.equal(readOf('FB', 'offline.txt'), 'while nothing ran')
})

function holds(condition: () => boolean): Promise<unknown> {
  return until(async () => condition() || undefined)
}

function readOf(...names: string[]): string | undefined {
  try {
    return readFileSync(path(...names), 'utf8')
  } catch {
    return undefined
  }
}
