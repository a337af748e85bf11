// Relays that are not what they were: empty again, full, or somebody else at their address. Real processes.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openHomeStores } from '../disk/home-lock.ts'
import { Pi } from '../story/cast/pi.ts'
import { freePort } from '../story/process/ports.ts'
import { newPlace } from './testing.ts'

const place = await newPlace()
const listen = [`/ip4/127.0.0.1/tcp/${await freePort()}`]
const pi = new Pi(join(place.folder, 'pi'), listen)
const other = new Pi(join(place.folder, 'other-pi'), listen)
after(async () => {
  await pi.goDown('SIGKILL')
  await other.goDown('SIGKILL')
  await place.remove()
})
const { json } = place

test('a relay that has lost the vaults and still knows the account hosts them again by itself', async () => {
  await json(['init', '--name', 'a'])
  await pi.goUp()
  await json(['relay', 'add', await pi.invite()])
  writeFileSync(join(place.folder, 'first'), randomBytes(100_000))
  await json(['add', 'first'])
  await json(['sync', '--once'])
  await pi.goDown()
  const stores = await openHomeStores(pi.home)
  for await (const [del] of stores.kv.range({ gte: 'log/', lt: 'log0' })) await stores.kv.write([{ del }])
  await stores.close()
  await pi.goUp()
  const done = (await json(['sync', '--once'])).at(-1)
  assert.deepEqual([done?.['inStep'], done?.['incomplete'], done?.['failed']], [true, 0, []])
  assert.deepEqual((await json(['status']))[0]?.['onlyHere'], { files: 0, paths: [] })
})

test('a relay that lost its store is not in step, and no copy', async () => {
  writeFileSync(join(place.folder, 'file'), randomBytes(300_000))
  await json(['add', 'file'])
  const done = (await json(['sync', '--once'])).at(-1)
  assert.deepEqual([done?.['inStep'], done?.['incomplete'], done?.['failed'], done?.['peers']], [true, 0, [], 1])
  assert.deepEqual((await json(['status']))[0]?.['onlyHere'], { files: 0, paths: [] })
  await pi.goDown()
  rmSync(join(pi.home, 'store'), { recursive: true })
  await pi.goUp()
  const lost = await json(['sync', '--once'], 13)
  const said = lost.find(({ type }) => type === 'done')
  assert.deepEqual(
    [said?.['inStep'], said?.['peers'], (said?.['failed'] as { code: string }[]).map(({ code }) => code)],
    [false, 0, ['ROLLED_BACK']]
  )
  assert.equal(lost.at(-1)?.['code'], 'NO_PEER')
  assert.deepEqual((await json(['status']))[0]?.['onlyHere'], { files: 2, paths: ['/file', '/first'] })
  assert.doesNotMatch((await place.run(['sync', '--once'])).stderr, /In step/)
})

test('status names the relay that lost the vault', async () => {
  const up = await place.start(['up', '--json', '--listen', '/ip4/127.0.0.1/tcp/0'], 'ready')
  assert.equal((await json(['sync', '--once'], 13)).at(-1)?.['code'], 'NO_PEER')
  const [status] = await json(['status'])
  assert.equal(status?.['state'], 'needs you')
  assert.deepEqual(
    (status?.['problems'] as { code: string; peer: string }[]).map(({ code, peer }) => [code, peer]),
    [['ROLLED_BACK', 'pi']]
  )
  up.child.kill('SIGTERM')
  await up.ended
})

test('somebody else at the address of the relay is said to be that', async () => {
  await pi.goDown()
  await other.goUp()
  assert.equal((await json(['sync', '--once'], 14)).at(-1)?.['code'], 'PEER_MISMATCH')
  const up = await place.start(['up', '--json', '--listen', '/ip4/127.0.0.1/tcp/0'], 'ready')
  assert.equal((await json(['sync', '--once'], 14)).at(-1)?.['code'], 'PEER_MISMATCH')
  const [status] = await json(['status'])
  assert.ok((status?.['problems'] as { code: string }[]).some(({ code }) => code === 'PEER_MISMATCH'))
  up.child.kill('SIGTERM')
  await up.ended
})
