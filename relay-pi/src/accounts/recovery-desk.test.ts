import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountId, DeviceId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import { signAccountRecord } from '@holdfast/core/log/account-record'
import type { AccountRecord } from '@holdfast/core/log/account-record'
import { signRecoveryClaim } from '@holdfast/core/log/recovery-claim'
import type { SignedClaim } from '@holdfast/core/log/recovery-claim'
import { certify, testAccount, testDevice } from '@holdfast/core/log/testing'
import type { TestAccount, TestDevice } from '@holdfast/core/log/testing'
import { sign } from '@holdfast/core/proof/sign'
import type { RecoveryReply } from '@holdfast/core/sync/wire/recovery-messages'
import { HandClock, MapKv } from '@holdfast/core/sync/testing/map-stores'
import { systemRandom } from '../home/platform.ts'
import { Guests } from './guests.ts'
import { Records } from './records.ts'
import { RecoveryDesk } from './recovery-desk.ts'

const [anna, bert] = [await testAccount('anna'), await testAccount('bert')]
const [laptop, back, thief] = [await testDevice('laptop'), await testDevice('back'), await testDevice('thief')]
const [pi, attic] = [await testDevice('pi'), await testDevice('attic')]

interface Desk {
  kv: MapKv
  clock: HandClock
  desk: RecoveryDesk
  guests: Guests
  revoked: Set<DeviceId>
  days: { seen: number }
  told: number
}

/** A relay that knows anna. */
async function open(relay: TestDevice = pi, kv = new MapKv()): Promise<Desk> {
  const clock = new HandClock()
  const revoked = new Set<DeviceId>()
  const days = { seen: 1 }
  const guests = await Guests.open({
    kv,
    daysSeen: () => days.seen,
    isRevoked: (_account, device) => revoked.has(device)
  })
  const self: Desk = { kv, clock, guests, revoked, days, told: 0, desk: undefined as unknown as RecoveryDesk }
  self.desk = new RecoveryDesk({
    relay: relay.id,
    clock,
    random: systemRandom,
    records: new Records(kv, ({ chain }) => chain.some(({ statement }) => revoked.has(statement.device))),
    guests,
    rootOf: (account) => (account === anna.id ? anna.root : undefined),
    isKnown: (account) => account === anna.id,
    onGuest: () => self.told++
  })
  return self
}

async function record(
  number: number,
  signer: TestDevice = laptop,
  account: AccountId = anna.id,
  chain = [] as AccountRecord['chain']
): Promise<AccountRecord> {
  const of = chain.length > 0 ? chain : [await certify(anna, signer)]
  return signAccountRecord({ account, number, sealed: new Uint8Array(200).fill(number) }, of, (label, bytes) =>
    sign(label, signer.seed, bytes)
  )
}

async function nonceFor({ desk }: Desk, device: TestDevice): Promise<Uint8Array> {
  const reply = await desk.answer(device.id, undefined, { kind: 'nonce' })
  assert.ok(reply.kind === 'nonce')
  return reply.nonce
}

async function claimOf(
  nonce: Uint8Array,
  options: { account?: TestAccount; device?: TestDevice; relay?: TestDevice; signer?: TestAccount } = {}
): Promise<SignedClaim> {
  const { account = anna, device = back, relay = pi, signer = account } = options
  const certificate = await certify(account, device)
  return signRecoveryClaim({ relay: relay.id, nonce, root: account.root, certificate }, signer.seed)
}

const recover = ({ desk }: Desk, claim: SignedClaim, from: TestDevice = back): Promise<RecoveryReply> =>
  desk.answer(from.id, undefined, { kind: 'recover', claim })
const put = ({ desk }: Desk, one: AccountRecord, from: TestDevice = laptop, account: AccountId | undefined = anna.id) =>
  desk.answer(from.id, account, { kind: 'putRecord', record: one })

test('the highest number is kept, over a restart, and an older record changes nothing', async () => {
  const relay = await open()
  assert.deepEqual(await put(relay, await record(2)), { kind: 'recordKept', number: 2 })
  assert.deepEqual(await put(relay, await record(5)), { kind: 'recordKept', number: 5 })
  assert.deepEqual(await put(relay, await record(4)), { kind: 'recordKept', number: 5 })
  const again = await open(pi, relay.kv)
  const reply = await again.desk.answer(laptop.id, anna.id, { kind: 'record' })
  assert.ok(reply.kind === 'record')
  assert.deepEqual(reply.record, await record(5))
})

test('no number keeps the devices of an account from putting a record: not that of a thief, and not the highest', async () => {
  const relay = await open()
  await put(relay, await record(7))
  await assert.rejects(record(Number.MAX_SAFE_INTEGER, thief), { code: 'TOO_LARGE' })
  await put(relay, await record(LIMITS.accountRecordNumber, thief), thief)
  assert.deepEqual(await put(relay, await record(8)), { kind: 'recordKept', number: LIMITS.accountRecordNumber })
  relay.revoked.add(thief.id)
  assert.deepEqual(await put(relay, await record(8)), { kind: 'recordKept', number: 8 })
  const kept = async (): Promise<AccountRecord | null> => {
    const reply = await relay.desk.answer(laptop.id, anna.id, { kind: 'record' })
    assert.ok(reply.kind === 'record')
    return reply.record
  }
  assert.deepEqual(await kept(), await record(8))
  // A thief who was followed to the very end, by whoever lives.
  const last = await record(LIMITS.accountRecordNumber)
  await put(relay, last)
  assert.deepEqual(await put(relay, await record(8, back), back), { kind: 'recordKept', number: last.number })
  const later = await record(LIMITS.accountRecordNumber, back)
  await put(relay, later, back)
  assert.deepEqual(await kept(), later)
})

