// The walk, command by command as people write it, each in a process of its own.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { accountSecretsFromWords } from '@holdfast/core/secret/words'
import { eventOf } from '@holdfast/node/story/process/programs'
import { compareFolders } from '@holdfast/node/story/search/compare'
import { searchHome } from '@holdfast/node/story/search/raw-search'
import { linesOf, newWorld, errorOf } from './world.ts'

const world = await newWorld()
const { holdfast, relay, path } = world
const large = randomBytes(9 << 20)
world.file('DIR/F', large)
world.file('DIR/letters/first.txt', 'dear reader, '.repeat(40))
world.file('DIR/letters/second.txt', 'yours, the writer')
const server = world.begin(
  'holdfast-relay',
  'serve --home R --listen /ip4/127.0.0.1/tcp/0 --listen /ip4/127.0.0.1/tcp/0/ws'
)

test('the relay says first where it listens', async () => {
  const ready = await server.event(() => true)
  assert.equal(ready.type, 'ready')
  assert.equal((ready['addresses'] as string[]).length, 2)
})

test('an account is made, with 24 words that are on no disk', async () => {
  const [account, ...more] = linesOf(await holdfast('init --home A --name laptop-a --passphrase-file P'))
  assert.equal(account?.type, 'account')
  const words = account['words'] as string[]
  assert.equal(words.length, 24)
  assert.deepEqual(more, [])
  // Four in a row are found nowhere by chance.
  const rows = Array.from({ length: 21 }, (_, at) => words.slice(at, at + 4))
  const forms = [(row: string[]) => row.join(' '), (row: string[]) => JSON.stringify(row).slice(1, -1)]
  const needles = rows.flatMap((row) =>
    forms.map((form) => ({ kind: 'content' as const, bytes: Buffer.from(form(row)), of: 'the words' }))
  )
  for (const secret of Object.values(accountSecretsFromWords(words.join(' '))))
    needles.push({ kind: 'content', bytes: Buffer.from(secret), of: 'a key made of them' })
  const { files, contents } = await searchHome(path('A'), needles)
  assert.ok(files >= 3)
  assert.equal(contents, 0)
  world.file('kit/words', words.join(' '))
  assert.ok((await searchHome(path('kit'), needles)).contents > 0, 'the search would find them')
  const settings = readFileSync(path('A', 'home.json'), 'utf8')
  assert.ok(settings.includes(path('P')) && !settings.includes('a passphrase'))
})

test('a relay is added by an invitation, once', async () => {
  const { code } = eventOf(await relay('invite --home R'), 'invite')
  const [added] = linesOf(await holdfast(['relay', 'add', String(code), '--home', 'A']))
  assert.equal(added?.type, 'relay')
})

test('a second device joins by a link on standard input', async () => {
  const offer = world.begin('holdfast', 'pair --home A --yes')
  const first = await offer.event(() => true)
  assert.match(String(first['link']), /^holdfast:pair\//)
  const joined = await holdfast('pair - --home B --name laptop-b --passphrase-file P', 0, {
    input: `${String(first['link'])}\n`
  })
  assert.equal(linesOf(joined).at(-1)?.type, 'joined')
  assert.equal((await offer.ended).code, 0)
})

test('files go in, and the last line counts them', async () => {
  const done = linesOf(await holdfast('add DIR --to /docs --home A')).at(-1)
  assert.equal(done?.type, 'done')
  assert.equal(done['files'], 3)
  assert.equal(done['bytes'], 9_437_184 + 520 + 17)
  assert.ok(Number(done['blobs']) >= 7)
})

test('one pass sends everything to the relay', async () => {
  assert.equal(linesOf(await holdfast('sync --once --home A')).at(-1)?.type, 'done')
  const [status] = linesOf(await relay('status --home R'))
  assert.equal(status?.type, 'status')
  for (const field of ['entries', 'pins', 'blobs', 'bytes']) assert.ok(Number(status[field]) > 0, field)
  assert.equal(status['pins'], 3)
  assert.equal(status['damaged'], 0)
})

test('the second device has it all after one pass of its own with the relay that it took over', async () => {
  const done = linesOf(await holdfast('sync --once --home B')).at(-1)
  assert.equal(done?.type, 'done')
  assert.equal(linesOf(await holdfast('relay ls --home B'))[0]?.type, 'relay')
  const files = linesOf(await holdfast('ls /docs -l --home B'))
  assert.deepEqual(
    files.map((file) => [file['path'], file['kind'], file['state'] ?? null]),
    [
      ['/docs/F', 'file', 'here'],
      ['/docs/letters', 'folder', null]
    ]
  )
  await holdfast('get /docs -o OUT --home B')
  assert.deepEqual((await compareFolders(path('DIR'), path('OUT'))).different, [])
})

test('cat of a range brings only the blobs that cover it', async () => {
  const stored = join(path('B'), 'store', 'blobs', 'files')
  for (const folder of readdirSync(stored))
    for (const blob of readdirSync(join(stored, folder))) rmSync(join(stored, folder, blob))
  const { stdout } = await holdfast('cat /docs/F --range 100-199 --home B')
  assert.deepEqual(stdout, large.subarray(100, 200))
  const brought = readdirSync(stored, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(stored, name)).isFile()
  )
  assert.equal(brought.length, 1)
})

test('what is moved or removed is found again', async () => {
  assert.deepEqual(
    linesOf(await holdfast('mv /docs/letters/second.txt /docs/third.txt --home A')).map(({ type }) => type),
    ['moved']
  )
  await holdfast('rm /docs/third.txt --home A')
  assert.equal(errorOf(await holdfast('cat /docs/third.txt --home A', 4)), 'NOT_FOUND')
  await holdfast('restore /docs/third.txt --home A')
  assert.equal((await holdfast('cat /docs/third.txt --home A')).stdout.toString(), 'yours, the writer')
})

test('a folder is shredded only when it is meant', async () => {
  assert.equal(errorOf(await holdfast('rm --shred /docs/letters --home A', 15)), 'NEEDS_CONFIRMATION')
  assert.equal(linesOf(await holdfast('rm --shred /docs/letters -f --home A'))[0]?.type, 'shredded')
  await holdfast('sync --once --home A')
  assert.equal(linesOf(await relay('collect --home R --now'))[0]?.type, 'collected')
  assert.equal(linesOf(await relay('status --home R'))[0]?.['pins'], 2)
})

test('status and verify say how things are', async () => {
  const [status] = linesOf(await holdfast('status --home A'))
  assert.equal(status?.type, 'status')
  for (const field of ['state', 'peers', 'copies', 'onlyHere', 'problems']) assert.ok(field in status, field)
  const done = linesOf(await holdfast('verify --home A')).at(-1)
  assert.equal(done?.type, 'done')
  assert.equal(done['damaged'], 0)
})

test('told to stop, the relay ends with success; then no peer answers', async () => {
  assert.equal((await server.stop()).code, 0)
  assert.equal(errorOf(await holdfast('sync --once --home A', 13)), 'NO_PEER')
})
