import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { folderChecks } from '@holdfast/node/doctor/folders'
import { folderEvent } from '@holdfast/node/operations/folder'
import { exchange } from '../attacks/scene/link.ts'
import { Pair } from './scene.ts'

test('A26 a file that is replaced between the look at it and its replacement is kept, and so is what came', async () => {
  const pair = await Pair.with({ 'plan.txt': 'base' })
  pair.b.write('plan.txt', 'from b')
  await bring(pair)
  let times = 0
  await pair.a.pass({
    moments: {
      beforeTake(path) {
        if (times++ > 0) return
        writeFileSync(pair.a.at('saved'), 'saved by an editor in the last moment')
        renameSync(pair.a.at('saved'), pair.a.at(path))
      }
    }
  })
  await pair.agree()
  assert.ok(times > 0)
  const contents = Object.values(pair.a.tree())
  assert.deepEqual(contents.sort(), ['from b', 'saved by an editor in the last moment'])
})

test('a file that is replaced right before it would be deleted stays, and is told to the others', async () => {
  const pair = await Pair.with({ 'plan.txt': 'base', other: 'x' })
  rmSync(pair.b.at('plan.txt'))
  await bring(pair)
  let isDone = false
  await pair.a.pass({
    moments: {
      beforeTake(path) {
        if (isDone) return
        isDone = true
        unlinkSync(pair.a.at(path))
        writeFileSync(pair.a.at(path), 'written again')
      }
    }
  })
  await pair.agree({ 'plan.txt': 'written again', other: 'x' })
})

test('A26 a folder that is swapped for a link while something is written into it has nothing written where the link leads', async () => {
  const pair = await Pair.with({ 'sub/plan.txt': 'base', 'sub/second.txt': 'base' })
  const outside = pair.a.at('..', 'outside')
  mkdirSync(outside)
  writeFileSync(join(outside, 'plan.txt'), 'not ours')
  pair.b.write('sub/plan.txt', 'from b')
  pair.b.write('sub/second.txt', 'from b')
  pair.b.write('sub/third.txt', 'from b')
  await bring(pair)
  let isSwapped = false
  await pair.a.pass({
    moments: {
      beforeTake() {
        if (isSwapped) return
        isSwapped = true
        renameSync(pair.a.at('sub'), pair.a.at('moved'))
        symlinkSync(outside, pair.a.at('sub'))
      }
    }
  })
  assert.ok(isSwapped)
  assert.deepEqual(readdirSync(outside), ['plan.txt'])
  assert.equal(readFileSync(join(outside, 'plan.txt'), 'utf8'), 'not ours')
  await pair.sync()
  assert.equal(readFileSync(join(outside, 'plan.txt'), 'utf8'), 'not ours')
  assert.ok(!JSON.stringify(pair.b.tree()).includes('not ours'), 'nothing outside is read')
  rmSync(outside, { recursive: true })
})

test('A26 a link of the vault that leads out of the folder is never made on a disk', async () => {
  const pair = await Pair.with({ x: '1' })
  symlinkSync('../../etc/passwd', pair.a.at('evil'))
  symlinkSync('x', pair.a.at('good'))
  await pair.sync()
  assert.deepEqual(pair.b.tree(), { x: '1', good: '-> x' })
  for (const { kept } of [pair.a, pair.b])
    assert.deepEqual([...(kept.state.report?.failed ?? [])], [['evil', 'OUTSIDE_TARGET']], 'told on both')
  assert.equal(pair.a.tree()['evil'], '-> ../../etc/passwd', 'and stays with whoever made it')
})

test('a folder that is not mounted, or another one in its place, is never one from which everything was deleted', async () => {
  const pair = await Pair.with({ x: '1', y: '2' })
  renameSync(pair.a.path, `${pair.a.path}-away`)
  assert.equal((await pair.a.pass()).code, 'FOLDER_GONE')
  mkdirSync(pair.a.path)
  assert.equal((await pair.a.pass()).code, 'FOLDER_GONE')
  rmSync(pair.a.path, { recursive: true })
  renameSync(`${pair.a.path}-away`, pair.a.path)
  await pair.agree({ x: '1', y: '2' })
})

test('what is being written is waited for: it is taken when nothing has changed in it for a moment', async () => {
  const pair = await Pair.with({ x: '1' })
  pair.a.device.clock.offsetMs = 0
  pair.a.write('film', 'half of it')
  const { report } = await pair.a.pass()
  assert.equal(report?.isUnsettled, true)
  assert.equal(pair.a.device.vault.index.tree.resolve(['film']), undefined)
  pair.a.device.clock.offsetMs = 10_000
  await pair.agree({ x: '1', film: 'half of it' })
})

