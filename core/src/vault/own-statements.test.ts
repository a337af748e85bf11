import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SignedStatement } from '../log/account-statement.ts'
import type { Statement } from '../log/statement.ts'
import { certify, revoke, testAccount, testDevice, testGenesis, TestReplica } from '../log/testing.ts'
import { missingStatements, planRevocation } from './own-statements.ts'

const anna = await testAccount('anna')
const bert = await testAccount('bert')
const names = ['laptop', 'phone', 'tablet', 'desktop', 'other'] as const
const [laptop, phone, tablet, desktop, other] = await Promise.all(names.map((name) => testDevice(name)))

const says = (signed: SignedStatement): Statement => ({ kind: 'import', signed })

/** The laptop certified the phone and the desktop, the phone the tablet. */
async function accountLog(): Promise<TestReplica> {
  const log = await TestReplica.open(laptop!, await testGenesis(anna, laptop!, 'account'))
  await log.say(says(await certify(anna, phone!, laptop)))
  await log.say(says(await certify(anna, tablet!, phone)), says(await certify(anna, desktop!, laptop)))
  return log
}

test('a vault that has heard of nothing is told everything, in an order it accepts, and then nothing more', async () => {
  const account = await accountLog()
  await account.say(says(await revoke(anna, phone!, laptop, [tablet!])))
  const vault = await TestReplica.open(laptop!, await testGenesis(anna, laptop!))
  const missing = missingStatements(account.log, anna.id, vault.log)
  await vault.say(...missing.map(says))
  const devices = (replica: TestReplica): string[] => [
    ...replica.log.membership().accounts.get(anna.id)!.devices.keys()
  ]
  assert.deepEqual(devices(vault), devices(account))
  assert.deepEqual(devices(vault), [laptop!.id, tablet!.id, desktop!.id].sort())
  assert.deepEqual(missingStatements(account.log, anna.id, vault.log), [])
})

test('a revocation reaches a vault that never heard of the device, so that it cannot introduce itself there later', async () => {
  const account = await accountLog()
  const vault = await TestReplica.open(laptop!, await testGenesis(anna, laptop!))
  await account.say(says(await revoke(anna, desktop!, laptop)))
  await vault.say(...missingStatements(account.log, anna.id, vault.log).map(says))
  assert.ok(vault.log.isRevoked(desktop!.id))
  const thief = await TestReplica.open(desktop!, await testGenesis(anna, laptop!), 9)
  await thief.pull(vault)
  await assert.rejects(thief.say(says(await certify(anna, desktop!, laptop))), { code: 'NOT_A_MEMBER' })
})

test('nothing is said in a vault of which the account is no member', async () => {
  const account = await accountLog()
  const vault = await TestReplica.open(other!, await testGenesis(bert, other!))
  assert.deepEqual(missingStatements(account.log, anna.id, vault.log), [])
})

test('a device that is revoked takes with it what it let in, but never this device or one that is named', async () => {
  const { log } = await accountLog()
  const plan = (device = laptop!, own = tablet!, keep: (typeof laptop)[] = []) =>
    planRevocation({
      accountLog: log,
      account: anna.id,
      device: device.id,
      own: own.id,
      keep: keep.map((one) => one!.id)
    })
  assert.deepEqual(plan(), { kept: [phone!.id], falling: [laptop!.id, desktop!.id] })
  assert.deepEqual(plan(laptop, tablet, [desktop]).falling, [laptop!.id])
  assert.deepEqual(plan(phone, laptop), { kept: [], falling: [phone!.id, tablet!.id] })
  assert.deepEqual(plan(phone, laptop, [tablet]), { kept: [tablet!.id], falling: [phone!.id] })
  assert.deepEqual(plan(desktop, phone), { kept: [], falling: [desktop!.id] })
  assert.throws(() => plan(phone, phone), { code: 'LAST_DEVICE' })
})
