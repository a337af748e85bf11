import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Pair } from './scene.ts'

test('A26 what others put into the vault under the names of this program is not written, not deleted, and told', async () => {
  const pair = await Pair.with({ x: '1' })
  const planted = ['.holdfast-trash/2026-01-01/planted', '.holdfast-tmp/0', '.Holdfast-Folder']
  for (const path of planted) await pair.b.device.write(path, 'planted')
  await pair.sync()
  for (const laptop of [pair.a, pair.b]) {
    assert.deepEqual(laptop.tree(), { x: '1' })
    assert.ok(!existsSync(laptop.at('.holdfast-trash')))
    const { failed } = laptop.kept.state.report!
    for (const path of planted) assert.equal(failed.get(path.split('/')[0]!), 'NAME_NOT_ALLOWED')
  }
  for (const path of planted) assert.equal(await pair.a.device.text(path), 'planted')
  pair.a.write('.HOLDFAST-TRASH/mine', 'looks alike')
  await pair.sync()
  assert.deepEqual(pair.b.tree(), { x: '1' })
  assert.equal(pair.a.kept.state.report?.failed.get('.HOLDFAST-TRASH'), 'NAME_NOT_ALLOWED')
})

test('a pipe where a file stood hangs nobody and deletes nothing: the file comes back when the pipe is gone', async () => {
  const pair = await Pair.with({ plan: '1', x: '1' })
  rmSync(pair.a.at('plan'))
  execFileSync('mkfifo', [pair.a.at('plan'), pair.a.at('new')])
  pair.b.write('plan', '2')
  pair.b.write('new', 'where the other pipe is')
  await pair.sync()
  assert.deepEqual(pair.b.tree(), { new: 'where the other pipe is', plan: '2', x: '1' })
  assert.ok(lstatSync(pair.a.at('plan')).isFIFO() && lstatSync(pair.a.at('new')).isFIFO())
  assert.deepEqual([...pair.a.kept.state.report!.failed.keys()].sort(), ['new', 'plan'])
  for (const name of ['plan', 'new']) rmSync(pair.a.at(name))
  await pair.agree({ new: 'where the other pipe is', plan: '2', x: '1' })
})

test('A26 where the trash or the folder of half-written files is a link, nothing is taken, and nothing lands elsewhere', async () => {
  const pair = await Pair.with({ gone: '1', x: '1' })
  const outside = pair.a.at('..', 'link-target')
  mkdirSync(outside)
  writeFileSync(join(outside, 'theirs'), 'not ours')
  symlinkSync(outside, pair.a.at('.holdfast-trash'))
  symlinkSync(outside, pair.a.at('.holdfast-tmp'))
  rmSync(pair.b.at('gone'))
  pair.b.write('new', 'n')
  await pair.sync()
  assert.deepEqual(readdirSync(outside), ['theirs'])
  assert.equal(readFileSync(join(outside, 'theirs'), 'utf8'), 'not ours')
  assert.equal(pair.a.tree()['gone'], '1')
  rmSync(pair.a.at('.holdfast-trash'))
  rmSync(pair.a.at('.holdfast-tmp'), { force: true })
  await pair.agree({ new: 'n', x: '1' })
  rmSync(outside, { recursive: true })
})

test('A20 what is nested too deep is told and does no harm; names of full length come, change twice a day and go', async () => {
  const long = `${'ä'.repeat(120)}.txt`
  const pair = await Pair.with({ [long]: '1', x: '1' })
  for (const content of ['2', '3']) {
    pair.b.write(long, content)
    await pair.sync()
    assert.equal(pair.a.read(long), content)
  }
  rmSync(pair.b.at(long))
  await pair.sync()
  assert.equal(pair.a.tree()[long], undefined)
  const [day = ''] = readdirSync(pair.a.at('.holdfast-trash'))
  const taken = readdirSync(pair.a.at('.holdfast-trash', day))
  assert.deepEqual(
    taken.map((name) => readFileSync(pair.a.at('.holdfast-trash', day, name), 'utf8')).sort(),
    ['1', '2', '3'],
    'each is in the trash'
  )
  mkdirSync(pair.a.at(...Array<string>(300).fill('d')), { recursive: true })
  const { report } = await pair.a.pass()
  assert.deepEqual([...report!.failed.values()], ['NAME_NOT_ALLOWED'])
  assert.ok(existsSync(pair.a.at(...Array<string>(300).fill('d'))))
})

