import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ObjectRecord } from '../../log/record.ts'
import { addSome, FOUR, names, placed, RelayScene, turn } from '../testing/relay-scene.ts'
import type { Peer } from '../testing/relay-scene.ts'

const DAY_MS = 86_400_000

test('each object goes to the relays that are to hold it and to no other; entries go to all', async () => {
  const scene = await RelayScene.make(turn, { ...FOUR, devices: 2 })
  const [laptop, phone] = scene.devices as [Peer, Peer]
  scene.linkAll()
  await scene.quiet()
  const records = await addSome(scene, laptop, 12)
  await scene.quiet()
  for (const record of records) {
    assert.deepEqual(names(scene.holders(record)), placed(scene, record))
    assert.equal(scene.holders(record).length, 2)
    assert.ok(phone.has(record), 'it came from whoever has it')
    assert.equal(laptop.home.replica.peers.objectState(scene.vault, record.hash).complete.length, 2)
    assert.equal(laptop.home.replica.peers.objectState(scene.vault, record.hash).incomplete.length, 0)
  }
  assert.ok(scene.relays.every((relay) => records.some((record) => !relay.has(record))))
  for (const relay of scene.relays)
    assert.deepEqual(relay.home.vault(scene.vault).heads(), laptop.home.vault(scene.vault).heads())
})

test('a device that reaches one relay only reaches all of them through it, and so does who reads', async () => {
  const scene = await RelayScene.make(turn, { ...FOUR, devices: 2 })
  const [laptop, phone] = scene.devices as [Peer, Peer]
  scene.linkAll()
  await scene.quiet()
  scene.cut(laptop)
  scene.cut(phone)
  scene.link(laptop, scene.relays[0]!)
  scene.link(phone, scene.relays[3]!)
  await scene.quiet()
  const records = await addSome(scene, laptop, 8)
  await scene.quiet()
  for (const relay of scene.relays)
    assert.deepEqual(relay.home.vault(scene.vault).heads(), laptop.home.vault(scene.vault).heads())
  for (const record of records)
    for (const name of placed(scene, record)) assert.ok(names(scene.holders(record)).includes(name))
  for (const record of records) assert.equal(phone.has(record), scene.relays[3]!.has(record))
  scene.link(phone, scene.relays[1]!)
  scene.link(phone, scene.relays[2]!)
  await scene.quiet()
  for (const record of records) assert.ok(phone.has(record))
})

test('after a loss the next in order take over by themselves, and a file stays readable all the time', async () => {
  const scene = await RelayScene.make(turn, FOUR)
  const [laptop] = scene.devices as [Peer]
  scene.linkAll()
  await scene.quiet()
  const records = await addSome(scene, laptop, 12)
  await scene.quiet()
  const lost = scene.relays[1]!
  scene.cut(lost)
  scene.relays.splice(1, 1)
  for (const record of records) assert.ok(scene.holders(record).length >= 1)
  await scene.pass(500)
  await scene.quiet()
  assert.ok(
    records.some((record) => scene.holders(record).length === 1),
    'a relay that is away for a moment is not replaced'
  )
  await scene.pass(600)
  await scene.quiet()
  for (const record of records) {
    assert.equal(scene.holders(record).length, 2)
    const { complete } = laptop.home.replica.peers.objectState(scene.vault, record.hash)
    assert.equal(complete.filter((relay) => relay !== lost.home.device.id).length, 2, 'the laptop was told')
  }
})

test('the relays alone bring back the second copy, with no device there', async () => {
  const scene = await RelayScene.make(turn, FOUR)
  const [laptop] = scene.devices as [Peer]
  scene.linkAll()
  await scene.quiet()
  const records = await addSome(scene, laptop, 12)
  await scene.quiet()
  scene.cut(laptop)
  scene.cut(scene.relays[2]!)
  scene.relays.splice(2, 1)
  await scene.pass(1100)
  await scene.quiet()
  for (const record of records) assert.equal(scene.holders(record).length, 2)
})

