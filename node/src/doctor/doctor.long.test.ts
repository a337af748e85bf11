import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newPlace } from '../cli/testing.ts'
import { Pi } from '../story/cast/pi.ts'
import { freePort } from '../story/process/ports.ts'

const place = await newPlace()
const pi = new Pi(join(place.folder, 'pi'), [`/ip4/127.0.0.1/tcp/${await freePort()}`])
after(async () => {
  await pi.goDown('SIGKILL')
  await place.remove()
})

test('doctor with the relay off says that it is off and what to do; with it on that is gone', async () => {
  const [account] = await place.json(['init', '--name', 'a'])
  await pi.goUp()
  await place.json(['relay', 'add', await pi.invite()])
  writeFileSync(join(place.folder, 'words'), `${(account!['words'] as string[]).join(' ')}\n`)
  writeFileSync(join(place.folder, 'file'), randomBytes(1000))
  await place.json(['add', 'file'])
  await pi.goDown()
  const off = await place.json(['doctor'], 15)
  const codes = off.flatMap(({ code }) => (code === undefined ? [] : [code]))
  assert.deepEqual(codes, ['RELAY_DOWN', 'ONE_COPY', 'KIT_NEVER_TESTED', 'NEEDS_YOU'])
  assert.match(String(off[0]!['remedy']), /holdfast-relay serve/)
  assert.match((await place.run(['doctor'])).stdout.toString(), /^error {4}relay pi: The machine at 127\.0\.0\.1 port/)
  await pi.goUp()
  await place.json(['sync', '--once'])
  await place.json(['verify'])
  await place.json(['recovery', 'test', '--words-file', join(place.folder, 'words')])
  const on = await place.json(['doctor'])
  assert.deepEqual(on.at(-1), { v: 1, type: 'done', checks: on.length - 1, errors: 0, warnings: 0 })
})

test('a home that does not open is told as what is wrong', async () => {
  writeFileSync(join(place.folder, 'home', 'config.toml'), 'up = 1\n')
  const [first] = await place.json(['doctor'], 15)
  assert.deepEqual([first!['state'], first!['code']], ['error', 'BAD_SETTING'])
})