test('a record is taken only from the device that signed it, for its own account', async () => {
  const relay = await open()
  await assert.rejects(put(relay, await record(1), thief), { code: 'REFUSED' })
  await assert.rejects(put(relay, await record(1, laptop, bert.id)), { code: 'REFUSED' })
  const forged = [await certify(bert, thief)]
  await assert.rejects(put(relay, await record(9, thief, anna.id, forged), thief), { code: 'NOT_A_MEMBER' })
  const good = await record(3)
  await assert.rejects(put(relay, { ...good, signature: good.signature.map((byte) => byte ^ 1) }), {
    code: 'BAD_SIGNATURE'
  })
  for (const kind of ['record', 'putRecord'] as const)
    await assert.rejects(
      relay.desk.answer(thief.id, undefined, kind === 'record' ? { kind } : { kind, record: good }),
      { code: 'REFUSED' }
    )
})

test('whoever has the words gets the record, and is told of the vaults from then on', async () => {
  const relay = await open()
  const kept = await record(7)
  await put(relay, kept)
  assert.equal(relay.guests.accountOf(back.id), undefined)
  const reply = await recover(relay, await claimOf(await nonceFor(relay, back)))
  assert.deepEqual(reply, { kind: 'recovered', isKnown: true, record: kept })
  assert.equal(relay.guests.accountOf(back.id), anna.id)
  assert.equal(relay.told, 1)
  assert.equal((await open(pi, relay.kv)).guests.accountOf(back.id), anna.id, 'after a restart')
})

test('an account that is not here is told apart from one without a record, and lets nobody in', async () => {
  const relay = await open()
  const [one, other] = [await nonceFor(relay, back), await nonceFor(relay, thief)]
  assert.deepEqual(await recover(relay, await claimOf(one)), { kind: 'recovered', isKnown: true, record: null })
  const unknown = await claimOf(other, { account: bert, device: thief })
  assert.deepEqual(await recover(relay, unknown, thief), { kind: 'recovered', isKnown: false, record: null })
  assert.equal(relay.guests.accountOf(thief.id), undefined)
})

test('A25: a captured claim is worth nothing to another device, at another relay, later, or again', async () => {
  const relay = await open()
  const captured = await claimOf(await nonceFor(relay, back))
  await nonceFor(relay, thief)
  await assert.rejects(recover(relay, captured, thief), { code: 'REFUSED' }, 'another device')
  await assert.rejects(recover(await open(attic), captured), { code: 'REFUSED' }, 'another relay, which drew nothing')
  const elsewhere = await open(attic)
  const forPi = await claimOf(await nonceFor(elsewhere, back))
  await assert.rejects(recover(elsewhere, forPi), { code: 'REFUSED' }, 'made for another relay')
  await recover(relay, captured)
  await assert.rejects(recover(relay, captured), { code: 'REFUSED' }, 'again')
  const late = await claimOf(await nonceFor(relay, back))
  relay.clock.now += 61_000
  await assert.rejects(recover(relay, late), { code: 'REFUSED' }, 'later')
  assert.equal(relay.guests.accountOf(thief.id), undefined)
})

test('as many as may ask in a minute, and any number of members, do not use up what was drawn for somebody', async () => {
  const relay = await open()
  const nonce = await nonceFor(relay, back)
  const id = (n: number): DeviceId => n.toString(16).padStart(64, '0') as DeviceId
  for (let n = 0; n < 650; n++) await relay.desk.answer(id(n), undefined, { kind: 'nonce' })
  for (let n = 0; n < 3000; n++) await relay.desk.answer(id(n), bert.id, { kind: 'nonce' })
  assert.equal((await recover(relay, await claimOf(nonce))).kind, 'recovered')
})

test('a claim that the root key did not sign is refused, and so is a certificate of another device', async () => {
  const relay = await open()
  await assert.rejects(recover(relay, await claimOf(await nonceFor(relay, back), { signer: bert })), {
    code: 'BAD_SIGNATURE'
  })
  await assert.rejects(recover(relay, await claimOf(await nonceFor(relay, back), { device: thief })), {
    code: 'REFUSED'
  })
  const byDevice = await certify(anna, back, laptop)
  const nonce = await nonceFor(relay, back)
  const claim = await signRecoveryClaim({ relay: pi.id, nonce, root: anna.root, certificate: byDevice }, anna.seed)
  await assert.rejects(recover(relay, claim), { code: 'REFUSED' })
  assert.equal(relay.guests.accountOf(back.id), undefined)
})

test('guests are few, for some days, and none that was revoked', async () => {
  const { guests, revoked, days } = await open()
  const devices = await Promise.all(Array.from({ length: LIMITS.guestsPerAccount + 1 }, (_, i) => testDevice(`g${i}`)))
  for (const { id } of devices) await guests.letIn(id, anna.id)
  assert.equal(guests.accountOf(devices[0]!.id), undefined)
  for (const { id } of devices.slice(1)) assert.equal(guests.accountOf(id), anna.id)
  revoked.add(devices[1]!.id)
  assert.equal(guests.accountOf(devices[1]!.id), undefined)
  days.seen += LIMITS.guestDays + 1
  assert.equal(guests.accountOf(devices[2]!.id), undefined)
})
