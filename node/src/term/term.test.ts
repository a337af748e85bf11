import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { HoldfastError } from '@holdfast/core/base/errors'
import fc from 'fast-check'
import { globalsOf, newProgram } from './args.ts'
import { printable, printablePath } from '@holdfast/core/base/printable'
import { agoText, bytesText, count } from '@holdfast/core/base/amounts'
import { Output } from './output.ts'
import { newProgress } from './progress.ts'

test('a hostile name cannot move the cursor, hide or reorder text', () => {
  assert.equal(printable('a\x1b[2Jb'), 'a\\x1b[2Jb')
  assert.equal(printable('invoice\u202Efdp.exe'), 'invoice\\u202efdp.exe')
  assert.equal(printable('a\nb\u2028c\u200Bd\x9Be'), 'a\\x0ab\\u2028c\\u200bd\\x9be')
  assert.equal(printable('\uD800'), '\\ud800')
  assert.equal(printablePath(['été', 'x\ty']), '/été/x\\x09y')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(printable(text), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    })
  )
})

test('two different names never look alike after escaping', () => {
  const names = fc.string({ unit: 'binary' })
  fc.assert(fc.property(names, names, (a, b) => assert.equal(printable(a) === printable(b), a === b)))
})

test('sizes and times are said in few words', () => {
  assert.deepEqual([0, 1023, 1024, 1536, 20 * 1024, 3 * 1024 ** 3].map(bytesText), [
    '0 B',
    '1023 B',
    '1.0 KiB',
    '1.5 KiB',
    '20 KiB',
    '3.0 GiB'
  ])
  assert.deepEqual(
    [-5, 0, 30, 300, 7200, 86_400, 9 * 86_400].map((s) => agoText(0, s * 1000)),
    ['just now', 'just now', '30 s ago', '5 min ago', '2 h ago', '1 day ago', '9 days ago']
  )
  assert.equal(count(1, 'entry', 'entries'), '1 entry')
  assert.equal(count(1234, 'file'), '1,234 files')
})

test('with --json an error is one line with code, words and remedy, and decides the exit code', async () => {
  const { output, out, err } = collected({ json: true })
  assert.equal(await output.fail(new HoldfastError('NOT_FOUND')), 4)
  const line = JSON.parse(out()) as Record<string, unknown>
  assert.deepEqual(Object.keys(line), ['v', 'type', 'code', 'message', 'remedy'])
  assert.equal(line['code'], 'NOT_FOUND')
  assert.equal(err(), '')
})

test('without it the error goes to standard error, with the next step', async () => {
  const { output, out, err } = collected({})
  assert.equal(await output.fail(new Error('boom')), 1)
  assert.equal(out(), '')
  assert.match(err(), /INTERNAL/)
  assert.doesNotMatch(err(), /boom/)
})

test('what the error adds is a sentence for people, as it was for programs', async () => {
  const { output, err } = collected({})
  await output.fail(new HoldfastError('USAGE', 'a message needs some text'))
  assert.match(err(), /not understood\. A message needs some text\. \(USAGE\)/)
  await output.fail(new HoldfastError('NO_SERVICE_MANAGER', 'The line that starts it: holdfast up --home /h'))
  assert.match(err(), /--home \/h \(NO_SERVICE_MANAGER\)/, 'a full stop would be copied with the path')
})

test('--quiet keeps talk away and leaves data and warnings', async () => {
  const { output, out, err } = collected({ quiet: true })
  output.say('hello')
  output.warn('look')
  await output.line('data')
  assert.equal(out(), 'data\n')
  assert.equal(err(), '! look\n')
})

test('a command whose output is bytes keeps its --json lines out of them', async () => {
  const { output, out, err } = collected({ json: true, raw: true })
  await output.write(Uint8Array.of(65))
  await output.event({ type: 'done' })
  assert.equal(out(), 'A')
  assert.equal(err(), '{"v":1,"type":"done"}\n')
})

test('a line of --json shows no formatting character as it is, and still means the same', async () => {
  const { output, out } = collected({ json: true })
  const path = '/a\u202eb\u{e0041}\x9b\u200bé😀'
  await output.event({ type: 'file', path })
  const line = out()
  assert.doesNotMatch(line.trimEnd(), /[\p{Cc}\p{Cf}]/u)
  assert.equal((JSON.parse(line) as { path: string }).path, path)
})

test('what was partly done is told by its own lines, and by the exit code', async () => {
  const { output, out } = collected({ json: true })
  assert.equal(await output.fail(new HoldfastError('PARTLY_DONE')), 3)
  assert.equal(out(), '')
})

test('writing to somebody who reads no more ends the work', async () => {
  const { output, stdout } = collected({})
  const blocked = output.write(new Uint8Array(1024 * 1024))
  stdout.destroy(new Error('gone'))
  await assert.rejects(blocked, { code: 'ABORTED' })
  await assert.rejects(output.write('x'), { code: 'ABORTED' })
})

test('the bell sounds on a terminal alone, and not for programs or who wants quiet', () => {
  const rung = (isTTY: boolean, options: { json?: boolean; quiet?: boolean } = {}): string => {
    const { output, stderr, err } = collected(options)
    Object.assign(stderr, { isTTY })
    output.bell()
    return err()
  }
  assert.deepEqual(
    [rung(true), rung(false), rung(true, { json: true }), rung(true, { quiet: true })],
    ['\x07', '', '', '']
  )
})

test('progress comes at most once a second as JSON, every 30 s as text, never with --quiet', () => {
  let now = 0
  const said = (options: { json?: boolean; quiet?: boolean }) => {
    now = 0
    const { output, out, err } = collected(options)
    const progress = newProgress(output, () => now)
    for (now = 0; now <= 60_000; now += 100)
      progress.update({ done: now, text: 'working' }, { type: 'progress', done: now })
    progress.stop()
    return (out() + err()).split('\n').length - 1
  }
  assert.equal(said({ quiet: true }), 0)
  assert.equal(said({}), 2)
  assert.ok(said({ json: true }) >= 1)
})

test('flags come before the environment, the environment before the default', () => {
  const read = (argv: string[], env: NodeJS.ProcessEnv) => {
    const program = newProgram({ name: 'holdfast', description: 'd', version: '1', unlocks: true })
    let globals: ReturnType<typeof globalsOf> | undefined
    const command = program.command('x').action(() => {
      globals = globalsOf(command, env)
    })
    program.parse(['node', 'x', ...argv])
    return globals!
  }
  const env = { HOLDFAST_HOME: '/env', HOLDFAST_PASSPHRASE_FILE: '/p', NO_COLOR: '1' }
  assert.equal(read(['x', '--home', '/flag'], env).home, '/flag')
  assert.equal(read(['--home', '/flag', 'x'], env).home, '/flag')
  assert.equal(read(['x'], env).home, '/env')
  assert.match(read(['x'], {}).home, /holdfast$/)
  assert.equal(read(['x'], env).passphraseFile, '/p')
  assert.equal(read(['x', '--passphrase-file', '/q'], env).passphraseFile, '/q')
  assert.equal(read(['x'], env).color, false)
  assert.equal(read(['x', '--json', '-q', '--no-input'], {}).json, true)
})

function collected(options: { json?: boolean; quiet?: boolean; raw?: boolean }) {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const output = new Output({ json: false, quiet: false, verbose: false, color: false, ...options, stdout, stderr })
  const read = (stream: PassThrough) => () => String(stream.read() ?? '')
  return { output, stdout, stderr, out: read(stdout), err: read(stderr) }
}