test('what was taken over is given up when the relay is back, only after it has proven to hold it, and after the grace', async () => {
  const scene = await RelayScene.make(turn, FOUR)
  const [laptop] = scene.devices as [Peer]
  scene.linkAll()
  await scene.quiet()
  const before = await addSome(scene, laptop, 8, 'before')
  await scene.quiet()
  const [back] = scene.relays as [Peer]
  scene.cut(back)
  await scene.pass(1100)
  const during = await addSome(scene, laptop, 8, 'during')
  await scene.quiet()
  const records = [...before, ...during]
  for (const peer of [...scene.devices, ...scene.relays.slice(1)]) scene.link(back, peer)
  await scene.quiet()
  assert.ok(
    records.some((record) => scene.holders(record).length === 3),
    'more than needed for a while'
  )
  for (const record of records)
    for (const name of placed(scene, record)) assert.ok(names(scene.holders(record)).includes(name))
  for (const relay of scene.relays) await relay.exchange.collect(DAY_MS)
  assert.ok(
    records.some((record) => scene.holders(record).length === 3),
    'not before the grace'
  )
  await scene.pass(DAY_MS)
  for (const relay of scene.relays) await relay.exchange.collect(DAY_MS)
  for (const record of records) assert.deepEqual(names(scene.holders(record)), placed(scene, record))
  await scene.quiet()
  for (const record of records) {
    const { complete } = laptop.home.replica.peers.objectState(scene.vault, record.hash)
    assert.equal(complete.length, 2, 'nobody takes for a copy what was given up')
  }
})

test('nothing is given up while a responsible relay cannot be asked', async () => {
  const scene = await RelayScene.make(turn, FOUR)
  const [laptop] = scene.devices as [Peer]
  scene.linkAll()
  await scene.quiet()
  const [away] = scene.relays as [Peer]
  scene.cut(away)
  await scene.pass(1100)
  const records = await addSome(scene, laptop, 10)
  await scene.quiet()
  const held = records.map((record) => scene.holders(record).length)
  // Back for the devices only: the other relays see it in nobody's place, but cannot ask it.
  await scene.pass(DAY_MS)
  for (const relay of scene.relays) await relay.exchange.collect(0)
  assert.deepEqual(
    records.map((record) => scene.holders(record).length),
    held
  )
})

/** A relay that was away while files came, so that others hold what is its own part until it proves that it has it. */
async function awayForAWhile(): Promise<{ scene: RelayScene; liar: Peer; records: ObjectRecord[] }> {
  const scene = await RelayScene.make(turn, { relays: 3, copies: 1, repairAfterMs: 1000 })
  const [laptop] = scene.devices as [Peer]
  scene.linkAll()
  await scene.quiet()
  const [liar] = scene.relays as [Peer]
  scene.cut(liar)
  await scene.pass(1100)
  const records = await addSome(scene, laptop, 12)
  await scene.quiet()
  for (const peer of [...scene.devices, ...scene.relays.slice(1)]) scene.link(liar, peer)
  await scene.quiet()
  return { scene, liar, records }
}

test('A13 a relay that says it holds what it threw away is found by the draw, and nothing is given up for its word', async () => {
  const { scene, liar, records } = await awayForAWhile()
  const its = records.filter((record) => placed(scene, record).includes(liar.home.device.name))
  assert.ok(its.length > 0)
  // From now on it has nothing and says it has everything.
  liar.home.blobs.blobs.clear()
  liar.home.blobs.has = async (ids) => ids.map(() => true)
  await scene.pass(DAY_MS)
  for (const relay of scene.relays.slice(1)) await relay.exchange.collect(0)
  for (const record of its) assert.ok(scene.holders(record).length >= 1)
  const lies = scene.relays.slice(1).flatMap(({ home }) => home.replica.peers.list().map((peer) => peer.lastLie))
  assert.ok(lies.includes('PEER_LIES'))
})

test('A13 a relay that threw away one object of many is found before anything is given up for its word', async () => {
  const { scene, liar, records } = await awayForAWhile()
  const isIts = (record: ObjectRecord): boolean => placed(scene, record).includes(liar.home.device.name)
  const extra = (relay: Peer): ObjectRecord[] => records.filter((record) => isIts(record) && relay.has(record))
  const [keeper] = scene.relays.slice(1).sort((a, b) => extra(b).length - extra(a).length) as [Peer]
  const its = extra(keeper)
  assert.ok(its.length > 2)
  const { blobs } = liar.home.blobs
  const before = new Map(blobs)
  liar.home.blobs.has = async (ids) => ids.map(() => true)
  await scene.pass(DAY_MS)
  for (const thrown of its) {
    for (const { id } of [thrown.manifest, ...thrown.blobs]) blobs.delete(id)
    await keeper.exchange.collect(0)
    assert.ok(keeper.has(thrown))
    for (const [id, bytes] of before) blobs.set(id, bytes)
  }
  await keeper.exchange.collect(0)
  for (const record of its) assert.equal(keeper.has(record), false, 'it has all of it, and has shown it')
})

