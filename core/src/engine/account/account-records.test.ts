import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '../../base/limits.ts'
import { signAccountRecord } from '../../log/account-record.ts'
import type { AccountRecord } from '../../log/account-record.ts'
import { certify, revoke, testAccount, testDevice, testGenesis, TestReplica } from '../../log/testing.ts'
import type { TestDevice } from '../../log/testing.ts'
import { sign } from '../../proof/sign.ts'
import { isByLiving, nextNumber } from './account-records.ts'

const draft = (theirs: number, changed = false, isAsked = true) => ({ theirs, changed, isAsked })

test('all relays that answer get one number, higher than any; nothing is put where nothing has changed', () => {
  const drafts = [draft(4, true), draft(7), draft(2, false, false)]
  assert.deepEqual(nextNumber(5, drafts), { number: 8, late: drafts.slice(0, 2) })
  assert.deepEqual(nextNumber(9, [draft(9), draft(9)]), { number: 9, late: [] })
  const behind = draft(3)
  assert.deepEqual(nextNumber(9, [draft(9), behind]), { number: 9, late: [behind] })
})

test('at the highest number there is, what has changed is still put', () => {
  const most = LIMITS.accountRecordNumber
  const [changed, same] = [draft(most, true), draft(most)]
  assert.deepEqual(nextNumber(most, [changed, same]), { number: most, late: [changed] })
  assert.deepEqual(nextNumber(most, [same]), { number: most, late: [] })
})

test('a number that a thief wrote counts until the account’s own log has revoked the device, and never after', async () => {
  const anna = await testAccount('anna')
  const [laptop, thief] = [await testDevice('laptop'), await testDevice('thief')]
  const account = await TestReplica.open(laptop, await testGenesis(anna, laptop, 'account'))
  const { log } = account
  const of = async (device: TestDevice): Promise<AccountRecord> =>
    signAccountRecord(
      { account: anna.id, number: LIMITS.accountRecordNumber, sealed: new Uint8Array(64) },
      [await certify(anna, device)],
      (label, bytes) => sign(label, device.seed, bytes)
    )
  assert.ok(isByLiving(await of(thief), log), 'certified by somebody of whom nothing has come yet')
  await account.say({ kind: 'import', signed: await certify(anna, thief) })
  assert.ok(isByLiving(await of(thief), log))
  await account.say({ kind: 'import', signed: await revoke(anna, thief) })
  assert.ok(!isByLiving(await of(thief), log))
  assert.ok(isByLiving(await of(laptop), log))
})
