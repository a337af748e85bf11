// A relay whose disk is full. Real processes; the disk is a small tmpfs in a mount namespace of the relay's own.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Pi } from '../story/cast/pi.ts'
import { freePort } from '../story/process/ports.ts'
import { ROOT } from '../story/process/programs.ts'
import { newPlace } from './testing.ts'

const place = await newPlace()
const listen = `/ip4/127.0.0.1/tcp/${await freePort()}`
const pi = new Pi(join(place.folder, 'pi'), [listen])
const { json } = place
let relay: ChildProcess | undefined
after(async () => {
  relay?.kill('SIGKILL')
  await place.remove()
})

const MOUNT = 'mount -t tmpfs -o size=12m,mode=0700 tmpfs "$0"/store'

test('a relay whose disk is full says so in its log and status, and whoever sends to it is told', async (t) => {
  mkdirSync(join(pi.home, 'store'), { recursive: true, mode: 0o700 })
  const words = [
    ['unshare', '-m'],
    ['unshare', '-Urm']
  ].find(([command, ...args]) => spawnSync(command!, [...args, 'sh', '-c', MOUNT, pi.home]).status === 0)
  if (words === undefined)
    return t.diagnostic('note: no relay was tried on a full disk: no small tmpfs may be mounted here.')
  const said: string[] = []
  relay = spawn(words[0]!, [
    ...words.slice(1),
    'sh',
    '-c',
    `${MOUNT} && exec "$@"`,
    pi.home,
    process.execPath,
    `${ROOT}relay-pi/bin/holdfast-relay.js`,
    'serve',
    '--home',
    pi.home,
    '--name',
    'pi',
    '--listen',
    listen
  ])
  const heard = new Promise<void>((ready) => {
    for (const stream of [relay!.stdout!, relay!.stderr!]) {
      stream.on('data', (bytes: Buffer) => {
        said.push(bytes.toString())
        if (said.join('').includes('To let somebody in')) ready()
      })
    }
  })
  await heard
  await json(['init', '--name', 'a'])
  await json(['relay', 'add', await pi.invite()])
  writeFileSync(join(place.folder, 'large'), randomBytes(16_000_000))
  await json(['add', 'large'])
  const done = (await json(['sync', '--once'], 3)).find(({ type }) => type === 'done')
  assert.deepEqual([done?.['inStep'], done?.['incomplete']], [false, 1])
  assert.deepEqual(
    (done?.['failed'] as { peer: string; code: string }[]).map(({ peer, code }) => [peer, code]),
    [['pi', 'QUOTA_EXCEEDED']]
  )
  assert.equal((await pi.status())['storeProblem'], 'STORE_FULL')
  assert.equal(said.join('').match(/STORE_FULL/g)?.length, 1, said.join(''))
  assert.doesNotMatch((await place.run(['sync', '--once'])).stderr, /In step/)
})
