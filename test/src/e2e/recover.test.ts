// Every device is gone: what is left are the words, and relays that can read nothing.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { DeviceId } from '@holdfast/core/base/ids'
import { bringContents, recoverAccount } from '@holdfast/node/engine/recover'
import { recoveryKeysOf } from '@holdfast/node/engine/ask-recovery'
import { compareFolders } from '@holdfast/node/story/search/compare'
import { people } from './people.ts'
import type { Person } from './people.ts'
import { errorOf, linesOf, newWorld, until } from './world.ts'

const world = await newWorld()

test('both laptops destroyed, the words alone bring everything back; killed on the way, it is begun again', async () => {
  const { pi, a, b, holdfast, path } = world
  world.file('DIR/large', randomBytes(3 << 20))
  world.file('DIR/letters/first.txt', 'dear reader')
  await pi.goUp()
  const words = await a.init()
  world.file('words', words.join(' '))
  await a.goUp()
  await a.run('relay', 'add', await pi.invite())
  await b.join(a)
  await b.goUp()
  await a.add(path('DIR'), '/docs')
  await a.sync()
  await b.run('mkdir', '/from b')
  await b.sync()
  const [relay] = linesOf(await holdfast(['relay', 'ls', '--home', a.home]))
  const kitLine = ['relay', relay?.['id'], ...(relay?.['addresses'] as string[])].join(' ')
  await Promise.all([a.goDown('SIGKILL'), b.goDown('SIGKILL')])
  for (const { home } of [a, b]) rmSync(home, { recursive: true })

  const home = path('C')
  const recover = `init --recover --home C --name c --passphrase-file P --words-file words --relay ${kitLine}`
  // What each attempt has just made on the disk when it is killed.
  for (const made of ['home.geneses', 'home.state', 'recovering']) {
    if (existsSync(join(home, 'home.json'))) break // on a fast machine it was done already
    rmSync(join(home, made), { force: true })
    const attempt = world.begin('holdfast', recover)
    while (attempt.isRunning && !existsSync(join(home, made))) await new Promise((resolve) => setImmediate(resolve))
    await attempt.stop('SIGKILL')
    if (!existsSync(join(home, 'home.json'))) assert.equal(errorOf(await holdfast('status --home C', 10)), 'NO_HOME')
  }
  const lines = linesOf(await holdfast(recover)).filter(({ type }) => type !== 'progress')
  const done = lines.at(-1)
  assert.deepEqual([done?.type, done?.['files'], done?.['missing']], ['done', 2, 0])
  await holdfast('get /docs -o OUT --home C')
  assert.deepEqual((await compareFolders(path('DIR'), path('OUT'))).different, [])
  assert.ok(linesOf(await holdfast('ls / --home C')).some((line) => line['path'] === '/from b'))
  // Broken off and begun again, it was one device all along.
  assert.equal(linesOf(await holdfast('devices --home C')).filter(({ type }) => type === 'device').length, 3)
  assert.equal(errorOf(await holdfast(recover, 1)), 'HOME_EXISTS')

  const rehearsed = linesOf(await holdfast('recovery test --words-file words --home C'))
  assert.deepEqual(
    rehearsed.map((line) => [line.type, line['newest'] ?? line['closed'] ?? line['fits']]),
    [
      ['recovery', true],
      ['record', true],
      ['vault', 0]
    ]
  )
})

test('what was shared comes back with the rest, from the relays of others too, and goes on', async (t) => {
  const [anna, carl] = (await people(t, 'anna', 'carl')) as [Person, Person]
  await anna.put({ '/own.txt': 'mine', '/docs/a.txt': 'alpha' })
  await carl.put({ '/notes/c.txt': 'carls' })
  await anna.said('shared', 'share', { path: '/docs', with: 'carl', role: 'writer' })
  await carl.said('shared', 'share', { path: '/notes', with: 'anna', role: 'writer' })
  const accept = async (person: Person): Promise<void> => {
    const invite = await until(async () => {
      await person.sync()
      return (await person.run('invites')).find(({ type }) => type === 'invite')
    })
    await person.said('accepted', 'accept', { id: invite['id'] })
    await person.sync()
  }
  await accept(carl)
  await accept(anna)
  assert.equal(await anna.text('/shared/notes/c.txt'), 'carls')

  const relays = (await anna.run('relay ls')).map(({ id, addresses }) => ({
    peer: id as DeviceId,
    addresses: addresses as string[]
  }))
  rmSync(anna.home, { recursive: true })
  const keys = await recoveryKeysOf(anna.words)
  const { home } = await recoverAccount(anna.home, {
    name: 'new laptop',
    passphrase: 'for tests',
    storeCredentials: true,
    keys,
    relays
  })
  await bringContents(home, relays)
  await home.close()
  assert.equal(await anna.text('/own.txt'), 'mine')
  assert.equal(await anna.text('/docs/a.txt'), 'alpha')
  assert.equal(await anna.text('/shared/notes/c.txt'), 'carls')
  await anna.put({ '/shared/notes/d.txt': 'annas again' })
  await anna.sync()
  await carl.sync()
  assert.equal(await carl.text('/notes/d.txt'), 'annas again')
})
