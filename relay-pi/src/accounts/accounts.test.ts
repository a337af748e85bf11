import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountId } from '@holdfast/core/base/ids'
import { certify, revoke, testAccount, testDevice, testGenesis, TestReplica } from '@holdfast/core/log/testing'
import type { TestAccount, TestDevice } from '@holdfast/core/log/testing'
import type { VaultLog } from '@holdfast/core/log/vault-log'
import { HandClock, MapKv } from '@holdfast/core/sync/testing/map-stores'
import { systemRandom } from '../home/platform.ts'
import { Accounts } from './accounts.ts'
import type { RegisterRequest } from './accounts.ts'
import { Invites } from './invites.ts'

const anna = await testAccount('anna')
const bert = await testAccount('bert')
const [laptop, phone, thief] = [await testDevice('laptop'), await testDevice('phone'), await testDevice('thief')]

interface Book {
  kv: MapKv
  logs: Map<AccountId, VaultLog>
  invites: Invites
  accounts: Accounts
}

async function book(kv = new MapKv(), logs = new Map<AccountId, VaultLog>()): Promise<Book> {
  const invites = new Invites({ kv, clock: new HandClock(), random: systemRandom, daysSeen: () => 1 })
  return {
    kv,
    logs,
    invites,
    accounts: await Accounts.open({
      kv,
      invites,
      accountLog: (account) => logs.get(account)?.membership(),
      accountsListing: (device) =>
        [...logs].flatMap(([id, log]) => (log.membership().accounts.get(id)?.devices.has(device) === true ? [id] : [])),
      hasRevoked: (account, device) => logs.get(account)?.isRevoked(device) === true
    })
  }
}

async function request(
  account: TestAccount,
  device: TestDevice,
  secret: Uint8Array,
  issuer?: TestDevice
): Promise<RegisterRequest> {
  const chain = issuer === undefined ? [] : [await certify(account, issuer)]
  const keys = { rootPublicKey: account.root, recoveryPublicKey: account.recovery }
  return { kind: 'register', secret, ...keys, chain: [...chain, await certify(account, device, issuer)], name: 'x' }
}

test('two that use one invitation at the same moment do not both get in', async () => {
  const { accounts, invites } = await book()
  const { secret } = await invites.make()
  const results = await Promise.allSettled([
    accounts.register(laptop.id, await request(anna, laptop, secret)),
    accounts.register(phone.id, await request(bert, phone, secret))
  ])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected']
  )
  assert.equal(accounts.size, 1)
})

test('an invitation is used up only together with a registration: a disk that fails loses neither', async () => {
  const { accounts, invites, kv } = await book()
  const { secret } = await invites.make()
  const good = await request(anna, laptop, secret)
  kv.failing = true
  await assert.rejects(accounts.register(laptop.id, good), { code: 'STORE_FULL' })
  kv.failing = false
  assert.equal(accounts.accountOf(laptop.id), undefined)
  await accounts.register(laptop.id, good)
  assert.equal((await book(kv)).accounts.accountOf(laptop.id), anna.id)
})

test('a statement that is forged, for another device or account, or by nobody known does not register, and costs no invitation', async () => {
  const { accounts, invites } = await book()
  const { secret } = await invites.make()
  const good = await request(anna, laptop, secret)
  const [own] = good.chain
  const forged = {
    ...good,
    chain: [{ ...own!, signature: own!.signature.map((byte, i) => (i === 9 ? byte ^ 1 : byte)) }]
  }
  await assert.rejects(accounts.register(laptop.id, forged), { code: 'BAD_SIGNATURE' })
  await assert.rejects(accounts.register(phone.id, good), { code: 'REFUSED' })
  await assert.rejects(accounts.register(laptop.id, { ...good, rootPublicKey: bert.root }), { code: 'REFUSED' })
  const byNobody = { ...good, chain: [await certify(anna, laptop, thief)] }
  await assert.rejects(accounts.register(laptop.id, byNobody), { code: 'REFUSED' })
  const unsigned = await request(anna, laptop, secret, thief)
  const first = { ...unsigned.chain[0]!, signature: unsigned.chain[1]!.signature }
  await assert.rejects(accounts.register(laptop.id, { ...unsigned, chain: [first, unsigned.chain[1]!] }), {
    code: 'BAD_SIGNATURE'
  })
  await assert.rejects(accounts.register(laptop.id, { ...good, chain: [await revoke(anna, laptop)] }), {
    code: 'REFUSED'
  })
  await accounts.register(laptop.id, good)
})

