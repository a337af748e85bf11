// What a relay has room for is compared with what is to go there: no false alarm, and nobody is charged for others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from '@holdfast/core/base/codec'
import { pendingAt, shareOfEach, whatDoesNotFit } from '@holdfast/core/operations/fits'
import { utf8 } from '@holdfast/core/base/bytes'
import { sourceOfBytes } from '@holdfast/core/vault/content-source'
import { Device } from '../attacks/scene/device.ts'
import { exchange } from '../attacks/scene/link.ts'
import { Relay } from '../attacks/scene/relay.ts'
import { friends, shareAndAccept } from './friends.ts'
import type { Friend } from './friends.ts'

const said = ({ engine }: Device, relay: Relay, value: Uint8Array): Promise<void> =>
  engine.home.kv.write([{ put: `relay-room/${relay.id}`, value }])

test('each of two relays is to hold its half; what exceeds the room of one is told with the largest first', async () => {
  const device = await Device.found('laptop')
  const [small, large] = [await Relay.of(device), await Relay.of(device)]
  const { engine } = device
  assert.equal(shareOfEach(engine), 0.5)
  await said(device, small, encode([1, 400, 1000, 0]))
  await said(device, large, encode([1, 400, 0, 0])) // no bound
  const wanted = [
    { path: '/b', bytes: 200 },
    { path: '/a', bytes: 900 }
  ]
  assert.deepEqual(await whatDoesNotFit(engine, () => wanted, 'never', 0.5), [])
  assert.deepEqual(await whatDoesNotFit(engine, () => wanted, 'never'), [
    { relay: 'pi', id: small.id, neededBytes: 1100, freeBytes: 600, largest: [wanted[1], wanted[0]] }
  ])
  await said(device, small, Uint8Array.of(1, 2, 3)) // damaged: as if it had said nothing
  assert.deepEqual(await whatDoesNotFit(engine, () => wanted, 'never'), [])
})

test('a file is on its way to the relay that is to hold it until that holds it, and to nobody else', async () => {
  const device = await Device.found('laptop')
  const relays = [await Relay.of(device), await Relay.of(device)]
  await device.write('docs/a.txt', 'alpha')
  const pending = (): string[][] => relays.map((relay) => pendingAt(device.engine, relay.id).map(({ path }) => path))
  const at = pending().findIndex((paths) => paths.length > 0)
  assert.deepEqual(pending()[at], ['/docs/a.txt'])
  assert.deepEqual(pending()[1 - at], [])
  await exchange(device, relays[at]!)
  assert.deepEqual(pending(), [[], []])
})

test('what is in a folder that somebody else shares takes up their room', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  await anna.device.write('docs/a.txt', 'alpha')
  const { theirs } = await shareAndAccept(anna, 'docs', carl)
  const item = { kind: 'file', path: ['b.txt'], executable: false, mtimeMs: 1 } as const
  await theirs.addTree(only({ ...item, content: sourceOfBytes(utf8('of carl')) }), [])
  await carl.device.write('own.txt', 'mine')
  const record = theirs.index.tree.resolve(['b.txt'])!.content
  assert.ok(record?.kind === 'file' && theirs.replica.mayNameTo(anna.relay.id))
  const paths = ({ relay }: Friend): string[] => pendingAt(carl.device.engine, relay.id).map(({ path }) => path)
  assert.deepEqual([paths(carl), paths(anna)], [['/own.txt'], []])
})

async function* only<T>(item: T): AsyncGenerator<T> {
  yield item
}
