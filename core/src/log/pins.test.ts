import assert from 'node:assert/strict'
import { test } from 'node:test'
import { certify, revoke, testAccount, testDevice, testGenesis, testRecord, TestReplica } from './testing.ts'

async function start() {
  const [anna, bert] = [await testAccount('anna'), await testAccount('bert')]
  const [a, b, c] = [await testDevice('a'), await testDevice('b'), await testDevice('c')]
  const genesis = await testGenesis(anna, a)
  const [ra, rb, rc] = [
    await TestReplica.open(a, genesis),
    await TestReplica.open(b, genesis),
    await TestReplica.open(c, genesis)
  ]
  await ra.say(
    { kind: 'import', signed: await certify(anna, b) },
    { kind: 'add', root: bert.root, recovery: bert.recovery, role: 'writer', name: '' },
    { kind: 'import', signed: await certify(bert, c) }
  )
  await ra.newEpoch('first')
  for (const replica of [rb, rc]) await replica.pull(ra)
  return { anna, a, b, ra, rb, rc }
}

const one = testRecord('one', ['x', 'shared'])
const two = testRecord('two', ['y', 'shared'])
const pin = (...records: (typeof one)[]) => ({
  records: records.map(({ hash }) => hash).sort(),
  unpins: [],
  shreds: []
})
const shred = (record: typeof one) => ({ records: [], unpins: [], shreds: [record.object] })
const unpin = (record: typeof one) => ({ records: [], unpins: [record.object], shreds: [] })
const shared = one.blobs[1]!.id

test('a shred takes what only its object needs, at once; a blob another object names stays', async () => {
  const { ra } = await start()
  await ra.change('both', pin(one, two))
  const pins = ra.log.pins()
  assert.deepEqual(new Set(pins.missingRecords()), new Set([one.hash, two.hash]))
  for (const record of [one, two]) pins.addRecord(record)
  assert.deepEqual(new Set(pins.blobOwners(shared)), new Set([one.object, two.object]))
  await ra.change('shred', shred(one))
  assert.equal(pins.isLive(one.hash), false)
  assert.ok(pins.isShredded(one.object))
  assert.ok(pins.neededBlobs.has(shared) && !pins.neededBlobs.has(one.manifest.id))
  assert.deepEqual(pins.deadRecords(), [one.hash])
  await ra.change('shred', shred(two))
  assert.equal(pins.neededBlobs.size, 0)
})

test('a record that crossed the shred of its object is shredded too, one pinned after it is not', async () => {
  const { ra, rb } = await start()
  await ra.change('pin', pin(one))
  await rb.pull(ra)
  await ra.change('shred', shred(one))
  await rb.change('crossing', pin(one))
  await ra.pull(rb)
  const pins = ra.log.pins()
  pins.addRecord(one)
  assert.equal(pins.isLive(one.hash), false)
  await ra.change('pinned anew', pin(one))
  assert.ok(pins.isLive(one.hash) && !pins.isShredded(one.object))
})

test('a writer shreds what its own account brought and nothing else', async () => {
  const { ra, rc } = await start()
  await ra.change('by the owner', pin(one))
  await rc.pull(ra)
  await rc.change('own', pin(two))
  const pins = rc.log.pins()
  for (const record of [one, two]) pins.addRecord(record)
  await rc.change('tries', shred(one))
  await rc.change('may', shred(two))
  assert.ok(pins.isLive(one.hash) && !pins.isShredded(one.object))
  assert.ok(!pins.isLive(two.hash) && pins.isShredded(two.object))
})

test('a dropped record is remembered by its object and not asked for again', async () => {
  const { ra } = await start()
  await ra.change('pin', pin(one))
  await ra.change('shred', shred(one))
  const pins = ra.log.pins()
  assert.deepEqual(pins.missingRecords(), [one.hash])
  pins.addDropped(one.hash, one.object)
  assert.deepEqual(pins.missingRecords(), [])
  assert.equal(pins.objectOf(one.hash), one.object)
})

test('an unpin takes effect when it is settled, only on what it had seen, and not when a revocation voids it', async () => {
  const { anna, a, b, ra, rb } = await start()
  await ra.change('pin', pin(one, two))
  await rb.pull(ra)
  const withdrawn = await rb.change('unpin', unpin(one))
  await ra.change('pinned meanwhile', pin(two))
  await rb.change('unpin', unpin(two))
  await ra.pull(rb)
  const pins = ra.log.pins()
  for (const record of [one, two]) pins.addRecord(record)
  const states = (): string[] => pins.unpins().map(({ state }) => state)
  assert.deepEqual(states(), ['waiting', 'waiting'])
  assert.ok(pins.isLive(one.hash) && !pins.isWanted(one.hash) && pins.stateOf(one.object) === 'leaving')
  assert.ok(pins.isWanted(two.hash), 'pinned by somebody who had not heard of the unpin')
  pins.takeTurned()
  for (const { entry } of pins.unpins()) pins.settleUnpins(entry)
  assert.deepEqual(pins.takeTurned(), [one.hash])
  assert.ok(!pins.isLive(one.hash) && pins.stateOf(one.object) === 'gone' && pins.isLive(two.hash))
  assert.deepEqual(states(), ['in effect', 'in effect'])
  const { statement } = await revoke(anna, b, a)
  assert.ok(statement.kind === 'revoke')
  const { signAccountStatement } = await import('./account-statement.ts')
  const voidUnpinsFrom = [{ incarnation: rb.incarnation, seq: withdrawn.header.seq }]
  await ra.say({ kind: 'import', signed: await signAccountStatement({ ...statement, voidUnpinsFrom }, a.seed) })
  assert.ok(pins.isLive(one.hash) && pins.isWanted(one.hash) && pins.neededBlobs.has(one.manifest.id))
  assert.deepEqual([pins.takeTurned(), states()], [[one.hash], ['void', 'void']])
})

test('what a revoked device pinned behind the back of others is not needed', async () => {
  const { anna, a, b, ra, rb } = await start()
  await ra.say({ kind: 'import', signed: await revoke(anna, b, a) })
  const late = await rb.change('late', pin(one))
  await ra.take(late)
  ra.log.pins().addRecord(one)
  assert.deepEqual([...ra.log.pins().liveRecords()], [])
})
