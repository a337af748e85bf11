import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '../../base/errors.ts'
import type { BlobId, RecordHash } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { blobsOf } from '../../log/blob-index.ts'
import type { ObjectRecord } from '../../log/record.ts'
import { revoke, testAccount } from '../../log/testing.ts'
import { dropBlobs } from '../store/drop-blobs.ts'
import { holdingsOf, PeerHeld } from './holdings.ts'
import { PeerBook } from './peer-book.ts'
import { RelayScene } from '../testing/relay-scene.ts'
import type { Peer } from '../testing/relay-scene.ts'

const TWO = { relays: 1, copies: 1, repairAfterMs: 1000, devices: 2 }
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** What `by` believes: names of the other devices that hold the record. */
function holders(scene: RelayScene, by: Peer, { hash }: ObjectRecord): string[] {
  const ids = by.home.replica.devicesWith(scene.vault, hash)
  return scene.devices.filter(({ home }) => ids.includes(home.device.id)).map(({ home }) => home.device.name)
}

async function drop(peer: Peer, record: ObjectRecord): Promise<void> {
  const { replica, blobs } = peer.home
  await dropBlobs([...blobsOf(record)], { replica, blobs, exchange: peer.exchange })
}

/** Sessions of `a` and `b` begin anew; how many messages each side sent until nothing was left. */
async function meetAgain(scene: RelayScene, a: Peer, b: Peer): Promise<number[]> {
  scene.cut(a)
  scene.cut(b)
  scene.link(a, b)
  await scene.quiet()
  return [a, b].flatMap(({ sessions }) => [...sessions.keys()].map(({ sent }) => sent.length))
}

test('devices of a vault know of each other what they hold whole, and meet again without a word more', async () => {
  const scene = await RelayScene.make(turn, TWO)
  const [laptop, phone] = scene.devices as [Peer, Peer]
  scene.link(laptop, phone)
  await scene.quiet()
  const record = await scene.add(laptop, 'letter')
  await scene.quiet()
  assert.ok(phone.has(record))
  assert.deepEqual(holders(scene, laptop, record), ['device 1'])
  assert.deepEqual(holders(scene, phone, record), ['device 0'])
  assert.deepEqual(await meetAgain(scene, laptop, phone), [1, 1])
})

test('a device that drops an object, or loses it while nobody looks, says so when it meets the others', async () => {
  const scene = await RelayScene.make(turn, TWO)
  const [laptop, phone] = scene.devices as [Peer, Peer]
  scene.link(laptop, phone)
  const [letter, photo] = [await scene.add(laptop, 'letter'), await scene.add(laptop, 'photo')]
  await scene.quiet()
  await drop(phone, letter)
  await scene.quiet()
  assert.deepEqual(holders(scene, laptop, letter), [], 'said on the open link')
  assert.deepEqual(holders(scene, laptop, photo), ['device 1'])
  scene.cut(phone)
  await drop(phone, photo)
  assert.deepEqual(holders(scene, laptop, photo), ['device 1'], 'nobody has said otherwise')
  // It does not fetch again what it has dropped, so what it tells stays as it is.
  assert.notDeepEqual(await meetAgain(scene, laptop, phone), [1, 1])
  assert.deepEqual(holders(scene, laptop, photo), [])
  assert.deepEqual(await meetAgain(scene, laptop, phone), [1, 1])
})

test('what was told is remembered over a restart, and counts no more once its device is revoked', async () => {
  const scene = await RelayScene.make(turn, TWO)
  const [laptop, phone] = scene.devices as [Peer, Peer]
  scene.link(laptop, phone)
  const record = await scene.add(laptop, 'letter')
  await scene.quiet()
  const { replica, kv, device } = laptop.home
  const knows = async (): Promise<boolean> => {
    await replica.peers.flush()
    const book = await PeerBook.open(kv, () => [])
    return book.toldBy(phone.home.device.id, scene.vault) !== null
  }
  assert.ok(await knows())
  const signed = await revoke(await testAccount('anna'), phone.home.device, device)
  await laptop.home.say(scene.vault, { kind: 'import', signed })
  assert.deepEqual(holders(scene, laptop, record), [])
  assert.equal(await knows(), false, 'nothing of it is kept')
})

test('while it cannot look into its store a device says nothing', async () => {
  const scene = await RelayScene.make(turn, TWO)
  const [laptop, phone] = scene.devices as [Peer, Peer]
  scene.link(laptop, phone)
  await scene.quiet()
  laptop.home.blobs.has = () => Promise.reject(new HoldfastError('STORE_FAILED'))
  const record = await scene.add(laptop, 'letter')
  await scene.quiet()
  assert.deepEqual(holders(scene, phone, record), [])
})

test('of much that is missing a device names what it has, of what came later it says nothing', () => {
  const log = `${'d'.repeat(64)}:${'e'.repeat(16)}` as never
  const [one, two] = ['1', '2'].map((digit) => digit.repeat(64) as RecordHash) as [RecordHash, RecordHash]
  const vault = 'b'.repeat(64) as never
  const head = [{ log, seq: 5 }]
  const allBut = new PeerHeld(vault, holdingsOf({ kind: 'allBut', records: [two] }, head))
  assert.ok(allBut.has(one, [{ log, seq: 5 }]))
  assert.ok(
    allBut.has(one, [
      { log, seq: 9 },
      { log, seq: 2 }
    ]),
    'brought twice'
  )
  assert.ok(!allBut.has(two, head))
  assert.ok(!allBut.has(one, [{ log, seq: 6 }]))
  assert.ok(!allBut.has(one, []))
  const only = new PeerHeld(vault, holdingsOf({ kind: 'only', records: [two] }, head))
  assert.ok(only.has(two, []) && !only.has(one, head))
  assert.deepEqual(only.holdings.upTo, [])
})

test('a device that lacks more than fits says what it holds, and no more of that than fits', async () => {
  const scene = await RelayScene.make(turn, { ...TWO, devices: 1 })
  const [laptop] = scene.devices as [Peer]
  const record = await scene.add(laptop, 'letter')
  await scene.quiet()
  const lost = Array.from({ length: LIMITS.heldRecords + 1 }, (_, n) => ({
    ...record,
    hash: n.toString(16).padStart(64, '0') as RecordHash
  }))
  const held = (): unknown => laptop.home.vault(scene.vault).holdings()
  assert.deepEqual(held(), { kind: 'allBut', records: [] })
  laptop.exchange.wanted.lost(scene.vault, record.manifest.id as BlobId, lost)
  await scene.quiet()
  assert.deepEqual(held(), { kind: 'only', records: [record.hash] })
})
