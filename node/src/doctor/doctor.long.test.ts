import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newPlace } from '../cli/testing.ts'
import { Pi } from '../story/cast/pi.ts'
import { freePort } from '../story/process/ports.ts'
import { FINDINGS, inOrder } from './check.ts'
import { localChecks } from './local.ts'
import type { Answer, Machine } from './machine.ts'
import { likelyCause } from './relays.ts'

const place = await newPlace()
const pi = new Pi(join(place.folder, 'pi'), [`/ip4/127.0.0.1/tcp/${await freePort()}`])
after(async () => {
  await pi.goDown('SIGKILL')
  await place.remove()
})

const WELL: Machine = {
  nowMs: () => Date.UTC(2027, 1, 1),
  disk: async () => ({ freeBytes: 2 ** 40, totalBytes: 2 ** 41 }),
  mostWatches: async () => 8192,
  probe: async () => 'answers'
}
const codesOn = async (machine: Partial<Machine>, folders = 100): Promise<unknown[]> =>
  inOrder(await localChecks({ ...WELL, ...machine }, '/', folders)).flatMap(({ state, code }) =>
    code === undefined ? [] : [[state, code]]
  )

test('a wrong clock, a full disk and too few watches each have their code', async () => {
  assert.deepEqual(await codesOn({}), [])
  assert.deepEqual(await codesOn({ nowMs: () => 0 }), [['error', 'CLOCK_WRONG']])
  const disk = (freeBytes: number): Partial<Machine> => ({ disk: async () => ({ freeBytes, totalBytes: 2 ** 41 }) })
  assert.deepEqual(await codesOn(disk(2 ** 28)), [['warning', 'DISK_LOW']])
  assert.deepEqual(await codesOn(disk(1000)), [['error', 'STORE_FULL']])
  assert.deepEqual(await codesOn({}, 8000), [['warning', 'WATCHES_LOW']])
  assert.deepEqual(await codesOn({ ...disk(2 ** 28) }, 9000), [
    ['error', 'WATCHES_LOW'],
    ['warning', 'DISK_LOW']
  ])
})

test('why a relay does not answer is told by the address that says most', async () => {
  const codeFor = async (...answers: Answer[]): Promise<unknown> => {
    const left = [...answers]
    const probe: Machine['probe'] = async () => left.shift()!
    const addresses = [...answers.map((_, i) => `/ip4/10.0.0.${i}/tcp/4257`), '/ip4/1.2.3.4/udp/1/webrtc-direct']
    return (await likelyCause(addresses, { ...WELL, probe })).code
  }
  assert.equal(await codeFor('silent', 'refused'), 'RELAY_DOWN')
  assert.equal(await codeFor('silent', 'unknown name'), 'RELAY_UNREACHABLE')
  assert.equal(await codeFor('unknown name'), 'NAME_UNKNOWN')
  assert.equal(await codeFor('refused', 'answers'), 'RELAY_SILENT')
  assert.equal(await codeFor(), 'RELAY_UNREACHABLE')
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
  assert.deepEqual(codes, ['RELAY_DOWN', 'ONE_COPY', 'NOT_VERIFIED_LATELY', 'KIT_NEVER_TESTED', 'NEEDS_YOU'])
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

test('docs/json.md names every code that doctor gives', () => {
  const text = readFileSync(new URL('../../../docs/json.md', import.meta.url), 'utf8')
  const section = text.slice(text.indexOf('## `holdfast doctor`')).split('\n## ')[0]!
  assert.deepEqual(
    Object.keys(FINDINGS).filter((code) => !section.includes(`\`${code}\``)),
    []
  )
})
