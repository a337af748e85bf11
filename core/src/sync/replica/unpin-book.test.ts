import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '../../base/limits.ts'
import { signAccountStatement } from '../../log/account-statement.ts'
import type { ObjectRecord } from '../../log/record.ts'
import { revoke, testAccount, testIncarnation } from '../../log/testing.ts'
import { MapKv } from '../testing/map-stores.ts'
import { Peer, RelayScene } from '../testing/relay-scene.ts'

const DAY_MS = 86_400_000
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A laptop, a phone and one relay, all linked, with some objects that everybody has. */
async function begin(count: number) {
  const scene = await RelayScene.make(turn, { relays: 1, copies: 1, repairAfterMs: 1000, devices: 2 })
  scene.linkAll()
  await scene.quiet()
  const [laptop, phone] = scene.devices as [Peer, Peer]
  const records = await scene.addAll(
    laptop,
    Array.from({ length: count }, (_, n) => `file ${n}`)
  )
  await scene.quiet()
  return { scene, laptop, phone, pi: scene.relays[0]!, records }
}

async function days(scene: RelayScene, count: number): Promise<void> {
  for (let day = 0; day < count; day++) {
    await scene.pass(DAY_MS)
    await scene.quiet()
  }
}

function isLive(scene: RelayScene, peer: Peer, record: ObjectRecord): boolean {
  return peer.home.vault(scene.vault).log.pins().isLive(record.hash)
}

const unpin = (scene: RelayScene, by: Peer, ...records: ObjectRecord[]): Promise<unknown> =>
  by.home.change(scene.vault, 'given up', { unpins: records.map(({ object }) => object) })

test('an unpin takes effect when every device that may write has seen it, not on the day it came, and only then bytes go', async () => {
  const { scene, laptop, phone, pi, records } = await begin(2)
  const [old, kept] = records as [ObjectRecord, ObjectRecord]
  await unpin(scene, laptop, old)
  await scene.quiet()
  await days(scene, LIMITS.unpinLeastDays - 1)
  for (const peer of [laptop, phone, pi]) assert.equal(isLive(scene, peer, old), true, peer.home.device.name)
  assert.equal((await pi.exchange.collect(0)).deleted, 0)
  await days(scene, 2)
  for (const peer of [laptop, phone, pi]) {
    assert.equal(isLive(scene, peer, old), false, peer.home.device.name)
    await peer.exchange.collect(0)
    assert.deepEqual([peer.has(old), peer.has(kept)], [false, true])
    const { log } = peer.home.vault(scene.vault)
    const state = await pi.home.vault(scene.vault).objectState(log.pins().bringersOf(old.hash)[0]!)
    assert.deepEqual([state?.elsewhere, state?.incomplete], [[old.hash], []], 'nobody takes the relay for a holder')
    const again = await Peer.open(peer.home.device.name, {
      role: peer.home.replica.role,
      clock: scene.clock,
      kv: new MapKv(peer.home.kv.rows),
      blobs: peer.home.blobs
    })
    assert.deepEqual([isLive(scene, again, old), isLive(scene, again, kept)], [false, true], 'also after a restart')
    assert.equal([...again.exchange.wanted.incompleteRecords()].length, 0)
  }
})

test('an unpin that a device away has not seen waits for the holder to have run for so many days', async () => {
  const { scene, laptop, phone, pi, records } = await begin(1)
  scene.cut(phone)
  await unpin(scene, laptop, records[0]!)
  await scene.quiet()
  await days(scene, LIMITS.unpinDays - 1)
  assert.ok(isLive(scene, pi, records[0]!) && isLive(scene, laptop, records[0]!))
  await days(scene, 2)
  assert.ok(!isLive(scene, pi, records[0]!) && !isLive(scene, laptop, records[0]!))
})

test('a clock that jumps by years lets no unpin take effect', async () => {
  const { scene, laptop, phone, pi, records } = await begin(1)
  scene.cut(phone)
  await unpin(scene, laptop, records[0]!)
  await scene.quiet()
  for (const offYears of [-60, 30, -10, 5]) {
    scene.clock.offMs = offYears * 365 * DAY_MS
    await scene.pass(3600_000)
    await scene.quiet()
  }
  assert.ok(isLive(scene, pi, records[0]!) && isLive(scene, laptop, records[0]!))
})

