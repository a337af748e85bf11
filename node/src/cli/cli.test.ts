// The program as people and scripts use it: real processes, one home.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readDocumented, unlike } from '../term/documented.ts'
import { newPlace, type Ran, type Running } from './testing.ts'

const place = await newPlace()
after(() => place.remove())
const { json } = place
const documented = readDocumented()

const big = randomBytes(3_000_000)
const src = join(place.folder, 'src')
/** From the fourth test on, what runs without a word about it runs in this process. */
let up: Running
let words: string[] = []

test('before there is a vault, every command says how to make one', async () => {
  for (const command of [['ls'], ['up']]) {
    const [line] = await json(command, 10)
    assert.equal(line?.['code'], 'NO_HOME')
  }
})

test('init shows the 24 words once, and never makes a second vault in one home', async () => {
  const [account] = await json(['init', '--name', 'laptop'])
  words = account!['words'] as string[]
  assert.equal(words.length, 24)
  const [again] = await json(['init', '--name', 'laptop'], 1)
  assert.equal(again?.['code'], 'HOME_EXISTS')
  const settings = readFileSync(join(place.folder, 'home/home.json'), 'utf8')
  assert.ok(!settings.includes('correct horse'))
  writeFileSync(join(place.folder, 'wrong'), 'something else\n')
  assert.equal((await place.run(['ls', '--passphrase-file', 'wrong'])).code, 12)
  assert.equal((await place.run(['ls', '--passphrase-file', 'missing'])).code, 12)
})

test('a folder goes in and comes out as it was', async () => {
  mkdirSync(join(src, 'sub/empty'), { recursive: true })
  writeFileSync(join(src, 'big.bin'), big)
  writeFileSync(join(src, 'sub/run.sh'), '#!/bin/sh\n')
  chmodSync(join(src, 'sub/run.sh'), 0o755)
  symlinkSync('../big.bin', join(src, 'sub/link'))
  symlinkSync('/etc/passwd', join(src, 'outside'))
  utimesSync(join(src, 'big.bin'), 1_500_000_000, 1_500_000_000)
  const lines = await json(['add', 'src', '--to', '/docs'])
  assert.deepEqual(lines.find(({ type }) => type === 'link-outside')?.['path'], '/docs/outside')
  const last = lines.at(-1)
  assert.deepEqual([last?.type, last?.['files'], last?.['bytes']], ['done', 4, 3_000_000 + 10 + 10 + 11])

  const got = await json(['get', '/docs', '-o', 'out'])
  assert.deepEqual(got.filter(({ type }) => type === 'link-outside').length, 1)
  const out = join(place.folder, 'out')
  assert.ok(readFileSync(join(out, 'big.bin')).equals(big))
  assert.equal(statSync(join(out, 'big.bin')).mtimeMs, 1_500_000_000_000)
  assert.equal(statSync(join(out, 'sub/run.sh')).mode & 0o100, 0o100)
  assert.ok(statSync(join(out, 'sub/empty')).isDirectory())
  assert.equal(readlinkSync(join(out, 'sub/link')), '../big.bin')
  assert.ok(!existsSync(join(out, 'outside')))
})

test('up answers for the home, over a socket that only its owner may open; a second one is told so', async () => {
  up = await place.start(['up', '--json', '--listen', '/ip4/127.0.0.1/tcp/0'], 'ready')
  assert.deepEqual(unlike(documented, 'up', up.line), [])
  assert.equal(lstatSync(String(up.line['control'])).mode & 0o777, 0o600)
  assert.equal((await json(['status']))[0]?.['process'], up.child.pid)
  const [second] = await json(['up'], 11)
  assert.deepEqual([second?.['code'], second?.['message']], ['IN_USE', `Process ${up.child.pid} has this home open.`])
  assert.equal((await json(['get', '/docs', '-o', 'out'])).at(-1)?.['files'], 0, 'nothing is written again')
})

test('cat prints a range exactly, and standard input becomes a file', async () => {
  const part = await place.run(['cat', '/docs/big.bin', '--range', '100-199'])
  assert.ok(part.stdout.equals(big.subarray(100, 200)))
  assert.ok((await place.run(['cat', '/docs/big.bin', '--range', '-7'])).stdout.equals(big.subarray(-7)))
  await json(['add', '-', '--to', '/docs/note.txt'], 0, 'from standard input')
  assert.equal((await place.run(['cat', '/docs/note.txt'])).stdout.toString(), 'from standard input')
  assert.equal((await place.run(['cat', '/docs'])).code, 1)
  assert.equal((await place.run(['cat', '/docs/big.bin', '--range', 'x'])).code, 2)
})

