// Taking everything out, asking whether anybody is needed, and completing commands.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { readLog } from '../log/testing.ts'
import { newPlace } from './testing.ts'

const place = await newPlace()
after(() => place.remove())
const at = (...names: string[]): string => join(place.folder, ...names)

test('export takes everything out, goes on where it was, and replaces nothing', async () => {
  await place.json(['init', '--name', 'a'])
  mkdirSync(at('src/deep'), { recursive: true })
  writeFileSync(at('src/deep/one'), 'first')
  writeFileSync(at('src/two'), 'second')
  symlinkSync('two', at('src/link'))
  await place.json(['add', 'src', '--to', '/'])
  const whole = await place.json(['export', 'out'])
  assert.deepEqual([whole.at(-1)!['files'], readFileSync(at('out/deep/one'), 'utf8')], [3, 'first'])
  rmSync(at('out/two'))
  writeFileSync(at('out/deep/one'), 'mine now')
  const again = await place.json(['export', 'out'], 3)
  assert.deepEqual(
    again.filter(({ type }) => type === 'failed').map(({ path, code }) => [path, code]),
    [['/deep/one', 'EXISTS']]
  )
  const done = again.find(({ type }) => type === 'done')!
  assert.deepEqual([done['files'], done['unchanged']], [1, 1]) // the link is as it was
  assert.deepEqual(
    [readFileSync(at('out/deep/one'), 'utf8'), readFileSync(at('out/two'), 'utf8')],
    ['mine now', 'second']
  )
})

test('status --check ends with 0 while nothing needs a decision, and with 15 when a folder is gone: status and doctor say which', async () => {
  await place.json(['folder', 'add', '--to', '/deep', '--set', `folder.path=${at('kept')}`])
  const [well] = await place.json(['status', '--check'])
  const [kept] = well!['folders'] as Record<string, unknown>[]
  assert.deepEqual([kept!['path'], kept!['to'], kept!['state'], kept!['files']], [at('kept'), '/deep', 'off', 1])
  renameSync(at('kept'), at('unplugged'))
  const [gone, error] = await place.json(['status', '--check'], 15)
  assert.equal((gone!['folders'] as Record<string, unknown>[])[0]!['code'], 'FOLDER_GONE')
  assert.deepEqual([gone!['state'], error!['code']], ['needs you', 'NEEDS_YOU'])
  assert.match(String(gone!['message']), /kept: The folder is not there/)
  const check = (await place.json(['doctor'], 15)).find(({ name }) => name === 'folder')
  assert.deepEqual([check!['code'], check!['about']], ['FOLDER_GONE', at('kept')])
})

test('while `up` runs, a folder that is gone is told before any warning, and once it is back the warnings are; doctor and status tell of settings that are wrong by now', async () => {
  const up = await place.start(['up', '--json', '--set', 'connect.autoConnect=false'], 'problem')
  assert.deepEqual([up.line['state'], up.line['code']], ['error', 'FOLDER_GONE'])
  renameSync(at('unplugged'), at('kept'))
  while (!readLog(at('home')).some(({ event, code }) => event === 'settled' && code === 'FOLDER_GONE')) await wait(100)

  // The process runs with what the file said at its start.
  writeFileSync(at('home/config.toml'), 'up = 1\n')
  const [wrong] = await place.json(['doctor'], 15)
  assert.deepEqual([wrong!['name'], wrong!['state'], wrong!['code']], ['settings', 'error', 'BAD_SETTING'])
  const [told] = await place.json(['status', '--check'], 15)
  const [problem] = told!['problems'] as Record<string, unknown>[]
  assert.deepEqual([told!['state'], problem!['code']], ['needs you', 'BAD_SETTING'])
  assert.match(String(told!['message']), /config\.toml, line 1: up is a section/)
  rmSync(at('home/config.toml'))

  up.child.kill('SIGTERM')
  const problems = (await up.ended).lines.filter(({ type }) => type === 'problem')
  const [first, ...later] = problems.map(({ state }) => state)
  assert.equal(first, 'error')
  assert.ok(later.length > 0 && later.every((state) => state === 'warning'), JSON.stringify(problems))
})

test('completion offers commands, what is below them, and their flags', async () => {
  const script = (await place.run(['completion', 'bash'])).stdout.toString()
  const offered = (...words: string[]): string[] => {
    const ask = `COMP_WORDS=(holdfast ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _holdfast; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', `${script}${ask}`], { encoding: 'utf8' })
    assert.equal(stderr, '')
    return stdout.trim().split('\n')
  }
  assert.deepEqual(offered('expo'), ['export'])
  assert.deepEqual(offered('service', 'un'), ['uninstall'])
  assert.ok(offered('--json', 'service', 'install', '--p').includes('--print'))
  assert.ok(offered('').includes('doctor'))
  assert.equal((await place.run(['completion', 'tcsh'])).code, 2)
})
