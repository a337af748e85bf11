// npm start and npm run demo, to their ends. Only in the long run: what they do is tested elsewhere, in less time.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { cleanEnvironment, ROOT } from '@holdfast/node/story/process/programs'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-told-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const stage = join(folder, 'stage')

/** Runs it, and ends it as a service manager would when it has said `last`. Returns what it printed. */
async function play(program: string, args: readonly string[], last?: string): Promise<string> {
  const child = spawn(process.execPath, [join(ROOT, 'node/dist', program), ...args], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const was = said
    said += text
    if (last !== undefined && said.includes(last) && !was.includes(last)) child.kill('SIGTERM')
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  assert.equal(code, 0, said)
  return said
}

const UP = 'Everything stays up until'

test('what is not understood is said at once, and nothing is begun', () => {
  for (const program of ['story/main.js', 'demo/main.js']) {
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'node/dist', program), '--nonsense'], {
      encoding: 'utf8'
    })
    assert.equal(status, 2)
    assert.match(stderr, /^Usage: npm /)
  }
})

if (process.env['HOLDFAST_LONG'] === '1') {
  test('the story is told to its end, and what an older version told is kept', async () => {
    mkdirSync(join(stage, 'laptop'), { recursive: true })
    writeFileSync(join(stage, 'laptop', 'precious'), 'of the user')
    writeFileSync(join(stage, 'story.json'), '{"v":1,"told":true}')
    const said = await play('story/main.js', ['--at', stage], UP)
    assert.match(said, /That was the story/)
    assert.match(said, /names readable: 0, contents readable: 0/)
    assert.deepEqual(readdirSync(join(stage, 'older-1', 'laptop')), ['precious'])
  })

  test('started again, it shows everything where it was', async () => {
    const said = await play('story/main.js', ['--at', stage], UP)
    assert.match(said, /All five are up again/)
    assert.doesNotMatch(said, /offline/)
  })

  test('the demo holds on any folder', async () => {
    const lines = (await play('demo/main.js', [join(ROOT, 'docs'), '--json'])).trim().split('\n')
    const events = lines.map((line) => JSON.parse(line) as { type: string; ok: boolean })
    assert.equal(events.at(-1)?.type, 'done')
    assert.ok(events.every(({ ok }) => ok))
  })
}
