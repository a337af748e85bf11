import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VaultId } from '../../base/ids.ts'
import { testIncarnation } from '../../log/testing.ts'
import type { Problem, RolledBackEvent } from '../replica/replica-events.ts'
import { connect, exchange, TestHome, testVault } from '../testing/test-home.ts'
import { MapKv } from '../testing/map-stores.ts'

/** A laptop whose disk is put back to a moment before `lost` entries that the relay has. */
async function restored(lost: number): Promise<{
  id: VaultId
  laptop: TestHome
  phone: TestHome
  relay: TestHome
  backs: RolledBackEvent[]
  problems: Problem[]
}> {
  const { id, devices, relay } = await testVault()
  const [before, phone] = devices as [TestHome, TestHome]
  await before.change(id, 'first')
  await exchange(before, relay)
  await exchange(phone, relay)
  const disk = new MapKv(before.kv.rows)
  for (let i = 0; i < lost; i++) await before.change(id, `lost ${i}`)
  await exchange(before, relay)
  const laptop = await TestHome.open('laptop', { kv: disk, incarnation: 1 })
  const backs: RolledBackEvent[] = []
  const problems: Problem[] = []
  laptop.replica.onRolledBack((event) => backs.push(event))
  laptop.replica.onProblem((problem) => problems.push(problem))
  return { id, laptop, phone, relay, backs, problems }
}

test('a home that was put back and has signed nothing since takes its own entries from a peer and goes on', async () => {
  const { id, laptop, relay, backs } = await restored(3)
  await exchange(laptop, relay)
  assert.deepEqual(laptop.vault(id).heads(), relay.vault(id).heads())
  assert.deepEqual(backs, [])
  await laptop.change(id, 'goes on')
  await exchange(laptop, relay)
  assert.deepEqual(laptop.vault(id).heads(), relay.vault(id).heads())
})

for (const [lost, written] of [
  [3, 1],
  [3, 3],
  [2, 5]
] as const) {
  test(`a home that was put back by ${lost} entries and wrote ${written} takes its own back before any peer hears of them`, async () => {
    const { id, laptop, relay, backs, problems } = await restored(lost)
    for (let i = 0; i < written; i++) await laptop.change(id, `offline ${i}`)
    await exchange(laptop, relay)
    assert.equal(backs.length, 1)
    assert.equal(backs[0]!.withdrawn.length, written)
    assert.ok(problems.some(({ code, peer }) => code === 'ROLLED_BACK' && peer === null))
    assert.deepEqual(laptop.vault(id).heads(), relay.vault(id).heads())
    assert.deepEqual(relay.vault(id).log.frozenLogs(), [])
    const again = await TestHome.open('laptop', { kv: new MapKv(laptop.kv.rows), incarnation: 1 })
    assert.equal((await again.vault(id).withdrawn()).length, written)
    assert.deepEqual(again.vault(id).heads(), relay.vault(id).heads())
    laptop.incarnation = testIncarnation(9)
    await laptop.replica.setIncarnation(laptop.incarnation)
    for (let i = 0; i < written; i++) await laptop.change(id, `offline ${i}`)
    await laptop.vault(id).forgetWithdrawn()
    assert.deepEqual(await laptop.vault(id).withdrawn(), [])
    await exchange(laptop, relay)
    assert.deepEqual(laptop.vault(id).heads(), relay.vault(id).heads())
    assert.deepEqual(relay.vault(id).log.quarantined(), [])
  })
}

test('what somebody has heard of is not taken back: it is a fork, kept with its proof', async () => {
  const { id, laptop, phone, relay, backs, problems } = await restored(2)
  await laptop.change(id, 'to the phone')
  await exchange(laptop, phone)
  await exchange(laptop, relay)
  assert.ok(problems.some(({ code }) => code === 'FORKED'))
  assert.deepEqual(
    backs.map(({ withdrawn }) => withdrawn),
    backs.map(() => [])
  )
  assert.ok(backs.length > 0)
  assert.equal(laptop.vault(id).log.frozenLogs().length, 1)
})

test('a relay that lost its store is no copy any more, until it has the vault again', async () => {
  const { id, devices, relay } = await testVault()
  const [laptop] = devices as [TestHome]
  const entry = await laptop.change(id, 'one')
  await exchange(laptop, relay)
  assert.equal(laptop.replica.peers.hasComplete(relay.device.id, id, entry), false)
  laptop.replica.peers.noteState(relay.device.id, id, entry, { records: [], incomplete: [], elsewhere: [] })
  const empty = await TestHome.open('pi', { role: 'relay' })
  const link = connect(laptop, empty)
  await link.idle()
  assert.deepEqual([...link.a.refusals], [[id, 'ROLLED_BACK']])
  assert.equal(laptop.replica.peers.hasComplete(relay.device.id, id, entry), false)
  await laptop.replica.peers.flush()
  assert.deepEqual(
    [...laptop.kv.rows.keys()].filter((key) => key.startsWith('sync-peer/s/')),
    []
  )
  await empty.replica.addVault((await laptop.vault(id).store.entryBytes(laptop.vault(id).log.order()[0]!))!)
  await link.idle()
  assert.deepEqual([...link.a.refusals], [])
  link.close()
})

test('a peer that was put back is noticed by whoever has seen more, and given what it lost', async () => {
  const { id, devices, relay } = await testVault()
  const [laptop] = devices as [TestHome]
  await exchange(laptop, relay)
  const disk = new MapKv(relay.kv.rows)
  await laptop.change(id, 'one')
  await exchange(laptop, relay)
  const problems: Problem[] = []
  laptop.replica.onProblem((problem) => problems.push(problem))
  const old = await TestHome.open('pi', { role: 'relay', kv: disk })
  await exchange(laptop, old)
  assert.ok(problems.some(({ code, peer }) => code === 'ROLLED_BACK' && peer === relay.device.id))
  assert.deepEqual(laptop.vault(id).heads(), old.vault(id).heads())
})