test('ls -l says where the bytes are, from the index alone', async () => {
  const lines = await json(['ls', '/docs', '-l'])
  assert.deepEqual(
    lines.map(({ path }) => path),
    ['/docs/big.bin', '/docs/note.txt', '/docs/outside', '/docs/sub']
  )
  assert.deepEqual([lines[0]?.['state'], lines[0]?.['copies'], lines[0]?.['bytes']], ['here', ['laptop'], 3_000_000])
  assert.equal((await json(['ls', '/docs', '-R'])).length, 7)
  assert.equal((await json(['ls', '/docs/big.bin'])).length, 1)
  assert.equal((await json(['ls', '/nowhere'], 4))[0]?.['code'], 'NOT_FOUND')
})

test('what is moved and removed comes back, what is shredded does not', async () => {
  await json(['mkdir', '/a/b'])
  await json(['mv', '/docs/note.txt', '/a/b'])
  for (const [from, to, code] of [
    ['/a', '/a/below', 'INTO_ITSELF'],
    ['/a', '/a', 'INTO_ITSELF'],
    ['/a', '/a/b', 'INTO_ITSELF'],
    ['/a', '/', 'THERE_ALREADY'],
    ['/a/b/note.txt', '/a/b', 'THERE_ALREADY'],
    ['/a/b/note.txt', '/a/b/note.txt', 'THERE_ALREADY']
  ] as const) {
    assert.equal((await json(['mv', from, to], 1))[0]?.['code'], code, `${from} ${to}`)
  }
  await json(['mv', '/a/b/note.txt', '/a/renamed.txt'])
  for (const never of ['/a', '/a/b', '/a/renamed.txt', '/', '/nowhere']) {
    assert.equal((await json(['restore', never], 4))[0]?.['code'], 'NOT_FOUND', never)
  }
  await json(['rm', '/a'])
  assert.equal((await json(['ls', '/a/renamed.txt'], 4)).length, 1)
  const [gone, end] = await json(['deleted'])
  assert.deepEqual([gone?.['path'], gone?.['bytes'], end?.['deleted']], ['/a/renamed.txt', 19, 1])
  await json(['restore', `/a/renamed.txt@${String(gone?.['version'])}`])
  assert.equal((await place.run(['cat', '/a/renamed.txt'])).stdout.toString(), 'from standard input')
  assert.equal((await json(['deleted']))[0]?.['deleted'], 0)
  await json(['rm', '/a'])
  await json(['restore', '/a'])
  assert.equal((await place.run(['cat', '/a/renamed.txt'])).stdout.toString(), 'from standard input')
  await json(['add', '-', '--to', '/a/renamed.txt'], 0, 'changed')
  const versions = await json(['history', '/a/renamed.txt'])
  assert.deepEqual(
    versions.map(({ state }) => state),
    ['current', 'kept']
  )
  await json(['restore', `/a/renamed.txt@${String(versions[1]?.['version'])}`])
  assert.equal((await place.run(['cat', '/a/renamed.txt'])).stdout.toString(), 'from standard input')

  assert.equal((await json(['rm', '--shred', '/a'], 15))[0]?.['code'], 'NEEDS_CONFIRMATION')
  assert.ok((await json(['rm', '--shred', '-n', '/a'])).some(({ path }) => path === '/a/renamed.txt'))
  const [shredded] = await json(['rm', '--shred', '-f', '/a'])
  assert.ok(Number(shredded?.['objects']) >= 2)
  assert.equal((await json(['restore', '/a/renamed.txt'], 4))[0]?.['code'], 'NOT_FOUND')
})

test('what cannot be read is named, the rest is added, and the exit code says so', async () => {
  mkdirSync(join(place.folder, 'partly'))
  writeFileSync(join(place.folder, 'partly/good'), 'x')
  writeFileSync(Buffer.concat([Buffer.from(join(place.folder, 'partly/bad')), Buffer.of(0xff)]), 'x')
  const lines = await json(['add', 'partly', 'gone'], 3)
  assert.deepEqual(
    lines.filter(({ type }) => type !== 'progress').map(({ type, code }) => code ?? type),
    ['NAME_NOT_ALLOWED', 'NOT_FOUND', 'done']
  )
  assert.equal(lines.at(-1)?.['files'], 1)
})

