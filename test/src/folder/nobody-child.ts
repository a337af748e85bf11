// Keeps a folder in step as somebody who may not do everything in it: argument 1. As root it drops all rights first.
import assert from 'node:assert/strict'
import { chmodSync, rmSync } from 'node:fs'
import { test } from 'node:test'
import { Pair } from './scene.ts'

const NOBODY = 65534
const [a = '', b = ''] = process.argv.slice(2)
if (process.getuid?.() === 0) {
  process.setgroups?.([])
  process.setgid?.(NOBODY)
  process.setuid?.(NOBODY)
}
test('as nobody', async () => {
  const pair = await Pair.with({ 'closed/x': '1', 'locked/y': '1', secret: '1', z: '1' }, { a, b })

  // A folder that cannot be listed is not an empty one, a file that cannot be read neither changed nor gone.
  chmodSync(pair.a.at('closed'), 0)
  pair.a.write('secret', '2')
  chmodSync(pair.a.at('secret'), 0)
  pair.b.write('closed/x', '2')
  pair.a.write('z', '2')
  await pair.sync()
  const { failed } = pair.a.kept.state.report!
  assert.deepEqual([failed.get('closed'), failed.get('secret')], ['FILE_UNREADABLE', 'FILE_UNREADABLE'])
  assert.deepEqual([pair.b.read('closed/x'), pair.b.read('secret'), pair.b.read('z')], ['2', '1', '2'])
  chmodSync(pair.a.at('closed'), 0o755)
  chmodSync(pair.a.at('secret'), 0o644)
  await pair.agree()
  assert.deepEqual([pair.a.read('closed/x'), pair.b.read('secret')], ['2', '2'])

  // Shut while somebody else edits it: nobody has edited it here, so theirs is the only edit.
  const shut = ['plain', 'untold', 'gone']
  for (const name of shut) pair.a.write(name, '1')
  await pair.agree()
  chmodSync(pair.a.at('plain'), 0)
  await pair.a.pass()
  chmodSync(pair.a.at('untold'), 0)
  chmodSync(pair.a.at('gone'), 0)
  for (const name of ['plain', 'untold']) pair.b.write(name, '1 and theirs')
  rmSync(pair.b.at('gone'))
  for (let round = 0; round < 2; round++) await pair.sync()
  assert.deepEqual(
    shut.map((name) => pair.a.kept.state.report!.failed.get(name)),
    shut.map(() => 'FILE_UNREADABLE')
  )
  assert.equal(pair.a.kept.state.report!.isUnsettled, false)
  for (const name of shut) chmodSync(pair.a.at(name), 0o644)
  await pair.a.passHeard()
  assert.deepEqual(
    [pair.a.read('plain'), pair.a.read('untold'), pair.a.tree()['gone']],
    ['1 and theirs', '1 and theirs', undefined]
  )
  await pair.agree()
  assert.ok(!Object.keys(pair.a.tree()).some((name) => name.includes('conflict')))

  // In a folder that may not be written to nothing is replaced; what is beside it goes on.
  chmodSync(pair.a.at('locked'), 0o555)
  pair.b.write('locked/y', '3')
  pair.b.write('z', '3')
  await pair.sync()
  assert.deepEqual([pair.a.read('locked/y'), pair.a.read('z')], ['1', '3'])
  assert.ok(pair.a.kept.state.report!.failed.has('locked/y'))
  chmodSync(pair.a.at('locked'), 0o755)
  await pair.agree()
  assert.equal(pair.a.read('locked/y'), '3')

  // The whole folder.
  chmodSync(pair.a.path, 0o555)
  pair.b.write('z', '4')
  await pair.sync()
  assert.notEqual(pair.a.kept.state.code, undefined)
  assert.equal(pair.a.read('z'), '3')
  chmodSync(pair.a.path, 0o755)
  await pair.agree()
  assert.equal(pair.a.read('z'), '4')
})
