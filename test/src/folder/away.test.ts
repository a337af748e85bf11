import { execFileSync } from 'node:child_process'
import { chmodSync, renameSync, rmSync } from 'node:fs'
import { test } from 'node:test'
import { Pair } from './scene.ts'

test('what was deleted does not come back from a device that was away for long and whose disk was copied meanwhile', async () => {
  const pair = await Pair.with({ 'old/a': '1', 'old/b': '2', 'old/c': '3', kept: '4', 'x/run': '6' })
  rmSync(pair.a.at('old'), { recursive: true })
  rmSync(pair.a.at('x/run'))
  for (let i = 0; i < 5; i++) {
    pair.a.write('kept', `edit ${i}`)
    await pair.a.pass()
  }
  // A new disk: everything is there with its times, and nothing is the file it was.
  execFileSync('cp', ['-a', pair.b.path, `${pair.b.path}-new`])
  rmSync(pair.b.path, { recursive: true })
  renameSync(`${pair.b.path}-new`, pair.b.path)
  pair.b.write('old/c', 'edited before it was back')
  chmodSync(pair.b.at('x/run'), 0o755)
  await pair.agree({
    kept: 'edit 4',
    old: '(folder)',
    'old/c': 'edited before it was back',
    x: '(folder)',
    'x/run': '(executable) 6'
  })
})