test('times that few files have are kept: the beginning of time, before it, far ahead', async () => {
  const pair = await Pair.with({ x: '1' })
  const times = { zero: 0, before: -86_400, far: 13_569_465_600, half: 1_700_000_000.5 }
  for (const [name, seconds] of Object.entries(times)) {
    pair.a.write(name, name)
    utimesSync(pair.a.at(name), new Date(seconds * 1000), new Date(seconds * 1000))
  }
  await pair.agree()
  for (const [name, seconds] of Object.entries(times))
    assert.equal(lstatSync(pair.b.at(name)).mtimeMs, seconds * 1000, name)
})

test('rules from others that would take for ever stop what lies beside them, and nothing else', async () => {
  const pair = await Pair.with({ 'sub/x': '1', y: '1' })
  await pair.b.device.write('sub/.holdfastignore', `${'**/a/'.repeat(12)}b\n`)
  await pair.sync()
  pair.a.write(`sub/${'a/'.repeat(100)}c`, 'deep')
  pair.a.write('y', '2')
  await pair.sync()
  assert.equal(pair.b.tree()['y'], '2')
  assert.equal(pair.a.kept.state.report?.failed.get('sub'), 'IGNORE_RULES')
  assert.equal(pair.b.tree()['sub/x'], '1')
  writeFileSync(pair.a.at('sub/.holdfastignore'), '# none\n')
  writeFileSync(pair.b.at('sub/.holdfastignore'), '# none\n')
  await pair.agree()
  assert.equal(pair.b.tree()[`sub/${'a/'.repeat(100)}c`], 'deep')
  writeFileSync(pair.a.at('.holdfastignore'), '*.o\n'.repeat(501))
  rmSync(pair.a.at('y'))
  assert.equal((await pair.a.pass()).code, 'IGNORE_RULES')
  rmSync(pair.a.at('.holdfastignore'))
  await pair.agree()
  assert.equal(pair.b.tree()['y'], undefined)
})

test('a marker that is a folder, a pipe or without end is none: the folder counts as another one', async () => {
  const pair = await Pair.with({ x: '1' })
  const marker = pair.a.at('.holdfast-folder')
  const own = readFileSync(marker)
  for (const put of [
    () => mkdirSync(marker),
    () => execFileSync('mkfifo', [marker]),
    () => writeFileSync(marker, `holdfast folder ${'0'.repeat(16)}\n`),
    () => symlinkSync('x', marker)
  ]) {
    rmSync(marker, { recursive: true })
    put()
    rmSync(pair.a.at('x'), { force: true })
    assert.equal((await pair.a.pass()).code, 'FOLDER_GONE')
  }
  rmSync(marker)
  writeFileSync(marker, own)
  pair.a.write('x', '2')
  await pair.agree({ x: '2' })
})

test('out of FOLDER_GONE lead `folder rm` and `folder add`, whatever file the marker has become; what is no file is named', async () => {
  const pair = await Pair.with({ x: '1' })
  const { a } = pair
  const marker = a.at('.holdfast-folder')
  const garbage = (): void => writeFileSync(marker, 'garbage')
  rmSync(marker)
  garbage()
  assert.equal((await a.pass()).code, 'FOLDER_GONE')
  await a.folders.remove(a.path)
  assert.ok(!existsSync(marker), 'or no folder below could be added')
  for (const put of [() => mkdirSync(marker), () => execFileSync('mkfifo', [marker]), () => symlinkSync('x', marker)]) {
    put()
    const named = { code: 'EXISTS', message: new RegExp(`${marker} is not a file`) }
    await assert.rejects(a.folders.add(a.path, ['not', 'made']), named)
    assert.equal(a.device.vault.index.tree.resolve(['not']), undefined)
    rmSync(marker, { recursive: true })
  }
  garbage()
  a.kept = await a.folders.add(a.path, [])
  await pair.agree({ x: '1' })
})
