import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '@holdfast/core/base/bytes'
import type { AccountId, BlobId, ObjectId } from '@holdfast/core/base/ids'
import { KEY_SLOT_BYTES, makeRecord } from '@holdfast/core/log/record'
import type { ObjectRecord } from '@holdfast/core/log/record'
import { testAccount, testEpoch, testObject } from '@holdfast/core/log/testing'
import { blake3Id } from '@holdfast/core/proof/blake3'
import { Intents } from '@holdfast/core/sync/blobs/intents'
import { MapKv } from '@holdfast/core/sync/testing/map-stores'
import { testVault } from '@holdfast/core/sync/testing/test-home'
import type { TestHome, TestVault } from '@holdfast/core/sync/testing/test-home'
import { Hosting } from './hosting.ts'
import { Quota } from './quota.ts'

const MIB = 1024 * 1024
const stranger = (await testAccount('a friend of anna who is not registered')).id

interface Scene extends TestVault {
  readonly home: TestHome
  readonly quota: Quota
  readonly intents: Intents
  announce(account: AccountId, object: ObjectId, bytes: number): Promise<void>
}

/** A home that has the vault, with the quota of a relay. */
async function scene(): Promise<Scene> {
  const made = await testVault(['laptop'])
  const home = made.devices[0]!
  const intents = await Intents.open({ kv: new MapKv(), daysSeen: () => 1 })
  const quota = new Quota({
    replica: home.replica,
    hosting: new Hosting(home.replica),
    clock: home.clock,
    bytes: MIB,
    intents: () => intents,
    isRegistered: (account) => account === made.account.id
  })
  const announce = (account: AccountId, object: ObjectId, bytes: number): Promise<void> =>
    intents.announce({ vault: made.id, account, device: home.device.id, objects: [{ object, bytes }] }, (who, more) =>
      quota.charge(who, more, made.id)
    )
  return { ...made, home, quota, intents, announce }
}

const blobId = (name: string): BlobId => blake3Id<BlobId>(utf8(name))

/** A record of one blob that says to have this size. */
function recordOf(name: string, sizeBytes: number): ObjectRecord {
  const manifest = { id: blobId(`manifest ${name}`), sizeBytes: 100 }
  const blobs = [{ id: blobId(name), sizeBytes }]
  return makeRecord({
    object: testObject(name),
    manifest,
    blobs,
    epoch: testEpoch('first'),
    keySlot: new Uint8Array(KEY_SLOT_BYTES)
  })
}

test('what an entry pins without an upload is the founder’s, who then has no room for more of it', async () => {
  const { quota, home, id, account, announce } = await scene()
  assert.ok(quota.hasRoomFor(id))
  quota.charge(null, 0, id)
  await home.change(id, 'much', { records: [recordOf('much', MIB)] })
  assert.throws(() => quota.charge(null, 0, id), { code: 'QUOTA_EXCEEDED' })
  assert.equal(quota.hasRoomFor(id), false)
  await assert.rejects(announce(account.id, testObject('more'), 1), { code: 'QUOTA_EXCEEDED' })
})

test('a member whose account is not registered uploads at the cost of the vault’s founder', async () => {
  const { quota, account, announce } = await scene()
  await announce(stranger, testObject('one'), 900_000)
  assert.ok(quota.usedBytes(account.id) >= 900_000)
  await assert.rejects(announce(stranger, testObject('two'), 200_000), { code: 'QUOTA_EXCEEDED' })
  await assert.rejects(announce(account.id, testObject('two'), 200_000), { code: 'QUOTA_EXCEEDED' })
})

test('a record that says less than what its upload brought changes nothing of what it costs', async () => {
  const { quota, home, id, account, intents, announce } = await scene()
  await announce(account.id, testObject('small'), 900_000)
  intents.hold(intents.find(id, account.id, testObject('small'))!, blobId('small'), 900_000)
  await home.change(id, 'small', { records: [recordOf('small', 1)] })
  await intents.end(id, [testObject('small')])
  assert.ok(quota.usedBytes(account.id) >= 900_000)
})

test('logs cost, too', async () => {
  const { quota, home, id, account } = await scene()
  const before = quota.usedBytes(account.id)
  await home.change(id, 'x'.repeat(10_000))
  assert.ok(quota.usedBytes(account.id) >= before + 10_000)
})
