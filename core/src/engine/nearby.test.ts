import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import type { Connection } from '../net/connection.ts'
import type { DialTarget } from '../net/host.ts'
import { NEAR_ADDRESSES, nearAddresses } from '../net/near-addresses.ts'
import type { KvChange, KvStore } from '../ports/kv-store.ts'
import type { OnFound } from '../ports/discovery.ts'
import type { Wait } from '../ports/wait.ts'
import { MET_KEPT, MetDevices } from './met.ts'
import { seededRandom } from '../vault/testing.ts'
import { NEAR_KEPT, Nearby } from './nearby.ts'
import type { NearbyOptions } from './nearby.ts'

const device = (number: number): DeviceId => number.toString(16).padStart(64, '0') as DeviceId
const HERE = '/ip4/192.168.1.2/tcp/4000'

function rows(): KvStore {
  const kept = new Map<string, Uint8Array>()
  return {
    async *range({ gte, lt }: { gte: string; lt: string }) {
      for (const key of [...kept.keys()].sort()) if (key >= gte && key < lt) yield [key, kept.get(key)!] as const
    },
    async write(batch: readonly KvChange[]) {
      for (const one of batch) {
        if ('put' in one) kept.set(one.put, one.value)
        else kept.delete(one.del)
      }
    }
  } as unknown as KvStore
}

type Kept = ReturnType<NearbyOptions['kept']>

