import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bringUp, newWorld, until } from '../e2e/world.ts'

/**
 * Two laptops kept in step through a relay; at drawn moments one of the two `holdfast up` is killed while its folder is being edited
 * and comes up again. In the end both show what the person's folder would have without any of that.
 */
export async function killedWhileInStep(kills: number): Promise<void> {
  const world = await newWorld()
  await bringUp(world)
  const { a, b, path } = world
  await Promise.all([a.run('folder', 'add', path('FA')), b.run('folder', 'add', path('FB'))])
  for (let round = 0; round < kills; round++) {
    const [device, folder] = round % 2 === 0 ? ([a, 'FA'] as const) : ([b, 'FB'] as const)
    const other = folder === 'FA' ? 'FB' : 'FA'
    edit(path(folder), round)
    // Somewhere in the pass: when the first, the fifth, the tenth of its files has come to the other side.
    const least = (round * 5) % 11
    await until(async () => filesIn(path(other, `round ${round}`)).length >= least || undefined)
    const victim = round % 3 === 2 ? (device === a ? b : a) : device
    await victim.goDown('SIGKILL')
    await victim.goUp()
    await until(async () => filesIn(path(other, `round ${round}`)).length === FILES || undefined)
  }
  await until(async () => (same(path('FA'), path('FB')) ? true : undefined))
  for (let round = 0; round < kills; round++)
    for (let i = 0; i < FILES; i++)
      assert.equal(readFileSync(path('FA', `round ${round}`, `${i}`), 'utf8'), contentOf(round, i))
  // The temporary folder is there as long as a pass runs.
  await until(async () => (existsSync(path('FA', '.holdfast-tmp')) ? undefined : true))
  await until(async () => (existsSync(path('FB', '.holdfast-tmp')) ? undefined : true))
  const names = [...readdirSync(path('FA')), ...readdirSync(path('FB'))]
  assert.deepEqual(
    names.filter((name) => name.includes('conflict')),
    []
  )
}

const FILES = 12

/** New files, and those of the round before renamed with their folder and back. */
function edit(folder: string, round: number): void {
  mkdirSync(join(folder, 'new'))
  for (let i = 0; i < FILES; i++) writeFileSync(join(folder, 'new', `${i}`), contentOf(round, i))
  renameSync(join(folder, 'new'), join(folder, `round ${round}`))
  rmSync(join(folder, 'note'), { force: true })
}

function contentOf(round: number, file: number): string {
  return `${round} ${file} `.repeat(file === 3 ? 30_000 : 100)
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function same(one: string, other: string): boolean {
  return JSON.stringify(treeOf(one)) === JSON.stringify(treeOf(other))
}

function treeOf(folder: string, path = ''): string[] {
  return readdirSync(join(folder, path), { withFileTypes: true })
    .filter(({ name }) => path !== '' || !name.startsWith('.holdfast'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const at = join(path, entry.name)
      return entry.isDirectory() ? [at, ...treeOf(folder, at)] : [`${at} ${readFileSync(join(folder, at), 'utf8')}`]
    })
}
