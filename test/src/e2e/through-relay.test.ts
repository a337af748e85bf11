// Two laptops that cannot dial each other, and a relay that is full: what one puts in reaches the other through the relay's circuit.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ask, RelayProcess } from '@holdfast/relay-pi/testing/relay-process'
import { Machine } from './machine.ts'
import { until } from './until.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-through-'))
const path = (name: string): string => join(folder, name)
writeFileSync(path('P'), 'a passphrase for tests\n')
const a = new Machine(path('A'), 'laptop-a', path('P'), ['--store-credentials'])
const b = new Machine(path('B'), 'laptop-b', path('P'), ['--store-credentials'])
const relays: RelayProcess[] = []
after(async () => {
  await Promise.allSettled([a.goDown('SIGKILL'), b.goDown('SIGKILL'), ...relays.map((relay) => relay.end('SIGKILL'))])
  await rm(folder, { recursive: true, force: true })
})

/** How laptop-b is connected to laptop-a: the name of the relay through which; '' directly; undefined not at all. */
async function wayToA(): Promise<string | undefined> {
  const { peers } = await b.told('status', 'status')
  const peer = (peers as Record<string, unknown>[]).find(({ name }) => name === 'laptop-a')
  const through = peer?.['through'] ?? ''
  return peer?.['connected'] === true && typeof through === 'string' ? through : undefined
}

test('a file that a full relay does not take reaches the other laptop through it, and its copy counts there', async () => {
  const relay = await RelayProcess.start(path('R'), '--name', 'pi', '--quota', '200KiB')
  relays.push(relay)
  await a.init()
  await a.goUp()
  await a.tell('relay add', { code: (await ask(relay.home, 'invite'))['code'] })
  await b.join(a)
  await b.goUp()
  assert.equal(await until(wayToA), 'pi')

  const content = randomBytes(600_000)
  writeFileSync(path('film'), content)
  const added = await a.tell('add', { paths: [path('film')], to: '/' })
  assert.ok(
    added.some(({ type }) => type === 'does-not-fit'),
    'the relay has room: it would go by way of that'
  )
  // What a circuit carried counts like any copy: each tells the other what it holds.
  const copies = await until(async () => {
    const file = await a.told('file', 'ls', { path: '/film', long: true })
    return (file['copies'] as string[]).length > 1 ? file['copies'] : undefined
  })
  assert.deepEqual(copies, ['laptop-a', 'laptop-b'])
  await relay.end('SIGKILL')
  await b.tell('get', { paths: ['/film'], out: path('got') })
  assert.ok(readFileSync(path('got/film')).equals(content))
  assert.equal(await until(async () => ((await wayToA()) === undefined ? 'gone' : undefined)), 'gone')
})
