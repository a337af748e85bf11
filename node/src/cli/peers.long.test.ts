// Relay, recovery kit and a second device, as people type them: real processes, a relay among them.
import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Pi } from '../story/cast/pi.ts'
import { freePort } from '../story/process/ports.ts'
import { newPlace, type Line, type Running } from './testing.ts'

const place = await newPlace()
const pi = new Pi(join(place.folder, 'pi'), [`/ip4/127.0.0.1/tcp/${await freePort()}`])
after(async () => {
  await pi.goDown('SIGKILL')
  await place.remove()
})
const { json } = place
const kit = join(place.folder, 'kit.txt')
const upArgs = ['up', '--json', '--listen', '/ip4/127.0.0.1/tcp/0']
const statusText = async (): Promise<string> => (await place.run(['status'])).stdout.toString()
let up: Running

test('init writes the recovery kit for its owner alone, and over no other', async () => {
  writeFileSync(kit, 'something else')
  assert.equal((await json(['init', '--kit', 'kit.txt'], 1))[0]?.['code'], 'EXISTS')
  assert.equal(readFileSync(kit, 'utf8'), 'something else')
  await json(['ls'], 10)
  assert.equal((await json(['init', '--kit', 'nowhere/kit.txt'], 1))[0]?.['code'], 'STORE_FAILED')
  assert.equal((await json(['init', '--user-name', 'a/b'], 1))[0]?.['code'], 'NAME_NOT_ALLOWED')
  const [account] = await json(['init', '--name', 'a', '--user-name', 'Anna', '--kit', 'mine.txt'])
  const [first, words] = readFileSync(join(place.folder, 'mine.txt'), 'utf8').split('\n')
  assert.deepEqual([first, words], ['holdfast recovery kit 1', (account!['words'] as string[]).join(' ')])
  assert.equal(statSync(join(place.folder, 'mine.txt')).mode & 0o777, 0o600)
  assert.equal(account?.['kit'], join(place.folder, 'mine.txt'))
  const [card] = await json(['contact'])
  assert.deepEqual([card?.['name'], card?.['named']], ['Anna', true])
})

test('recovery test takes a kit, as a file and as text, and says what is wrong with it', async () => {
  const text = readFileSync(join(place.folder, 'mine.txt'), 'utf8')
  assert.deepEqual((await json(['recovery', 'test', 'mine.txt']))[0]?.['lacking'], [])
  assert.equal((await json(['recovery', 'test'], 0, text))[0]?.['fits'], true)
  assert.equal((await json(['recovery', 'test', 'kit.txt'], 2))[0]?.['code'], 'BAD_WORDS')
  assert.equal((await json(['recovery', 'test', 'gone.txt'], 4))[0]?.['code'], 'NOT_FOUND')
  writeFileSync(kit, text.replace(/\n\w+/, '\nzzz'))
  const [wrong] = await json(['recovery', 'test', 'kit.txt'], 2)
  assert.match(String(wrong?.['message']), /Word 1 /)
})

test('status without anybody says so, with one thing to do', async () => {
  assert.match(await statusText(), /^Off: .*\n {2}Stay connected: holdfast up\n/)
  up = await place.start(upArgs, 'ready')
  const [status] = await json(['status'])
  assert.deepEqual([status?.['state'], status?.['action']], ['waiting for a device', 'Add a device: holdfast pair'])
  assert.match(await statusText(), /^Waiting for a device: There is no other device or relay yet\.\n/)
})

test('relay add says the line for the kit, or writes it there', async () => {
  await pi.goUp()
  const other = (await json(['init', '--home', 'other', '--kit', 'other.txt']))[0]
  assert.ok(other !== undefined)
  const code = await pi.invite()
  assert.equal((await json(['relay', 'add', code, '--kit', 'other.txt'], 2))[0]?.['code'], 'WRONG_WORDS')
  const [relay] = await json(['relay', 'add', code, '--kit', 'mine.txt'])
  const text = readFileSync(join(place.folder, 'mine.txt'), 'utf8')
  assert.equal(text.split('\n')[2], relay?.['kitLine'])
  assert.equal(relay?.['kitLine'], ['relay', relay?.['id'], ...(relay!['addresses'] as string[])].join(' '))
  assert.equal(statSync(join(place.folder, 'mine.txt')).mode & 0o777, 0o600)
  assert.deepEqual((await json(['recovery', 'test', 'mine.txt']))[0]?.['lacking'], [])
  const short = text.split('\n').slice(0, 2).join('\n')
  assert.deepEqual((await json(['recovery', 'test'], 0, short))[0]?.['lacking'], [relay?.['kitLine']])
  // Again, by the same code or a new one: it is said to be there already, and there is no second one.
  assert.equal(relay?.['known'], false)
  for (const again of [code, await pi.invite()]) assert.equal((await json(['relay', 'add', again]))[0]?.['known'], true)
  const [only, ...others] = await json(['relay', 'ls'])
  assert.deepEqual([only?.['id'], others], [relay?.['id'], []])
})

