import assert from 'node:assert/strict'
import { test } from 'node:test'
import { certify, testAccount, testDevice, testGenesis, TestReplica } from './testing.ts'

const anna = await testAccount('anna')
const [a, b] = [await testDevice('a'), await testDevice('b')]

test('who only repeats what is known changes no standing, however often and in however many entries', async () => {
  const replica = await TestReplica.open(a, await testGenesis(anna, a))
  const known = replica.log.membership()
  const own = await certify(anna, a)
  const renamed = await certify(anna, { ...a, name: 'another name' })
  for (let i = 0; i < 5; i++) {
    const entry = await replica.sign('statement', {
      kind: 'statement',
      statements: Array.from({ length: 256 }, (_, n) => ({ kind: 'import', signed: n % 2 ? own : renamed }))
    })
    const admission = await replica.take(entry)
    assert.equal(admission.membershipChanged, false)
    assert.equal(replica.log.membershipAt([entry.hash]), known, 'the very same')
  }
  await replica.say({ kind: 'import', signed: await certify(anna, b) }, { kind: 'import', signed: own })
  assert.equal(replica.log.membership().roleOf(b.id), 'owner')
})

test('the same certificate brought by two who did not know of each other counts once, in either order', async () => {
  const genesis = await testGenesis(anna, a)
  const [one, two] = [await TestReplica.open(a, genesis), await TestReplica.open(b, genesis)]
  const signed = await certify(anna, b)
  await one.say({ kind: 'import', signed })
  await two.say({ kind: 'import', signed })
  await one.pull(two)
  await two.pull(one)
  const devices = ({ log }: TestReplica): unknown => [...log.membership().accounts.get(anna.id)!.devices]
  assert.deepEqual(devices(one), devices(two))
  assert.equal(one.log.membership().accounts.get(anna.id)!.devices.size, 2)
})

test('standing at a point that was asked for long ago is what it was', async () => {
  const replica = await TestReplica.open(a, await testGenesis(anna, a))
  const { root, recovery, id } = await testAccount('bert')
  await replica.say({ kind: 'add', root, recovery, role: 'writer', name: 'bert' })
  const points = []
  for (let i = 0; i < 150; i++) {
    const role = i % 2 ? 'writer' : 'reader'
    points.push({ role, entry: (await replica.say({ kind: 'role', account: id, role })).hash })
  }
  for (const { role, entry } of points) assert.equal(replica.log.membershipAt([entry]).accounts.get(id)!.role, role)
})