test('nothing at any of the paths to add is not found, as anywhere else', async () => {
  for (const paths of [['gone'], ['gone', 'partly/good/below'], ['gone', '--to', '/docs']]) {
    const last = (await json(['add', ...paths], 4)).at(-1)
    assert.deepEqual([last?.type, last?.['code']], ['error', 'NOT_FOUND'])
  }
})

test('a hostile name is never shown raw', async () => {
  const name = 'a\u202etxt.exe'
  writeFileSync(join(place.folder, name), 'x')
  const ran: Ran = await place.run(['add', name])
  assert.equal(ran.code, 3)
  assert.ok(ran.stderr.includes('a\\u202etxt.exe'))
  assert.doesNotMatch(ran.stderr, /\u202e/)
})

test('status, verify, conflicts, devices and relays answer', async () => {
  const [status] = await json(['status'])
  assert.deepEqual(
    [status?.['state'], (status!['onlyHere'] as { files: number }).files > 0],
    ['waiting for a device', true]
  )
  assert.ok((await json(['status', '-l'])).length > 3)
  assert.equal((await json(['verify'])).at(-1)?.['damaged'], 0)
  assert.equal((await json(['conflicts'])).at(-1)?.['conflicts'], 0)
  assert.equal((await json(['conflicts', 'resolve', '/docs/big.bin', '--keep', 'mine'], 4))[0]?.['code'], 'NOT_FOUND')
  assert.equal((await json(['devices']))[0]?.['this'], true)
  assert.deepEqual(await json(['relay', 'ls']), [])
  assert.equal((await json(['recovery', 'test'], 0, words.join(' ')))[0]?.['fits'], true)
  assert.equal((await json(['recovery', 'test'], 2, [...words].reverse().join(' ')))[0]?.['code'], 'BAD_WORDS')
  assert.equal((await json(['sync', '--once'], 13))[0]?.['code'], 'NO_PEER')
})

test('wrong ways to call it end with 2', async () => {
  for (const wrong of [
    ['frob'],
    ['ls', '--frob'],
    ['mv', '/a'],
    ['get', '/a/../b'],
    ['relay', 'add', 'nonsense'],
    ['add', '-']
  ]) {
    assert.equal((await place.run([...wrong, '--json'])).code, 2, wrong.join(' '))
  }
  assert.match(String((await json(['statsu'], 2))[0]?.['message']), /Did you mean status\?/)
})

test('Ctrl-C ends a command that waits, and not the process it runs in', async () => {
  const through = await place.start(['pair', '--yes', '--json'], 'link')
  assert.deepEqual(unlike(documented, 'pair', through.line), [])
  through.child.kill('SIGINT')
  assert.equal((await through.ended).code, 130)
  assert.equal((await json(['status']))[0]?.['process'], up.child.pid)
})

test('a reader that has seen enough is no error', async () => {
  const running = await place.start(['ls', '/', '-R', '--json'], 'file')
  running.child.stdout?.destroy()
  assert.equal((await running.ended).code, 0)
})

test('a process that holds the home and does not answer is in use, not waited for for ever', async () => {
  up.child.kill('SIGSTOP')
  assert.equal((await json(['ls'], 11))[0]?.['code'], 'IN_USE')
  up.child.kill('SIGCONT')
})

test('SIGTERM ends up with 0; a killed one leaves nothing in the way; then commands work by themselves', async () => {
  up.child.kill('SIGTERM')
  assert.equal((await up.ended).code, 0)
  assert.ok(!existsSync(String(up.line['control'])))
  const killed = await place.start(['up', '--json', '--listen', '/ip4/127.0.0.1/tcp/0'], 'ready')
  killed.child.kill('SIGKILL')
  await killed.ended
  const alone = await place.start(['pair', '--yes', '--json', '--listen', '/ip4/127.0.0.1/tcp/0'], 'link')
  alone.child.kill('SIGINT')
  assert.equal((await alone.ended).code, 130)
})
