import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceId } from '../base/ids.ts'
import { SIGN } from '../base/labels.ts'
import type { SignedStatement } from '../log/account-statement.ts'
import { certify, revoke } from '../log/testing.ts'
import { sign } from '../proof/sign.ts'
import { signedMailKey } from '../sync/wire/key-bundle.ts'
import type { SignedMailKey } from '../sync/wire/key-bundle.ts'
import { makeCard } from './contact-card.ts'
import { livingDevicesIn, recipientsFrom } from './mail-recipients.ts'
import { asTestDevice, mailKey, mailPerson } from './testing-mail.ts'

const relay = 'ab'.repeat(32) as DeviceId
const [carl, eve] = [await mailPerson('carl', { devices: 3 }), await mailPerson('eve')]
const [laptop, phone, tablet] = [carl.devices[0]!, carl.devices[1]!, carl.devices[2]!]
const { account, statements, card } = carl

const keys: SignedMailKey[] = []
for (const device of carl.devices) keys.push((await mailKey(carl, device, relay)).signed)
const devicesOf = async (answer: { statements?: readonly SignedStatement[]; keys?: readonly SignedMailKey[] }) =>
  (await recipientsFrom(card, relay, { statements, keys, ...answer })).map(({ device }) => device)

test('everything that living devices of the account signed for this relay is written to', async () => {
  assert.deepEqual(
    await devicesOf({}),
    carl.devices.map(({ device }) => device)
  )
})

test('A1 a key of the relay’s own among those it hands out is refused, and the whole answer with it', async () => {
  const evil = eve.devices[0]!
  // By a device that nobody certified, in the name of the account.
  const own = (await mailKey(eve, evil, relay, { account: account.id })).signed
  await assert.rejects(devicesOf({ keys: [...keys.slice(0, 2), own] }), { code: 'PEER_LIES' })
  // With a certificate of that device that the relay made itself.
  const certificate = await certify(eve.account, asTestDevice(evil))
  await assert.rejects(devicesOf({ statements: [...statements, certificate], keys: [...keys, own] }), {
    code: 'PEER_LIES'
  })
  const forged = await certify(account, asTestDevice(evil), asTestDevice(evil))
  await assert.rejects(devicesOf({ statements: [...statements, forged], keys: [...keys, own] }), { code: 'PEER_LIES' })
  const unsigned = { ...(await certify(account, asTestDevice(evil))), signature: new Uint8Array(64) }
  await assert.rejects(devicesOf({ statements: [...statements, unsigned], keys: [...keys, own] }), {
    code: 'BAD_SIGNATURE'
  })
  // In the name of a good device.
  const inItsName = (await mailKey(carl, laptop, relay)).signed
  const swapped = signedMailKey(inItsName.bytes, await sign(SIGN.keyBundle, evil.seed, inItsName.bytes))
  await assert.rejects(devicesOf({ keys: [swapped] }), { code: 'BAD_SIGNATURE' })
})

test('A32 a key of another account, or one laid down at another relay, is refused', async () => {
  const elsewhere = (await mailKey(carl, laptop, 'cd'.repeat(32) as DeviceId)).signed
  await assert.rejects(devicesOf({ keys: [elsewhere] }), { code: 'PEER_LIES' })
  const foreign = (await mailKey(eve, eve.devices[0]!, relay)).signed
  await assert.rejects(devicesOf({ keys: [foreign] }), { code: 'PEER_LIES' })
  await assert.rejects(devicesOf({ keys: [keys[0]!, keys[0]!] }), { code: 'PEER_LIES' })
  const good = keys[0]!
  const asEntry = signedMailKey(good.bytes, await sign(SIGN.entry, laptop.seed, good.bytes))
  await assert.rejects(devicesOf({ keys: [asEntry] }), { code: 'BAD_SIGNATURE' })
})

test('a device that the account revoked gets nothing, and a relay cannot hide the revocation from who has a newer card', async () => {
  const revocation = await revoke(account, asTestDevice(phone), asTestDevice(laptop))
  const all = [...statements, revocation]
  assert.deepEqual(await devicesOf({ statements: all }), [laptop.device, tablet.device])
  const { root, recovery } = account
  const floor = all.map(({ hash }) => hash)
  const newer = await makeCard({
    root,
    recovery,
    name: 'carl',
    chain: card.chain,
    relays: [],
    floor,
    seed: laptop.seed
  })
  await assert.rejects(recipientsFrom(newer, relay, { statements, keys }), { code: 'ROLLED_BACK' })
  await assert.rejects(devicesOf({ keys: [] }), { code: 'NO_KEYS' })
  await assert.rejects(devicesOf({ statements: all, keys: [keys[1]!] }), { code: 'NO_KEYS' })
})

test('what a revoked device certified goes with it, unless it was kept or somebody else certified it too', async () => {
  const [a, b, c] = carl.devices.map(asTestDevice)
  const byA = [await certify(account, a!), await certify(account, b!, a), await certify(account, c!, b)]
  const living = (...more: SignedStatement[]): Set<DeviceId> => livingDevicesIn([...byA, ...more])
  assert.deepEqual(living(), new Set([a!.id, b!.id, c!.id]))
  assert.deepEqual(living(await revoke(account, b!, a)), new Set([a!.id]))
  assert.deepEqual(living(await revoke(account, b!, a, [c!])), new Set([a!.id, c!.id]))
  assert.deepEqual(living(await revoke(account, b!, a), await certify(account, c!, a)), new Set([a!.id, c!.id]))
  assert.deepEqual(living(await revoke(account, a!)), new Set())
  assert.deepEqual(living(await revoke(account, a!, undefined, [b!])), new Set([b!.id, c!.id]))
  const stranger = asTestDevice(eve.devices[0]!)
  assert.deepEqual(living(await revoke(account, a!, stranger)), new Set([a!.id, b!.id, c!.id]), 'not theirs to say')
})
