// A relay with a bound for each account: told before anything is sent to it, with what is largest.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Pi } from '../story/cast/pi.ts'
import { freePort } from '../story/process/ports.ts'
import { start } from '../story/process/programs.ts'
import { newPlace } from './testing.ts'

const place = await newPlace()
const pi = new Pi(join(place.folder, 'pi'), [])
const listen = `/ip4/127.0.0.1/tcp/${await freePort()}`
const relay = start('holdfast-relay', [
  'serve',
  '--home',
  pi.home,
  '--name',
  'pi',
  '--listen',
  listen,
  '--quota',
  '2000000'
])
after(async () => {
  await relay.stop('SIGKILL')
  await place.remove()
})

test('what does not fit is said with the largest files before the first byte is sent, by add and by sync', async () => {
  await relay.event('ready')
  await place.json(['init', '--name', 'a'])
  // Offline but for commands that need others: nothing is on its way before it is asked for.
  await place.start(['up', '--json', '--set', 'connect.autoConnect=false'], 'ready')
  await place.json(['relay', 'add', await pi.invite()])
  const files = join(place.folder, 'files')
  mkdirSync(files)
  for (const [name, bytes] of [
    ['a', 1_000],
    ['b', 1_500_000],
    ['c', 900_000]
  ] as const)
    writeFileSync(join(files, name), randomBytes(bytes))
  const added = await place.json(['add', 'files', '--to', '/'])
  const [said] = added
  assert.equal(said!['type'], 'does-not-fit')
  assert.equal(added.at(-1)!['files'], 3) // it is kept here all the same
  assert.deepEqual([said!['relay'], said!['neededBytes']], ['pi', 2_401_000])
  assert.ok(Number(said!['freeBytes']) <= 2_000_000)
  assert.deepEqual((said!['largest'] as object[])[0], { path: join(files, 'b'), bytes: 1_500_000 })

  const synced = await place.json(['sync', '--once'], 3)
  assert.equal(synced[0]!['type'], 'does-not-fit')
  assert.deepEqual(
    (synced[0]!['largest'] as { path: string }[]).map(({ path }) => path),
    ['/b', '/c', '/a']
  )
  const peers = (await place.json(['status']))[0]!['peers'] as { room?: { tier: string; quotaBytes: number } }[]
  assert.deepEqual([peers[0]!.room?.tier, peers[0]!.room?.quotaBytes], ['limited', 2_000_000])
  assert.match((await place.run(['status'])).stdout.toString(), / used there of /)
  const checks = await place.json(['doctor'], 15)
  const full = checks.find(({ name }) => name === 'room')
  assert.deepEqual([full?.['code'], full?.['about']], ['QUOTA_EXCEEDED', 'pi'])
  assert.match(String(full?.['message']), /The largest: \/b \(/)

  const unchanged = await place.json(['add', 'files', '--to', '/'])
  assert.deepEqual(
    unchanged.map(({ type }) => type),
    ['done'] // what is there already needs no room
  )
})
