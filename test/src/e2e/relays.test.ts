// Four relays, two copies of each piece: any one is killed and its disk destroyed while one laptop uploads and another
// downloads. Every file stays readable and listable, and two copies return by themselves.
import assert from 'node:assert/strict'
import { readDocumented, unlike } from '@holdfast/node/term/documented'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Device } from '@holdfast/node/story/cast/device'
import { Pi } from '@holdfast/node/story/cast/pi'
import type { JsonEvent } from '@holdfast/node/story/process/child'
import { freePort } from '@holdfast/node/story/process/ports'
import { BY_TCP, errorOf, newWorld, until } from './world.ts'

const world = await newWorld()
const { a, b, path } = world
const pis: Pi[] = []
for (let n = 1; n <= 4; n++) pis.push(new Pi(path(`R${n}`), [`/ip4/127.0.0.1/tcp/${await freePort()}`], `pi${n}`))
const c = new Device(path('C'), 'laptop-c', path('P'), [], BY_TCP)
after(async () => {
  await Promise.allSettled([...pis.map((pi) => pi.goDown('SIGKILL')), c.goDown()])
})

const FILES = 60
/** Small ones, and some of several pieces. */
const contents = new Map(
  Array.from({ length: FILES }, (_, n) => [
    `f${String(n).padStart(2, '0')}`,
    randomBytes(n % 10 === 0 ? 1_500_000 : 3000)
  ])
)
for (const [name, bytes] of contents)
  world.file(`in/${Number(name.slice(1)) < FILES / 2 ? 'first' : 'second'}/${name}`, bytes)

/** Asked of its process: who waits for something asks often, and a command each time would take most of the test's time. */
async function relays(device: Device): Promise<JsonEvent[]> {
  return (await device.call('relay ls')).filter(({ type }) => type === 'relay')
}

async function destroy(pi: Pi): Promise<void> {
  await pi.goDown('SIGKILL')
  rmSync(pi.home, { recursive: true })
}

/** What the device gives back of every file, compared with what went in. */
async function assertReadable(device: Device, to: string): Promise<void> {
  await device.run('get', '/', '-o', path(to))
  const found = new Map(
    readdirSync(path(to), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name))])
  )
  assert.deepEqual([...found.keys()].sort(), [...contents.keys()].sort())
  for (const [name, bytes] of contents) assert.ok(found.get(name)!.equals(bytes), name)
}

test('four relays are used, and each holds its part', async () => {
  await Promise.all([...pis.map((pi) => pi.goUp()), a.init()])
  await a.goUp()
  for (const pi of pis) await a.call('relay add', { code: await pi.invite() })
  const { events } = await a.run('relay', 'set', '--copies', '2', '--repair-after', '2s')
  assert.deepEqual(unlike(readDocumented(), 'relay set', events[0]!), [])
  await b.join(a)
  await b.goUp()
  await a.add(path('in', 'first'), '/first')
  await a.sync()
  const listed = (await a.run('relay', 'ls')).events.filter(({ type }) => type === 'relay')
  assert.deepEqual(
    listed.map(({ held, objects }) => Number(held) - Number(objects)),
    [0, 0, 0, 0]
  )
  assert.equal(
    listed.reduce((sum, { held }) => sum + Number(held), 0),
    FILES
  )
})

test('one is destroyed while one laptop uploads and another downloads', async () => {
  const uploading = a.add(path('in', 'second'), '/second')
  const downloading = b.sync().catch(() => undefined)
  await destroy(pis[1]!)
  await uploading
  await downloading
  await a.sync()
  await b.sync()
  assert.equal(await b.listing(), await a.listing())
  await assertReadable(b, 'out-b')
})

test('two copies return by themselves', async () => {
  await until(async () => {
    const left = (await relays(a)).filter(({ name }) => name !== 'pi2')
    const held = left.reduce((sum, one) => sum + Number(one['held']), 0)
    return held === 2 * FILES && left.every((one) => one['held'] === one['objects']) ? true : undefined
  })
})

test('they are no mere claims: each relay that is left shows what it is asked for', async () => {
  const { events } = await a.run('verify')
  const audits = events.filter(({ type }) => type === 'audit')
  assert.equal(audits.length, 3)
  for (const { asked, lacking, withheld } of audits)
    assert.deepEqual([Number(asked) > 0, lacking, withheld], [true, 0, 0])
})

test('the one that is lost is taken out; the others hold everything twice', async () => {
  const removed = (await a.run('relay', 'rm', 'pi2')).events.find(({ type }) => type === 'removed')
  assert.deepEqual([removed?.['lost'], removed?.['fewer']], [0, 0])
  const left = await relays(a)
  assert.deepEqual(left.map(({ name }) => name).sort(), ['pi1', 'pi3', 'pi4'])
  assert.equal(
    left.reduce((sum, { held }) => sum + Number(held), 0),
    2 * FILES
  )
  assert.equal(errorOf(await world.holdfast('relay rm pi2 --home A', 4)), 'UNKNOWN_RELAY')
})

if (process.env['HOLDFAST_LONG'] === '1') {
  test('so the next loss takes nothing either: a new laptop reads everything from the two that are left', async () => {
    await c.join(b)
    await Promise.all([a.goDown(), b.goDown()])
    await destroy(pis[2]!)
    await c.sync()
    await assertReadable(c, 'out-c')
  })
}