test('a pin by a device that had not heard of the unpin keeps the bytes, and one made after it brings them back', async () => {
  const { scene, laptop, phone, pi, records } = await begin(2)
  const [meanwhile, after] = records as [ObjectRecord, ObjectRecord]
  scene.cut(phone)
  await phone.home.change(scene.vault, 'restored', { records: [meanwhile] })
  await unpin(scene, laptop, meanwhile, after)
  scene.linkAll()
  await days(scene, LIMITS.unpinDays + 1)
  for (const peer of [laptop, phone, pi]) {
    await peer.exchange.collect(0)
    assert.deepEqual([peer.has(meanwhile), peer.has(after)], [true, false], peer.home.device.name)
  }
  // The phone had a copy of its own elsewhere: it pins the object again and puts it back.
  for (const text of ['manifest', 'blob']) {
    const bytes = new TextEncoder().encode(`file 1 ${text}`)
    const blob = [after.manifest, ...after.blobs][text === 'manifest' ? 0 : 1]!
    await phone.home.blobs.put(blob.id, bytes)
  }
  await phone.home.change(scene.vault, 'again', { records: [after] })
  await scene.quiet()
  for (const peer of [laptop, phone, pi]) assert.equal(peer.has(after), true, peer.home.device.name)
  assert.equal(laptop.home.replica.peers.objectState(scene.vault, after.hash).complete.length, 1)
})

test('more than half of all and more than a hundred on one day is held back, and said', async () => {
  const { scene, laptop, pi, records } = await begin(LIMITS.massUnpins + 20)
  const problems: string[] = []
  pi.home.replica.onProblem(({ code }) => problems.push(code))
  await unpin(scene, laptop, ...records.slice(0, 60))
  await unpin(scene, laptop, ...records.slice(60, LIMITS.massUnpins + 1))
  await scene.quiet()
  await days(scene, LIMITS.unpinDays + 1)
  assert.deepEqual(problems, ['MANY_UNPINS'])
  const vault = pi.home.vault(scene.vault)
  assert.equal(vault.heldBackUnpins().length, LIMITS.massUnpins + 1)
  assert.ok(records.every((record) => isLive(scene, pi, record)))
  // What comes on another day is as any other.
  await unpin(scene, laptop, records.at(-1)!)
  await scene.quiet()
  await days(scene, LIMITS.unpinLeastDays + 1)
  assert.ok(!isLive(scene, pi, records.at(-1)!) && isLive(scene, pi, records[0]!))
  await days(scene, LIMITS.unpinHeldBackDays - LIMITS.unpinDays)
  assert.ok(!isLive(scene, pi, records[0]!) && vault.heldBackUnpins().length === 0)
})

test('as many as may be given up on one day are not held back', async () => {
  const { scene, laptop, pi, records } = await begin(LIMITS.massUnpins + 20)
  await unpin(scene, laptop, ...records.slice(0, LIMITS.massUnpins))
  await scene.quiet()
  await days(scene, LIMITS.unpinLeastDays + 1)
  assert.equal(records.filter((record) => isLive(scene, pi, record)).length, 20)
})

test('a relay that begins anew asks for nothing that was given up, and holds nothing back of what never lay there', async () => {
  const { scene, laptop, phone, pi, records } = await begin(LIMITS.massUnpins + 20)
  await unpin(scene, laptop, ...records.slice(0, 60))
  await days(scene, LIMITS.unpinLeastDays + 1)
  await unpin(scene, laptop, ...records.slice(60, -1))
  await days(scene, LIMITS.unpinLeastDays + 1)
  await laptop.exchange.collect(0)
  assert.equal(records.filter((record) => laptop.has(record)).length, 1)
  scene.cut(phone)
  const again = await scene.destroy(pi)
  const { log, store } = laptop.home.vault(scene.vault)
  await again.home.replica.addVault((await store.entryBytes(log.order()[0]!))!)
  const problems: string[] = []
  again.home.replica.onProblem(({ code }) => problems.push(code))
  scene.link(laptop, again)
  await scene.quiet()
  await days(scene, 1)
  assert.deepEqual([again.has(records.at(-1)!), again.exchange.wanted.size], [true, 0])
  assert.ok(!problems.includes('MANY_UNPINS'))
})

test('the removal of a device makes void what it gave up: what had not gone is needed again, at the relay as well', async () => {
  const { scene, laptop, phone, pi, records } = await begin(2)
  await unpin(scene, phone, records[0]!)
  await scene.quiet()
  await days(scene, LIMITS.unpinLeastDays + 1)
  assert.equal(isLive(scene, pi, records[0]!), false)
  const anna = await testAccount('anna')
  const { statement } = await revoke(anna, phone.home.device, laptop.home.device)
  assert.ok(statement.kind === 'revoke')
  const voidUnpinsFrom = [{ incarnation: testIncarnation(2), seq: 1 }]
  const signed = await signAccountStatement({ ...statement, voidUnpinsFrom }, laptop.home.device.seed)
  await laptop.home.say(scene.vault, { kind: 'import', signed })
  await scene.quiet()
  await days(scene, LIMITS.unpinDays)
  for (const peer of [laptop, pi]) {
    await peer.exchange.collect(0)
    assert.ok(isLive(scene, peer, records[0]!) && peer.has(records[0]!))
  }
})
