// Every device is gone: what is left are the words, and relays that can read nothing.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { run, start } from '@holdfast/node/story/process/programs'
import { compareFolders } from '@holdfast/node/story/search/compare'
import { people, Person } from './people.ts'
import { errorOf, linesOf, newWorld, until } from './world.ts'

const LONG = process.env['HOLDFAST_LONG'] === '1'
/** What a recovery makes on the disk, in this order: it is killed just behind one of them. */
const STAGES = ['keys.box', 'store', 'home.geneses', 'home.state', 'recovering', 'home.json']

test('with the disk gone, the words and one relay bring back files and shared folders, and both go on', async (t) => {
  const [anna, carl] = (await people(t, 'anna', 'carl')) as [Person, Person]
  const large = randomBytes(2 << 20).toString('base64')
  await carl.with(async () => {
    await carl.put({ '/notes/c.txt': 'carls' })
    await carl.said('shared', 'share', { path: '/notes', with: 'anna', role: 'writer' })
  })
  const [relay] = await anna.with(async () => {
    await anna.put({ '/own/large.txt': large, '/docs/a.txt': 'alpha' })
    await anna.said('shared', 'share', { path: '/docs', with: 'carl', role: 'writer' })
    await acceptOne(anna)
    return anna.run('relay ls')
  })
  rmSync(anna.home, { recursive: true })

  const kitLine = ['relay', String(relay!['id']), ...(relay!['addresses'] as string[])]
  const recover = await recovery(t, anna, kitLine)
  for (const stage of ['home.state', 'recovering']) await killedAt(stage, anna.home, recover)
  const done = linesOf(await run('holdfast', recover)).at(-1)
  assert.deepEqual([done?.type, done?.['files'], done?.['missing']], ['done', 3, 0])
  const back = new Person('anna', anna.home, anna.words)
  await back.with(async () => {
    assert.equal(await back.text('/own/large.txt'), large)
    assert.equal(await back.text('/docs/a.txt'), 'alpha')
    assert.equal(await back.text('/shared/notes/c.txt'), 'carls')
    // However often it was broken off, it was one device.
    assert.equal((await back.run('devices')).filter(({ type }) => type === 'device').length, 2)

    await back.put({ '/shared/notes/d.txt': 'annas again' })
    await back.sync()
  })
  await carl.with(async () => {
    await carl.sync()
    assert.equal(await carl.text('/notes/d.txt'), 'annas again')
  })
  const rehearsed = await back.run('recovery test', { words: anna.words })
  assert.deepEqual(
    rehearsed.map((line) => [line.type, line['path'] ?? null, line['newest'] ?? line['closed'] ?? line['fits']]),
    [
      ['recovery', null, true],
      ['record', null, true],
      ['vault', '/', 0],
      ['vault', '/docs', 0],
      ['vault', '/shared/notes', 0]
    ]
  )
  assert.equal(await back.fails('recovery test', { words: carl.words }), 'WRONG_WORDS')
})

if (LONG) {
  const world = await newWorld()
  test('both laptops destroyed, and the recovery killed at each of its steps in turn', async () => {
    const { pi, a, b, holdfast, path } = world
    world.file('DIR/large', randomBytes(3 << 20))
    world.file('DIR/letters/first.txt', 'dear reader')
    await pi.goUp()
    world.file('words', (await a.init()).join(' '))
    await a.goUp()
    await a.run('relay', 'add', await pi.invite())
    await b.join(a)
    await b.goUp()
    await a.add(path('DIR'), '/docs')
    await a.sync()
    await b.run('mkdir', '/from b')
    await b.sync()
    const [relay] = linesOf(await holdfast(['relay', 'ls', '--home', a.home]))
    const kitLine = ['relay', String(relay?.['id']), ...(relay?.['addresses'] as string[])]
    await Promise.all([a.goDown('SIGKILL'), b.goDown('SIGKILL')])
    for (const { home } of [a, b]) rmSync(home, { recursive: true })
    const home = path('C')
    const given = ['--passphrase-file', path('P'), '--words-file', path('words'), '--relay', ...kitLine]
    const recover = ['init', '--recover', '--home', home, ...given]
    for (const stage of STAGES) {
      await killedAt(stage, home, recover)
      if (!existsSync(join(home, 'home.json'))) assert.equal(errorOf(await holdfast('status --home C', 10)), 'NO_HOME')
    }
    assert.equal(linesOf(await run('holdfast', recover)).at(-1)?.['files'], 2)
    await holdfast('get /docs -o OUT --home C')
    assert.deepEqual((await compareFolders(path('DIR'), path('OUT'))).different, [])
    assert.ok(linesOf(await holdfast('ls / --home C')).some((line) => line['path'] === '/from b'))
    assert.equal(errorOf(await holdfast(recover, 1)), 'HOME_EXISTS')
  })
}

async function acceptOne(person: Person): Promise<void> {
  const invite = await until(async () => (await person.run('invites')).find(({ type }) => type === 'invite'))
  await person.said('accepted', 'accept', { id: invite['id'] })
  await person.sync()
}

/** The command that brings somebody back into their old place. */
async function recovery(t: TestContext, { home, words }: Person, kitLine: readonly string[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-words-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const [wordsFile, passphrase] = [join(folder, 'words'), join(folder, 'passphrase')]
  writeFileSync(wordsFile, words)
  writeFileSync(passphrase, 'a passphrase for tests\n')
  return [
    'init',
    '--recover',
    '--home',
    home,
    '--passphrase-file',
    passphrase,
    '--words-file',
    wordsFile,
    '--relay',
    ...kitLine
  ]
}

/** Killed when it has made this, which an attempt before may have left there. */
async function killedAt(stage: string, home: string, recover: readonly string[]): Promise<void> {
  if (existsSync(join(home, 'home.json'))) return // it was faster than the kill
  if (stage !== 'keys.box') rmSync(join(home, stage), { recursive: true, force: true })
  const attempt = start('holdfast', recover)
  while (attempt.isRunning && !existsSync(join(home, stage))) await new Promise((resolve) => setTimeout(resolve, 1))
  await attempt.stop('SIGKILL')
}