test('a second device registers by a chain from the first, without an invitation', async () => {
  const { accounts, invites } = await book()
  await accounts.register(laptop.id, await request(anna, laptop, (await invites.make()).secret))
  const none = new Uint8Array(16)
  await accounts.register(phone.id, await request(anna, phone, none, laptop))
  assert.equal(accounts.accountOf(phone.id), anna.id)
})

test('a second device registers the account at a relay that has never heard of it', async () => {
  const { accounts, invites } = await book()
  await accounts.register(phone.id, await request(anna, phone, (await invites.make()).secret, laptop))
  assert.equal(accounts.accountOf(phone.id), anna.id)
  assert.equal(accounts.accountOf(laptop.id), undefined, 'it has not said a word, and no log is here')
})

test('once the account’s own log is here it alone says whose device it is: a revoked one is a stranger, for ever', async () => {
  const { accounts, invites, logs } = await book()
  await accounts.register(laptop.id, await request(anna, laptop, (await invites.make()).secret))
  await accounts.register(thief.id, await request(anna, thief, new Uint8Array(16)))
  const log = await TestReplica.open(laptop, await testGenesis(anna, laptop, 'account'))
  await log.say({ kind: 'import', signed: await certify(anna, phone) })
  await log.say({ kind: 'import', signed: await certify(anna, thief) })
  await log.say({ kind: 'import', signed: await revoke(anna, thief) })
  logs.set(anna.id, log.log)
  assert.equal(accounts.accountOf(phone.id), anna.id)
  assert.equal(accounts.accountOf(thief.id), undefined)
  await assert.rejects(accounts.register(thief.id, await request(anna, thief, (await invites.make()).secret)), {
    code: 'REFUSED'
  })
  assert.equal(accounts.accountOf(thief.id), undefined)
})

test('a device that registered before its account’s log could list it stays, until the log revokes it or who certified it', async () => {
  const { kv, accounts, invites, logs } = await book()
  await accounts.register(phone.id, await request(anna, phone, (await invites.make()).secret, laptop))
  const log = await TestReplica.open(laptop, await testGenesis(anna, laptop, 'account'))
  logs.set(anna.id, log.log)
  assert.ok(accounts.speaksFor(phone.id, anna.id))
  assert.equal(accounts.newcomerOf(phone.id), anna.id)
  assert.equal((await book(kv, logs)).accounts.newcomerOf(phone.id), anna.id)
  assert.equal(accounts.newcomerOf(thief.id), undefined)
  await log.say({ kind: 'import', signed: await certify(anna, thief) })
  const other = await TestReplica.open(thief, await testGenesis(anna, laptop, 'account'), 3)
  await other.pull(log)
  await other.say({ kind: 'import', signed: await revoke(anna, laptop) })
  logs.set(anna.id, other.log)
  assert.equal(accounts.newcomerOf(phone.id), undefined)
  assert.equal(accounts.accountOf(phone.id), undefined)
  await assert.rejects(accounts.register(phone.id, await request(anna, phone, new Uint8Array(16), laptop)), {
    code: 'REFUSED'
  })
})

test('an account that lists a device of another one unasked does not become its account', async () => {
  const { accounts, invites, logs } = await book()
  await accounts.register(thief.id, await request(bert, thief, (await invites.make()).secret))
  const theirs = await TestReplica.open(thief, await testGenesis(bert, thief, 'account'))
  for (const device of [laptop, phone]) await theirs.say({ kind: 'import', signed: await certify(bert, device) })
  logs.set(bert.id, theirs.log)
  await accounts.register(laptop.id, await request(anna, laptop, (await invites.make()).secret))
  assert.equal(accounts.accountOf(laptop.id), anna.id)
  const own = await TestReplica.open(laptop, await testGenesis(anna, laptop, 'account'))
  await own.say({ kind: 'import', signed: await certify(anna, phone) })
  logs.set(anna.id, own.log)
  assert.equal(accounts.accountOf(laptop.id), anna.id, 'where it registered itself')
  assert.equal(accounts.accountOf(phone.id), undefined, 'two list it, and it has not said a word')
  assert.ok(accounts.speaksFor(phone.id, anna.id))
  await accounts.register(phone.id, await request(anna, phone, new Uint8Array(16), laptop))
  assert.equal(accounts.accountOf(phone.id), anna.id)
})