test('A20 case twins and letters of two forms stand on every disk under the same names, hostile ones nowhere; doctor says which and what to do', async () => {
  const pair = await Pair.with({ 'Plan.txt': 'one', 'plan.txt': 'two', 'caf\u00e9': 'nfc', 'cafe\u0301': 'nfd' })
  const names = Object.keys(pair.a.tree())
  assert.equal(names.length, 4)
  assert.equal(new Set(names.map((name) => name.normalize('NFC').toLowerCase())).size, 4, names.join())
  assert.deepEqual(new Set(Object.values(pair.b.tree())), new Set(['one', 'two', 'nfc', 'nfd']))
  pair.a.write('con', 'reserved')
  pair.a.write('ends with dot.', 'reserved')
  await pair.sync()
  assert.deepEqual(Object.keys(pair.b.tree()), names)
  assert.deepEqual(new Set(pair.a.kept.state.report?.failed.values()), new Set(['NAME_NOT_ALLOWED']))
  const { failed, renamed } = await folderEvent(pair.a.kept)
  assert.deepEqual([failed, renamed], [2, 2])
  const checks = folderChecks({ list: () => [pair.a.kept], unwatched: () => [] })
  assert.deepEqual(
    checks.map(({ state, code }) => [state, code]),
    [
      ['warning', 'NAME_NOT_ALLOWED'],
      ['warning', 'NAMES_CHANGED']
    ]
  )
  const [notHere, changed] = checks
  for (const name of ['con', 'ends with dot.']) assert.ok(notHere!.message.includes(name), notHere!.message)
  for (const name of names.filter((one) => one.includes('(')))
    assert.ok(changed!.message.includes(name), changed!.message)
  for (const { remedy } of checks) assert.match(remedy!, /^Rename/)
})

test('what .holdfastignore names is neither sent nor deleted, here or there, also when it was in step before', async () => {
  const pair = await Pair.with({ 'build/out': 'x', 'src/main': 'y', 'src/main.o': 'z' })
  pair.a.write('.holdfastignore', 'build/\n*.o\n!keep.o\n')
  pair.a.write('src/keep.o', 'k')
  pair.a.write('src/other.o', 'local')
  await pair.sync()
  rmSync(pair.a.at('build'), { recursive: true })
  await pair.sync()
  const tree = pair.b.tree()
  assert.equal(tree['build/out'], 'x')
  assert.equal(tree['src/keep.o'], 'k')
  assert.equal(tree['src/other.o'], undefined)
})

test('A27 a clock that jumps a day to either side deletes nothing and stops nothing', async () => {
  const pair = await Pair.with({ x: '1' })
  for (const offsetMs of [86_400_000, -86_400_000]) {
    for (const { device } of [pair.a, pair.b]) device.clock.offsetMs = offsetMs
    pair.a.write(`at ${offsetMs}`, 'new')
    pair.b.write('x', `edited ${offsetMs}`)
    await pair.agree()
    assert.equal(pair.b.tree()[`at ${offsetMs}`], 'new')
    assert.equal(pair.a.tree()['x'], `edited ${offsetMs}`)
  }
})

test('A27 a clock that jumps a year empties no trash: only days that were lived through in agreement with others do', async () => {
  const pair = await Pair.with({ x: 'deleted', y: 'stays' })
  rmSync(pair.a.at('x'))
  await pair.agree({ y: 'stays' })
  const { b, relay } = pair
  const isThere = (): boolean => existsSync(b.at('.holdfast-trash'))
  const on = async (offMs: number): Promise<boolean> => {
    b.device.clock.offsetMs = offMs
    b.device.clock.ranMs += DAY_MS / 2
    await b.device.home.replica.tick()
    await b.pass({ trashDays: 1 })
    await exchange(b.device, relay)
    await b.pass({ trashDays: 1 })
    return isThere()
  }
  const years: boolean[] = []
  for (let year = 1; year < 3; year++) years.push(await on(year * 366 * DAY_MS), await on(0))
  assert.ok(years.every(Boolean), years.join())
  const days: boolean[] = []
  for (let day = 1; day <= 3; day++) {
    const offMs = (2 * 366 + day) * DAY_MS // later than what the wrong clock had shown, and now the others' too
    relay.clock.offsetMs = offMs
    days.push(await on(offMs))
  }
  assert.ok(days[0] && !days[2], days.join())
})

test('a directory in the way of a file, and a file in the way of a directory, are both kept', async () => {
  const pair = await Pair.with({ x: '1' })
  pair.a.write('thing', 'a file')
  pair.b.write('thing/inside', 'in a folder')
  await pair.agree()
  const contents = Object.values(pair.a.tree())
  assert.ok(contents.includes('a file') && contents.includes('in a folder'))
})

test('A31 a disk that was put back to an older state takes nothing from the others', async () => {
  const pair = await Pair.with({ x: 'old', y: 'stays' })
  pair.b.write('x', 'new')
  await pair.agree()
  pair.a.write('x', 'old') // restored from a backup, as any edit would look
  await pair.agree({ x: 'old', y: 'stays' })
  assert.equal(
    pair.a.device.vault.index.tree.versions(pair.a.device.vault.index.tree.resolve(['x'])!.id).kept.length,
    2
  )
})

const DAY_MS = 86_400_000

/** What b has done is in a's index, and not yet on its disk. */
async function bring(pair: Pair): Promise<void> {
  await pair.b.pass()
  await exchange(pair.b.device, pair.relay)
  await exchange(pair.a.device, pair.relay)
  assert.ok(existsSync(pair.a.path))
}
