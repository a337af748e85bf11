// Bad input and bad luck: each one clear error, and nothing that was acknowledged is lost.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFileSync, chmodSync, chownSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventOf, run, cleanEnvironment } from '@holdfast/node/story/process/programs'
import { bringUp, errorOf, linesOf, newWorld, until } from './world.ts'

const world = await newWorld()
const { holdfast, relay, pi, a, b, path } = world
const large = randomBytes(2 << 20)
world.file('in/large.raw', large)
await bringUp(world)
await a.add(path('in'), '/')
await a.sync()
await b.sync()
await Promise.all([a.goDown(), b.goDown()])

test('each mistake has its code, its words and its exit code', async () => {
  world.file('wrong', 'not this one\n')
  for (const [line, exit, code] of [
    ['ls --home NOWHERE', 10, 'NO_HOME'],
    ['ls --home A --passphrase-file wrong', 12, 'WRONG_PASSPHRASE'],
    ['ls --home A --passphrase-file missing', 12, 'LOCKED'],
    ['ls /missing --home A', 4, 'NOT_FOUND'],
    ['rm --shred /large.raw --home A', 15, 'NEEDS_CONFIRMATION'],
    ['ls --no-such-flag --home A', 2, 'USAGE'],
    ['pair holdfast:pair/nonsense --home E', 2, 'BAD_LINK'],
    ['relay add nonsense --home A', 2, 'BAD_INVITE'],
    ['init --home A --passphrase-file P', 1, 'HOME_EXISTS']
  ] as const) {
    assert.equal(errorOf(await holdfast(line, exit)), code, line)
  }
})

test('a second process is refused while the first one answers commands', async () => {
  await a.goUp()
  assert.equal(errorOf(await holdfast('up --home A', 11)), 'IN_USE')
  assert.equal(linesOf(await holdfast('ls / --home A')).length, 1)
})

test('a killed process leaves nothing in the way', async () => {
  await a.goDown('SIGKILL')
  assert.equal(linesOf(await holdfast('ls / --home A')).length, 1)
  await a.goUp()
  assert.equal((await a.goDown())?.code, 0)
})