test('a device joins by 12 words and an address', async () => {
  const offer = await place.start(['pair', '--yes', '--json'], 'link')
  const { words, addresses } = offer.line as Line & { words: string[]; addresses: string[] }
  assert.equal(words.length, 12)
  const at = addresses.flatMap((address) => ['--at', address.replace(/\/p2p\/.*/, '')])
  const wrong = [
    [['pair', ...words], 'USAGE'],
    [['pair', ...words.slice(1), ...at], 'BAD_WORDS'],
    [['pair', ...words.with(3, 'holdfast'), ...at], 'BAD_WORDS'],
    [['pair', words[0]!, ...at], 'BAD_WORDS'],
    [['pair', ...words, '--at', '127.0.0.1'], 'USAGE'],
    [['pair', words[0]!], 'BAD_LINK']
  ] as const
  for (const [args, code] of wrong)
    assert.equal((await json([...args, '--home', 'b'], 2)).at(-1)?.['code'], code, args.join(' '))
  const joined = await json(['pair', ...words, ...at, '--home', 'b', '--name', 'b'])
  assert.deepEqual([joined.map(({ type }) => type)], [['compare', 'joined']])
  assert.equal((await offer.ended).code, 0)
})

test('words and address come by standard input, too', async () => {
  const offer = await place.start(['pair', '--yes', '--json'], 'link')
  const { words, addresses } = offer.line as Line & { words: string[]; addresses: string[] }
  await json(['pair', '-', '--home', 'c', '--name', 'c'], 0, `${words.join(' ').toUpperCase()} ${addresses[0]}\n`)
  assert.equal((await offer.ended).code, 0)
  assert.deepEqual((await json(['devices'])).map(({ name }) => name).sort(), ['a', 'b', 'c'])
})

test('sync --once lists as failed only whom the vault names', async () => {
  await json(['add', '-', '--to', '/note.txt'], 0, 'a note')
  const sent = (await json(['sync', '--once'])).at(-1)
  assert.deepEqual([sent?.['peers'], sent?.['failed']], [1, []])
  up.child.kill('SIGTERM')
  await up.ended
  const first = (await json(['sync', '--once', '--home', 'b'])).at(-1)
  assert.deepEqual([first?.['failed'], Number(first?.['receivedBlobs']) > 0], [[], true])
  assert.deepEqual((await json(['sync', '--once', '--home', 'b'])).at(-1)?.['failed'], [])
  const text = await place.run(['sync', '--once', '--home', 'b'])
  assert.match(text.stderr, /In step with 1 peer: sent 0 B, received 0 B\.\n$/)
})

test('a relay that is silent keeps nobody from leaving; one that is down is said', async () => {
  process.kill(pi.pid!, 'SIGSTOP')
  const waiting = await place.start(['sync', '--once', '--json'], 'progress')
  waiting.child.kill('SIGINT')
  assert.equal((await waiting.ended).code, 130)
  await pi.goDown('SIGKILL')
  assert.equal((await json(['sync', '--once'], 13))[0]?.['code'], 'NO_PEER')
  up = await place.start(upArgs, 'ready')
  await json(['add', '-', '--to', '/alone.txt'], 0, 'nowhere else')
  const [status] = await json(['status'])
  assert.equal(status?.['state'], 'waiting for a device')
  assert.deepEqual((status!['onlyHere'] as { paths: string[] }).paths, ['/alone.txt'])
  assert.match(await statusText(), /\nonly here: 1 file\n {2}\/alone\.txt\n/)
  up.child.kill('SIGTERM')
  await up.ended
})
