import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EntryHash, VaultId } from '../base/ids.ts'
import type { EpochBody } from '../log/epoch-body.ts'
import { Keyring } from './keyring.ts'
import type { RecipientKey } from './keyring.ts'
import { newDeviceSecrets } from './secrets.ts'
import type { DeviceSecrets } from './secrets.ts'
import { seededRandom } from './testing.ts'

const VAULT = 'ab'.repeat(32) as VaultId
const random = seededRandom('keyring')
const [laptop, phone] = [await newDeviceSecrets(random), await newDeviceSecrets(random)]
const entry = (name: string) => ({ hash: name.padEnd(64, '0') as EntryHash, writer: laptop.device })
const to = ({ device, xPublic }: DeviceSecrets): RecipientKey => ({ kind: 'device', id: device, xPublic })
const BOTH = [to(laptop), to(phone)]

test('what one device begins the other learns, with the same keys, and everything that came before', async () => {
  const own = new Keyring(VAULT, laptop)
  const first = await own.begin([to(laptop)], [], random)
  const second = await own.begin(BOTH, [first.epoch], random)
  const other = new Keyring(VAULT, phone)
  assert.equal(await other.learn(entry('a'), first), false)
  assert.equal(await other.learn(entry('b'), second), true)
  for (const { epoch } of [first, second]) assert.deepEqual(other.keys(epoch), own.keys(epoch))
  assert.deepEqual(other.problems, [])
  assert.equal(await other.learn(entry('b'), second), false)
})

test('a wrap that holds another secret, or none, is reported once with its writer, and a good one still works', async () => {
  const own = new Keyring(VAULT, laptop)
  const good = await own.begin(BOTH, [], random)
  const lie = await new Keyring(VAULT, laptop).begin(BOTH, [], random)
  const other = new Keyring(VAULT, phone)
  const swapped: EpochBody = { ...good, wraps: lie.wraps }
  const broken: EpochBody = {
    ...good,
    wraps: good.wraps.map((wrap) => ({ ...wrap, sealed: wrap.sealed.map((byte) => byte ^ 1) }))
  }
  for (const [name, body] of [
    ['a', swapped],
    ['b', broken],
    ['a', swapped]
  ] as const)
    assert.equal(await other.learn(entry(name), body), false)
  assert.deepEqual(
    other.problems.map(({ epoch, entry: where, writer }) => [epoch, where[0], writer]),
    [
      [good.epoch, 'a', laptop.device],
      [good.epoch, 'b', laptop.device]
    ]
  )
  assert.equal(other.has(good.epoch), false)
  assert.equal(await other.learn(entry('c'), good), true)
})

test('a wrap made for another vault, another epoch or another device does not open', async () => {
  const own = new Keyring(VAULT, laptop)
  const body = await own.begin(BOTH, [], random)
  const next = await own.begin(BOTH, [], random)
  const elsewhere = new Keyring('cd'.repeat(32) as VaultId, phone)
  assert.equal(await elsewhere.learn(entry('a'), body), false)
  const other = new Keyring(VAULT, phone)
  assert.equal(await other.learn(entry('b'), { ...body, wraps: next.wraps }), false)
  const mine = body.wraps.find(({ id }) => id === laptop.device)!
  assert.equal(
    await other.learn(entry('c'), { ...body, wraps: [{ kind: 'device', id: phone.device, sealed: mine.sealed }] }),
    false
  )
  assert.equal(other.problems.length, 2)
  assert.equal(elsewhere.problems.length, 1)
})

test('a parent secret that is not the one its name commits to is reported, not used', async () => {
  const own = new Keyring(VAULT, laptop)
  const [first, third] = [await own.begin([to(laptop)], [], random), await own.begin([to(laptop)], [], random)]
  const second = await own.begin(BOTH, [first.epoch], random)
  const lying = { ...second, parents: second.parents.map((parent) => ({ ...parent, epoch: third.epoch })) }
  const other = new Keyring(VAULT, phone)
  await other.learn(entry('a'), lying)
  assert.equal(other.has(second.epoch), true)
  assert.equal(other.has(third.epoch), false)
  assert.deepEqual(
    other.problems.map(({ epoch }) => epoch),
    [third.epoch]
  )
})

test('a new epoch continues only what no other leads to, and all before it is reached through the chain', async () => {
  const own = new Keyring(VAULT, laptop)
  const bodies: EpochBody[] = []
  for (let i = 0; i < 70; i++) {
    const known = bodies.map(({ epoch }) => epoch).reverse()
    bodies.push(await own.begin(i === 69 ? BOTH : [to(laptop)], own.tipsOf(known), random))
  }
  assert.deepEqual(
    bodies.map(({ parents }) => parents.map(({ epoch }) => epoch)),
    bodies.map((_, i) => (i === 0 ? [] : [bodies[i - 1]!.epoch]))
  )
  const other = new Keyring(VAULT, phone)
  for (const body of bodies.toReversed()) await other.learn(entry('a'), body)
  const newestFirst = bodies.map(({ epoch }) => epoch).reverse()
  assert.ok(newestFirst.every((epoch) => other.has(epoch)))
  assert.deepEqual(other.tipsOf(newestFirst), newestFirst.slice(0, 1))
})

test('an epoch that only claims to lead to another does not hide it', async () => {
  const own = new Keyring(VAULT, laptop)
  const first = await own.begin(BOTH, [], random)
  const second = await own.begin(BOTH, [first.epoch], random)
  const other = new Keyring(VAULT, phone)
  const lying = {
    ...second,
    parents: second.parents.map((parent) => ({ ...parent, sealed: parent.sealed.map((byte) => byte ^ 1) }))
  }
  for (const body of [first, lying]) await other.learn(entry('a'), body)
  assert.deepEqual(other.tipsOf([second.epoch, first.epoch]), [second.epoch, first.epoch])
  await other.learn(entry('b'), second)
  assert.deepEqual(other.tipsOf([second.epoch, first.epoch]), [second.epoch])
})
