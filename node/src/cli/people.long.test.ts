// Cards, contacts and devices that come and go, as people type them: real processes, two relays among them.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Pi } from '../story/cast/pi.ts'
import { freePort } from '../story/process/ports.ts'
import { newPlace, type Line } from './testing.ts'

const place = await newPlace()
const pis = await Promise.all(
  ['pi', 'second-pi'].map(
    async (name) => new Pi(join(place.folder, name), [`/ip4/127.0.0.1/tcp/${await freePort()}`], name)
  )
)
const [pi, secondPi] = pis as [Pi, Pi]
after(async () => {
  for (const one of pis) await one.goDown('SIGKILL')
  await place.remove()
})
const { json } = place
const at = (home: string, ...args: string[]): string[] => [...args, '--home', home]
const codeOf = (lines: readonly Line[]): unknown => lines.at(-1)?.['code']

test('two people know each other by their cards, which are typed, piped and shown', async () => {
  await json(at('a', 'init', '--name', 'Annas laptop'))
  await json(at('b', 'init', '--name', 'desk'))
  assert.equal((await json(at('a', 'contact', '--name', 'Anna')))[0]?.['name'], 'Anna')
  const shown = await place.run(at('b', 'contact'))
  assert.match(shown.stdout.toString(), /^holdfast:contact\/[\w-]+\n$/)
  const [compare, added] = await json(at('a', 'contact', 'add', '-', '--verified'), 0, shown.stdout.toString())
  assert.equal((compare?.['words'] as string[]).length, 12)
  assert.deepEqual([added?.['name'], added?.['verified'], added?.['known']], ['desk', true, false])
  assert.match((await place.run(at('a', 'contact', 'ls'))).stdout.toString(), /^desk {2}\w{12} {2}verified\n$/)
})

test('a second device, which the first one certified, adds a relay and signs cards', async () => {
  await Promise.all(pis.map((one) => one.goUp()))
  await json(at('a', 'relay', 'add', await pi.invite()))
  writeFileSync(join(place.folder, 'file'), 'of the laptop')
  await json(at('a', 'add', 'file'))
  const pairing = await place.start(at('a', 'pair', '--yes', '--json'), 'link')
  await json(at('phone', 'pair', String(pairing.line['link']), '--name', 'phone'))
  assert.equal((await pairing.ended).code, 0)
  await json(at('phone', 'sync', '--once'))
  await json(at('phone', 'relay', 'add', await secondPi.invite()))
  const done = (await json(at('phone', 'sync', '--once'))).at(-1)
  assert.deepEqual([done?.['inStep'], done?.['peers']], [true, 2])
  const [card] = await json(at('phone', 'contact'))
  assert.deepEqual([card?.['name'], (card?.['relays'] as unknown[]).length], ['Anna', 2])
})

test('a device that is removed keeps what it had, is told so, and gets nothing new', async () => {
  assert.equal(codeOf(await json(at('a', 'devices', 'revoke', 'phone'), 15)), 'NEEDS_CONFIRMATION')
  const [revoked] = await json(at('a', 'devices', 'revoke', 'phone', '--yes'))
  assert.deepEqual([revoked?.['name'], revoked?.['informed']], ['phone', 2])
  assert.equal(codeOf(await json(at('phone', 'sync', '--once'), 14)), 'REVOKED')
  assert.equal((await place.run(at('phone', 'cat', '/file'))).stdout.toString(), 'of the laptop')
  assert.equal(codeOf(await json(at('phone', 'add', 'file', '--to', '/new'), 14)), 'REVOKED')
  const [status] = await json(at('phone', 'status'))
  assert.equal(status?.['state'], 'needs you')
  assert.ok((status?.['problems'] as { code: string }[]).some(({ code }) => code === 'REVOKED'))
})
