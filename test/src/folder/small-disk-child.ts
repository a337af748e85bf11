// Keeps a folder in step on a small disk that nobody else uses and that may be mounted over: argument 1.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Pair } from './scene.ts'

const [disk = '', beside = ''] = process.argv.slice(2)
const MEGABYTE = 1 << 20
const text = (letter: string): string => letter.repeat(MEGABYTE)

test('on a small disk', async () => {
  const pair = await Pair.with({ old: text('o'), 'disk/own': '1' }, { a: join(disk, 'a'), b: beside })

  // Full: what fits is there whole, what does not is told, and the old version of a file stays until the new one fits.
  const ballast = join(disk, 'ballast')
  writeFileSync(ballast, text('b').repeat(4))
  for (const letter of 'uvwxyz') pair.b.write(letter, text(letter))
  pair.b.write('old', text('n'))
  await pair.sync()
  assert.ok([...pair.a.kept.state.report!.failed.values()].includes('STORE_FULL'))
  for (const [path, content] of Object.entries(pair.a.tree()))
    if (path.length === 1) assert.ok(content === text(path), path)
  assert.ok([text('o'), text('n')].includes(pair.a.read('old')))
  assert.ok(!readdirSync(pair.a.path).includes('.holdfast-tmp'))
  assert.equal(Object.keys(pair.b.tree()).length, 9, 'what did not fit there is not deleted here')
  unlinkSync(ballast)
  await pair.agree()
  assert.ok(pair.a.read('old') === text('n'))

  // Read only: told, nothing lost on either side.
  execFileSync('mount', ['-o', 'remount,ro', disk])
  pair.b.write('u', 'changed')
  pair.b.write('new', 'n')
  await pair.sync()
  pair.a.kept.look()
  assert.equal(pair.a.kept.state.code, 'STORE_READ_ONLY')
  assert.ok(pair.a.read('u') === text('u'))
  execFileSync('mount', ['-o', 'remount,rw', disk])
  await pair.agree()
  assert.equal(pair.a.read('u'), 'changed')

  // Another disk within it, there one day and gone the next.
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', pair.a.at('disk')])
  pair.a.write('disk/foreign', 'on the other disk')
  pair.b.write('disk/own', '2')
  await pair.sync()
  assert.equal(pair.a.kept.state.report?.failed.get('disk'), 'OTHER_DISK')
  assert.deepEqual(readdirSync(pair.a.at('disk')), ['foreign'])
  assert.deepEqual([pair.b.read('disk/own'), pair.b.tree()['disk/foreign']], ['2', undefined])
  execFileSync('umount', [pair.a.at('disk')])
  await pair.agree()
  assert.equal(pair.a.read('disk/own'), '2')
})
