import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entryOf } from './entry.ts'
import { certify, testAccount, testDevice, testGenesis, TestReplica } from './testing.ts'
import { VaultLog } from './vault-log.ts'

async function twoDevices() {
  const account = await testAccount('anna')
  const laptop = await testDevice('laptop')
  const phone = await testDevice('phone')
  const genesis = await testGenesis(account, laptop)
  const a = await TestReplica.open(laptop, genesis)
  await a.newEpoch('first')
  await a.change('one')
  await a.say({ kind: 'import', signed: await certify(account, phone, laptop) })
  const b = await TestReplica.open(phone, genesis, 2)
  await b.pull(a)
  return { account, laptop, phone, genesis, a, b }
}

test('two honest devices come to hold, count and offer the same', async () => {
  const { a, b } = await twoDevices()
  await b.change('two')
  await a.change('three')
  await a.pull(b)
  await b.pull(a)
  assert.deepEqual(a.log.heads(), b.log.heads())
  assert.deepEqual(a.log.missingFor(b.log.heads()), [])
  assert.deepEqual(new Set(a.log.counted()), new Set(b.log.counted()))
  assert.equal(a.log.counted().length, 6)
  assert.equal(b.log.membership().roleOf(b.device.id), 'owner')
})

test('what was verified and stored is read again to the same state without a signature check', async () => {
  const { a, b } = await twoDevices()
  await b.change('two')
  await a.pull(b)
  const [first, ...rest] = a.log.order().map((hash) => a.entries.get(hash)!.bytes)
  const again = VaultLog.fromStored(first!)
  for (const bytes of rest) again.admit(again.trust(entryOf(bytes).bytes))
  assert.deepEqual(again.heads(), a.log.heads())
  assert.deepEqual(again.counted(), a.log.counted())
  assert.equal(again.writableEpoch(), a.log.writableEpoch())
})