test('who was away is counted in running time in touch with others, across restarts, never by a wall clock', async () => {
  const scene = await RelayScene.make(turn, { ...FOUR, repairAfterMs: 60_000 })
  scene.linkAll()
  await scene.quiet()
  const [gone, watch] = scene.relays as [Peer, Peer]
  const id = gone.home.device.id
  const unseen = (): number => watch.home.replica.unseenMs(scene.vault, id)
  scene.cut(gone)
  await scene.pass(30_000)
  assert.equal(unseen(), 30_000)
  scene.clock.offMs = 10 * DAY_MS
  await scene.pass(1000)
  assert.equal(unseen(), 31_000, 'a clock that jumps makes nobody lost')
  scene.cut(watch)
  await scene.pass(500_000)
  assert.equal(unseen(), 31_000, 'who is alone itself takes nobody for lost')
  await watch.home.replica.close()
  const again = await (await import('../testing/test-home.ts')).TestHome.open(watch.home.device.name, {
    role: 'relay',
    kv: watch.home.kv,
    blobs: watch.home.blobs,
    clock: scene.clock
  })
  assert.equal(again.replica.unseenMs(scene.vault, id), 31_000)
})

test('A13 a relay that says pinned of what it does not have is found by an audit, and its word counts no more', async () => {
  const scene = await RelayScene.make(turn, FOUR)
  const [laptop] = scene.devices as [Peer]
  scene.linkAll()
  await scene.quiet()
  const records = await addSome(scene, laptop, 12)
  await scene.quiet()
  const [liar, loser] = scene.relays as [Peer, Peer]
  const ids = [liar, loser].map(({ home }) => home.device.id)
  assert.deepEqual(
    (await laptop.exchange.audit(20)).map(({ lacking, withheld }) => lacking + withheld),
    [0, 0, 0, 0]
  )
  liar.home.blobs.blobs.clear()
  liar.home.blobs.has = async (asked) => asked.map(() => true)
  loser.home.blobs.blobs.clear()
  const audits = await laptop.exchange.audit(20)
  const [found, lost, ...others] = ids.map((id) => audits.find(({ relay }) => relay === id)!).concat(audits.slice(2))
  assert.ok(found!.withheld > 0 && found!.lacking === 0)
  assert.ok(lost!.lacking > 0 && lost!.withheld === 0, 'who admits it has lost something is no liar')
  assert.deepEqual(
    others.map(({ lacking, withheld }) => lacking + withheld),
    [0, 0]
  )
  const lies = laptop.home.replica.peers.list().flatMap(({ peer, lastLie }) => (lastLie === null ? [] : [peer]))
  assert.deepEqual(lies, [ids[0]])
  for (const record of records)
    for (const id of laptop.home.replica.peers.objectState(scene.vault, record.hash).complete)
      assert.ok(!ids.includes(id))
})

test('a relay that has lost its log is asked anew what it holds', async () => {
  const scene = await RelayScene.make(turn, { relays: 1, copies: 1, repairAfterMs: 1000 })
  const [laptop] = scene.devices as [Peer]
  scene.linkAll()
  await scene.quiet()
  const record = await scene.add(laptop, 'file')
  await scene.quiet()
  const known = (): number => laptop.home.replica.peers.objectState(scene.vault, record.hash).complete.length
  assert.equal(known(), 1)
  const again = await scene.destroy(scene.relays[0]!)
  scene.link(laptop, again)
  await scene.quiet()
  assert.equal(known(), 0)
  const { store, log } = laptop.home.vault(scene.vault)
  await again.home.replica.addVault((await store.entryBytes(log.order()[0]!))!)
  laptop.home.replica.reconsider()
  await scene.quiet()
  assert.equal(known(), 1)
  assert.ok(again.has(record))
})
