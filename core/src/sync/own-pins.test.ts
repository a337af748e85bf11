import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestReplica, testAccount, testDevice, testGenesis, testObject, testRecord } from '../log/testing.ts'
import { ownPins } from './own-pins.ts'

test('a blob is named by the live pin of a verified log, until that is withdrawn', async () => {
  const device = await testDevice('laptop')
  const replica = await TestReplica.open(device, await testGenesis(await testAccount('anna'), device))
  const record = testRecord('letter', ['first page'])
  const pinOf = ownPins(() => [{ id: replica.log.vault, log: replica.log }])
  await replica.newEpoch('first')
  await replica.change('add', { records: [record.hash], unpins: [], shreds: [] })
  assert.equal(pinOf(record.manifest.id), undefined, 'its content is not here yet')
  replica.log.pins().addRecord(record)
  for (const { id } of [record.manifest, ...record.blobs])
    assert.deepEqual(pinOf(id), { vault: replica.log.vault, sizeBytes: 1000 })
  assert.equal(pinOf(testRecord('other').manifest.id), undefined)
  await replica.change('shred', { records: [], unpins: [], shreds: [testObject('letter')] })
  assert.equal(pinOf(record.manifest.id), undefined)
})