test('a file that changes while it is read is left out and said; the others go in', async () => {
  const changing = world.file('changing/growing.log', Buffer.alloc(32 << 20, 1))
  world.file('changing/still.txt', 'goes in')
  let ended = false
  const adding = run('holdfast', ['add', path('changing'), '--to', '/c', '--home', a.home]).finally(
    () => (ended = true)
  )
  while (!ended) {
    appendFileSync(changing, 'more')
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  const { code, events } = await adding
  assert.equal(code, 3)
  assert.equal(eventOf({ events }, 'failed')['code'], 'FILE_CHANGED')
  assert.deepEqual(
    linesOf(await holdfast('ls /c --home A')).map((file) => file['path']),
    ['/c/still.txt']
  )
})

test('a damaged blob is found and named; a peer that has it gives it again', async () => {
  await pi.goDown()
  damageLargeBlob(b.home)
  const alone = await holdfast('verify --home B', 14)
  assert.deepEqual(eventOf(alone, 'damaged')['paths'], ['/large.raw'])
  assert.equal(errorOf(alone), 'HASH_MISMATCH')
  await pi.goUp()
  assert.equal(eventOf(await holdfast('verify --home B'), 'done')['damaged'], 0)
  assert.deepEqual((await holdfast('cat /large.raw --home B')).stdout, large)
})

test('a log that is damaged all over is never silently accepted; what is left of it is repaired from the relay', async () => {
  await b.goDown()
  damageRows(b.home)
  for (const table of tablesOf(b.home)) damageLastByte(table)
  const refused = await holdfast('ls / --home B', 14)
  assert.equal(errorOf(refused), 'HOME_DAMAGED')
  assert.match(String(refused.events.at(-1)?.['remedy']), /`holdfast verify --repair`/)
  for (const pauseMs of [400, 900]) {
    const child = world.begin('holdfast', 'verify --repair --home B')
    const ended = await Promise.race([
      child.ended,
      new Promise<undefined>((resolve) => setTimeout(resolve, pauseMs, undefined))
    ])
    if (ended !== undefined) break
    await child.stop('SIGKILL')
  }
  const repaired = await holdfast('verify --repair --home B')
  const done = eventOf(repaired, 'done')
  assert.deepEqual([done['damaged'], done['damagedEntries']], [0, 0])
  // From here on processes answer, which costs less than opening the homes for each command.
  await Promise.all([a.goUp(), b.goUp()])
  // What the other laptop wrote meanwhile may be on its way still.
  await a.sync()
  await b.sync()
  assert.deepEqual(linesOf(await holdfast('ls / --home B')), linesOf(await holdfast('ls / --home A')))
  assert.deepEqual((await holdfast('cat /large.raw --home B')).stdout, large)
  world.file('later.txt', 'written after the repair')
  await b.add(path('later.txt'), '/')
  await b.sync()
  await a.sync()
  assert.equal((await holdfast('cat /later.txt --home A')).stdout.toString(), 'written after the repair')
  const { problems } = eventOf(await holdfast('status --home A'), 'status')
  assert.deepEqual(problems, [])
})

test('a relay whose log is damaged all over is repaired by the members that connect to it', async () => {
  const entries = async (): Promise<number> => Number(eventOf(await relay('status --home R'), 'status')['entries'])
  const before = await entries()
  await pi.goDown()
  damageRows(pi.home)
  const alone = await run('holdfast-relay', ['verify', '--repair', '--home', pi.home])
  assert.ok([0, 14].includes(alone.code ?? -1), alone.stderr.toString())
  await pi.goUp()
  // What it lost altogether it hosts again when a member brings it.
  if ((await run('holdfast', ['sync', '--once', '--home', a.home])).code !== 0)
    await a.run('relay', 'add', await pi.invite())
  await a.sync()
  await b.sync()
  await until(async () => ((await run('holdfast-relay', ['verify', '--home', pi.home])).code === 0 ? true : undefined))
  // The members may have had news for it as well.
  assert.ok((await entries()) >= before)
})

test('what may not be read is named; a home that may not be written says so', async (t) => {
  const nobody = anotherUser()
  if (nobody === undefined) {
    t.diagnostic('note: unreadable files and read-only homes were not tested: no user without rights could run them.')
    return
  }
  const secret = world.file('rights/secret.txt', 'not for everybody')
  world.file('rights/open.txt', 'for everybody')
  chmodSync(secret, 0)
  const home = path('N')
  chmodSync(world.folder, 0o777)
  const env = { ...cleanEnvironment(), HOLDFAST_PASSPHRASE_FILE: path('P') }
  const as = (args: string[]) => run('holdfast', [...args, '--home', home], { env, ...nobody })
  assert.equal((await as(['init', '--name', 'nobody'])).code, 0)
  const added = await as(['add', path('rights'), '--to', '/'])
  assert.equal(added.code, 3)
  const failed = eventOf(added, 'failed')
  assert.deepEqual([failed['path'], failed['code']], ['/secret.txt', 'FILE_UNREADABLE'])
  lock(home, 0o555)
  const refused = await as(['add', path('in', 'large.raw')])
  lock(home, 0o755)
  assert.equal(errorOf(refused), 'STORE_READ_ONLY')
  assert.equal(refused.code, 1)
  assert.deepEqual(
    linesOf(await as(['ls', '/'])).map((file) => file['path']),
    ['/open.txt']
  )
})

/** A byte in every 997 of everything LevelDB keeps. */
function damageRows(home: string): void {
  for (const path of tablesOf(home)) {
    const bytes = readFileSync(path)
    for (let at = 100; at < bytes.length; at += 997) bytes[at]! ^= 0xff
    writeFileSync(path, bytes)
  }
}

/** A table that does not end as tables do is not opened any more. */
function damageLastByte(path: string): void {
  const bytes = readFileSync(path)
  bytes[bytes.length - 1]! ^= 0xff
  writeFileSync(path, bytes)
}

function tablesOf(home: string): string[] {
  const rows = join(home, 'store', 'rows')
  return readdirSync(rows).flatMap((name) => (/\.(log|ldb)$/.test(name) ? [join(rows, name)] : []))
}

function damageLargeBlob(home: string): void {
  const files = join(home, 'store', 'blobs', 'files')
  const blob = readdirSync(files, { recursive: true, encoding: 'utf8' }).find((name) => /[0-9a-f]{64}$/.test(name))
  const bytes = readFileSync(join(files, blob!))
  bytes[bytes.length >> 1]! ^= 1
  writeFileSync(join(files, blob!), bytes)
}

/** Root may read everything, so for root it is somebody else who tries. Undefined where nobody else can run the program. */
function anotherUser(): { uid?: number } | undefined {
  if (process.getuid?.() !== 0) return {}
  const tried = spawnSync(process.execPath, [join(import.meta.dirname, 'world.js')], { uid: NOBODY, gid: NOBODY })
  return tried.status === 0 ? { uid: NOBODY } : undefined
}

const NOBODY = 65_534

function lock(folder: string, mode: number): void {
  chmodSync(folder, mode)
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), mode)
  }
  if (process.getuid?.() === 0) chownSync(folder, NOBODY, NOBODY)
}