/** Nobody answers; pauses end when the test says so. */
async function scene(named: Set<DeviceId>, kv = rows(), own = device(0), kept = new Map<DeviceId, Kept>()) {
  let onFound: OnFound = () => undefined
  const dialled: DialTarget[] = []
  const waits: { ms: number; end: () => void }[] = []
  const linked = new Set<DeviceId>()
  const wait: Wait = (ms, signal) =>
    new Promise((end, fail) => {
      waits.push({ ms, end })
      signal?.addEventListener('abort', () => fail(new HoldfastError('ABORTED')), { once: true })
    })
  const near = new Nearby({
    host: {
      peerKey: own,
      addresses: () => [HERE],
      onFound: (listener) => ((onFound = listener), () => (onFound = () => undefined)),
      dial: (target) => (dialled.push(target), Promise.reject(new HoldfastError('NO_PEER')))
    },
    wait,
    random: seededRandom('nearby'),
    met: await MetDevices.load(kv),
    isDevice: (peer) => named.has(peer),
    isLinked: (peer) => linked.has(peer),
    kept: (peer) => kept.get(peer),
    use: (_: Connection) => Promise.reject(new HoldfastError('NO_PEER'))
  })
  const endWaits = (ms: number): void => {
    for (const one of waits.splice(0).filter((pause) => pause.ms === ms || (waits.push(pause), false))) one.end()
  }
  return { near, dialled, linked, endWaits, found: (peer: DeviceId, ...at: string[]) => onFound(peer, at) }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const at = (host: number): string => `/ip4/192.168.1.${host}/tcp/4000`

test('only devices that a vault names are dialled, where they say they are, however often they say it', async () => {
  const named = new Set([device(1)])
  const { near, dialled, found, endWaits } = await scene(named)
  found(device(2), at(9))
  for (let i = 0; i < 50; i++) found(device(1), at(i))
  await turn()
  assert.deepEqual(dialled, [{ peerKey: device(1), addresses: [at(0)] }])
  endWaits(5000)
  await turn()
  found(device(1), at(7))
  await turn()
  assert.deepEqual(dialled.slice(1), [{ peerKey: device(1), addresses: [at(7)] }], 'the last that was said counts')
  named.clear()
  near.review()
  endWaits(5000)
  await turn()
  found(device(1), at(8))
  await turn()
  assert.equal(dialled.length, 2, 'who was removed is left')
  assert.deepEqual(near.addressesOf(device(1)), [])
  await near.stop()
})

test('of two that find each other one dials, and nobody who is connected already', async () => {
  const { near, dialled, linked, found, endWaits } = await scene(new Set([device(1), device(2)]), rows(), device(3))
  found(device(1), at(1))
  found(device(2), at(2))
  await turn()
  assert.deepEqual(dialled, [], 'the one with the larger key leaves it to the other at first')
  linked.add(device(1))
  endWaits(2000)
  await turn()
  assert.deepEqual(
    dialled.map(({ peerKey }) => peerKey),
    [device(2)]
  )
  await near.stop()
})

test('however many announce themselves, a bounded number is dialled', async () => {
  const all = Array.from({ length: 3 * NEAR_KEPT }, (_, i) => device(i + 1))
  const { near, dialled, found } = await scene(new Set(all))
  for (const peer of all) found(peer, at(1))
  await turn()
  assert.equal(dialled.length, NEAR_KEPT)
  await near.stop()
})

test('a relay that is kept anyway is dialled where it says it is now, whoever else is near, and no other relay is', async () => {
  const relay = device(99)
  let attempts = 0
  const kept = new Map([[relay, { attempt: async () => (attempts++, 'NO_PEER' as const) }]])
  const all = Array.from({ length: NEAR_KEPT }, (_, i) => device(i + 1))
  const { near, dialled, found } = await scene(new Set(all), rows(), device(0), kept)
  for (const peer of all) found(peer, at(1))
  await turn()
  const before = dialled.length
  found(device(98), at(3))
  found(relay, at(4))
  await turn()
  assert.equal(attempts, 1)
  assert.deepEqual(near.addressesOf(relay), [at(4)])
  assert.deepEqual([near.addressesOf(device(98)), dialled.length], [[], before])
  await near.stop()
})

test('who was met is dialled again where that was, also after a restart, and the one met longest ago is forgotten', async () => {
  const kv = rows()
  const met = await MetDevices.load(kv)
  for (let i = 1; i <= MET_KEPT; i++) await met.note(device(i), at(1))
  await met.note(device(1), at(2))
  await met.note(device(MET_KEPT + 1), at(3))
  const again = await MetDevices.load(kv)
  assert.equal(again.peers().length, MET_KEPT)
  assert.equal(again.addressOf(device(2)), undefined)
  await kv.write([{ put: `met/${device(3)}`, value: new Uint8Array([1, 2, 3]) }])
  const { near, dialled } = await scene(new Set([device(1), device(3)]), kv)
  await turn()
  assert.deepEqual(dialled, [{ peerKey: device(1), addresses: [at(2)] }])
  await near.stop()
})

test('what a network says leads to TCP in a private network and nowhere else', () => {
  const peer = '/p2p/12D3KooWGRUfTBnwLeuBSZ5gXtDbJBtYpXZZTBbWkgBPZHeXa9Xa'
  const good = ['/ip4/10.1.2.3/tcp/1', '/ip4/169.254.1.1/tcp/5', '/ip4/172.31.0.1/tcp/65535']
  const bad = [
    '/ip4/8.8.8.8/tcp/1',
    '/ip4/172.32.0.1/tcp/1',
    '/dns4/inside/tcp/1',
    '/ip4/10.0.0.1/tcp/1/ws',
    '/ip4/10.0.0.1/udp/1',
    '/ip4/127.0.0.1/tcp/22',
    `/ip4/10.0.0.1/tcp/1${peer}/p2p-circuit`,
    'nonsense'
  ]
  assert.deepEqual(nearAddresses([...bad, ...good.map((one) => one + peer), good[0]!], [HERE]), good)
  const many = Array.from({ length: 30 }, (_, i) => at(i))
  assert.equal(nearAddresses(many, [HERE]).length, NEAR_ADDRESSES)
  const loop = '/ip4/127.0.0.1/tcp/7'
  for (const own of ['/ip4/127.0.0.1/tcp/1/p2p/x', '/ip4/192.0.2.2/tcp/1/p2p/x'])
    assert.deepEqual(nearAddresses([loop], [own]), [loop])
})
