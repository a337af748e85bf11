import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlobId, VaultId } from '../../base/ids.ts'
import { testRecord } from '../../log/testing.ts'
import type { ObjectRecord } from '../../log/record.ts'
import { blobsOf } from '../../log/blob-index.ts'
import { encodeRecordsReply } from '../wire/blob-replies.ts'
import { MapKv } from '../testing/map-stores.ts'
import { connect, exchange, TestHome, testVault } from '../testing/test-home.ts'

function fill(home: TestHome, ...records: readonly ObjectRecord[]): void {
  for (const record of records) for (const blob of blobsOf(record)) home.blobs.blobs.set(blob, new Uint8Array(1))
}

function has(home: TestHome, blob: BlobId): boolean {
  return home.blobs.blobs.has(blob)
}

test('a shred destroys record and blobs at every replica, and leaves what another object still needs', async () => {
  const { id, devices, relay } = await testVault()
  const [laptop] = devices as [TestHome]
  const secret = testRecord('secret', ['only here', 'shared'])
  const other = testRecord('other', ['shared'])
  await laptop.change(id, 'two files', { records: [secret, other] })
  fill(laptop, secret, other)
  fill(relay, secret, other)
  await exchange(laptop, relay)
  await laptop.change(id, 'shred one', { shreds: [secret.object] })
  await exchange(laptop, relay)
  for (const home of [laptop, relay]) {
    assert.equal(has(home, secret.manifest.id), false)
    assert.equal(has(home, secret.blobs[0]!.id), false)
    assert.equal(has(home, secret.blobs[1]!.id), true)
    assert.equal(await home.vault(id).store.record(secret.hash), undefined)
    assert.ok(home.vault(id).log.pins().isLive(other.hash))
    const again = await TestHome.open(home.device.name, { kv: new MapKv(home.kv.rows), role: home.replica.role })
    assert.equal(again.vault(id).log.pins().isShredded(secret.object), true)
  }
})

test('a replica that gets the entry after the shred never gets the record', async () => {
  const { id, devices, relay } = await testVault()
  const [laptop, phone] = devices as [TestHome, TestHome]
  const secret = testRecord('secret', ['only here'])
  await laptop.change(id, 'a file', { records: [secret] })
  await laptop.change(id, 'shred it', { shreds: [secret.object] })
  await exchange(laptop, relay)
  await exchange(phone, relay)
  assert.equal(await phone.vault(id).store.record(secret.hash), undefined)
  assert.deepEqual(phone.vault(id).heads(), laptop.vault(id).heads())
})

test('a shred that was cut short before its blobs were gone is carried out when the home opens', async () => {
  const { id, devices } = await testVault()
  const [laptop] = devices as [TestHome]
  const secret = testRecord('secret', ['only here'])
  await laptop.change(id, 'a file', { records: [secret] })
  fill(laptop, secret)
  const remove = laptop.blobs.delete.bind(laptop.blobs)
  laptop.blobs.delete = async () => {
    throw new Error('killed')
  }
  await assert.rejects(laptop.change(id, 'shred it', { shreds: [secret.object] }))
  laptop.blobs.delete = remove
  const again = await TestHome.open('laptop', { kv: new MapKv(laptop.kv.rows), blobs: laptop.blobs })
  assert.equal(has(again, secret.manifest.id), false)
  assert.equal(await again.vault(id).store.record(secret.hash), undefined)
})

test('a relay says which objects it does not hold complete, and pinned only when it has all of them', async () => {
  const { id, devices, relay } = await testVault()
  const [laptop, phone] = devices as [TestHome, TestHome]
  const [whole, broken] = [testRecord('whole', ['w']), testRecord('broken', ['b'])]
  fill(relay, whole)
  fill(laptop, whole, broken)
  await laptop.change(id, 'two files', { records: [whole, broken] })
  await exchange(laptop, relay)
  const said = (home: TestHome, record: ObjectRecord): string[] => {
    const state = home.replica.peers.objectState(id, record.hash)
    return [...state.complete.map(() => 'complete'), ...state.incomplete.map(() => 'incomplete')]
  }
  assert.deepEqual([said(laptop, whole), said(laptop, broken)], [['complete'], ['incomplete']])
  const uploads: string[] = []
  const uploader = {
    async upload(_: VaultId, objects: readonly ObjectRecord[]): Promise<void> {
      uploads.push(...objects.map(({ object }) => object))
      fill(relay, ...objects)
    }
  }
  const link = connect(laptop, relay, { uploader })
  await link.idle()
  link.close()
  assert.deepEqual(new Set(uploads), new Set([broken.object]))
  assert.deepEqual(said(laptop, broken), ['complete'])
  await exchange(phone, relay)
  assert.deepEqual([said(phone, whole), said(phone, broken)], [['complete'], ['complete']])
  const reopened = await TestHome.open('laptop', { kv: new MapKv(laptop.kv.rows) })
  assert.deepEqual(said(reopened, broken), ['complete'])
  await exchange(laptop, relay)
  assert.deepEqual(await exchange(laptop, relay), [1, 1])
})

test('blobs go up before the entry that pins them', async () => {
  const { id, devices, relay } = await testVault()
  const [laptop] = devices as [TestHome]
  await exchange(laptop, relay)
  const record = testRecord('file', ['f'])
  const hash = await laptop.change(id, 'a file', { records: [record] })
  let entryWasThere: boolean | undefined
  const uploader = {
    async upload(): Promise<void> {
      entryWasThere ??= relay.vault(id).holds(hash)
      fill(relay, record)
    }
  }
  const link = connect(laptop, relay, { uploader })
  await link.idle()
  link.close()
  assert.equal(entryWasThere, false)
  assert.ok(relay.vault(id).holds(hash))
  assert.ok(laptop.replica.peers.hasComplete(relay.device.id, id, hash))
})

test('an object that was destroyed before a relay ever saw it is not asked about at every meeting', async () => {
  const { id, devices, relay } = await testVault()
  const [laptop] = devices as [TestHome]
  const record = testRecord('file', ['f'])
  await laptop.change(id, 'a file', { records: [record] })
  await laptop.change(id, 'destroyed', { shreds: [record.object] })
  await exchange(laptop, relay)
  await exchange(laptop, relay)
  assert.deepEqual(await exchange(laptop, relay), [1, 1])
})

test('a record that its sender had lost is asked for from the next peer that has it', async () => {
  const { id, devices, relay } = await testVault()
  const [laptop, phone] = devices as [TestHome, TestHome]
  const record = testRecord('file', ['f'])
  await laptop.change(id, 'a file', { records: [record] })
  await exchange(laptop, relay)
  const damaged = new MapKv(relay.kv.rows)
  for (const key of damaged.rows.keys()) if (key.includes('/o/')) damaged.rows.delete(key)
  const pi = await TestHome.open('pi', { role: 'relay', kv: damaged })
  await exchange(phone, pi)
  assert.deepEqual(phone.vault(id).log.pins().missingRecords(), [record.hash])
  const link = connect(phone, laptop)
  link.ends[1].onRequest(async () => {
    const body = (await laptop.vault(id).wireEntry(laptop.vault(id).heads()[0]!.hash))!.records[0]!
    return { header: encodeRecordsReply([body.length]), body }
  })
  await link.idle()
  link.close()
  assert.deepEqual(phone.vault(id).log.pins().missingRecords(), [])
})
