import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlobId, RecordHash, VaultId } from '../../base/ids.ts'
import { blake3Id } from '../../proof/blake3.ts'
import { BlobsDouble, OTHER_VAULT, VAULT, content, id, objectId } from '../testing/blob-doubles.ts'
import { Wanted } from './wanted.ts'
import type { RecordBlobs } from './wanted.ts'

function scene(): {
  here: BlobsDouble
  wanted: Wanted
  asked: [VaultId, BlobId][]
  complete: RecordHash[]
  unwanted: BlobId[]
} {
  const here = new BlobsDouble()
  const asked: [VaultId, BlobId][] = []
  const complete: RecordHash[] = []
  const unwanted: BlobId[] = []
  const wanted = new Wanted({
    blobs: here,
    onWanted: (vault, blobs) => void asked.push(...blobs.map((blob) => [vault, blob.id] as [VaultId, BlobId])),
    onComplete: (_vault, record) => void complete.push(record),
    onUnwanted: (_vault, ids) => void unwanted.push(...ids)
  })
  return { here, wanted, asked, complete, unwanted }
}

const blob = (n: number): { id: BlobId; sizeBytes: number } => ({ id: blake3Id<BlobId>(content(n, 10)), sizeBytes: 10 })
const record = (n: number, ...blobs: number[]): RecordBlobs => ({
  hash: id<RecordHash>(n.toString(16).padStart(2, '0')),
  object: objectId(n),
  manifest: blob(n * 1000),
  blobs: blobs.map(blob)
})

test('only what is not here is wanted, and an object is complete with its last blob', async () => {
  const { here, wanted, asked, complete } = scene()
  here.add(content(1000, 10))
  here.add(content(2, 10))
  await wanted.live(VAULT, [record(1, 2, 3, 4)])
  assert.deepEqual(asked, [
    [VAULT, blob(3).id],
    [VAULT, blob(4).id]
  ])
  assert.deepEqual(wanted.missingOf(record(1).hash), [blob(3).id, blob(4).id])
  wanted.stored([blob(3).id, blob(77).id])
  assert.deepEqual(complete, [])
  wanted.stored([blob(4).id])
  assert.deepEqual(complete, [record(1).hash])
  assert.ok(wanted.isComplete(record(1).hash))
  assert.equal(wanted.size, 0)
})

test('a blob that two objects need serves both, and goes on being wanted when one of them goes', async () => {
  const { wanted, complete, unwanted } = scene()
  await wanted.live(VAULT, [record(1, 5), record(2, 5)])
  await wanted.live(OTHER_VAULT, [record(3, 5)])
  wanted.gone([record(1).hash])
  assert.deepEqual(unwanted, [blob(1000).id])
  wanted.gone([record(2).hash])
  assert.deepEqual(unwanted, [blob(1000).id, blob(2000).id, blob(5).id], 'in this vault nobody needs it any more')
  wanted.stored([blob(5).id, blob(3000).id])
  assert.deepEqual(complete, [record(3).hash])
})

test('what is stored while the store is being asked is not asked for', async () => {
  const { here, wanted, asked } = scene()
  const has = here.has.bind(here)
  here.has = async (ids) => {
    const answer = await has(ids)
    wanted.stored([blob(7).id])
    return answer
  }
  await wanted.live(VAULT, [record(1, 7)])
  assert.deepEqual(asked, [[VAULT, blob(1000).id]])
})

test('a blob that was lost is wanted again', async () => {
  const { here, wanted } = scene()
  for (const n of [1000, 5]) here.add(content(n, 10))
  await wanted.live(VAULT, [record(1, 5)])
  assert.ok(wanted.isComplete(record(1).hash))
  wanted.lost(VAULT, blob(5).id, [record(1, 5)])
  assert.deepEqual(wanted.missing(VAULT), [blob(5)])
  assert.deepEqual([...wanted.incompleteRecords(OTHER_VAULT)], [])
})

test('a hundred thousand objects come and go one by one', async () => {
  const { wanted } = scene()
  const records = Array.from({ length: 100_000 }, (_, i) => ({
    hash: i.toString(16).padStart(64, '0') as RecordHash,
    object: objectId(i),
    manifest: { id: `f${i.toString(16).padStart(63, '0')}` as BlobId, sizeBytes: 10 },
    blobs: []
  }))
  await wanted.live(VAULT, records)
  assert.equal(wanted.size, 100_000)
  for (const one of records) wanted.stored([one.manifest.id])
  assert.equal(wanted.size, 0)
  assert.deepEqual([...wanted.incompleteRecords()], [])
})

test('after a withdrawal only what is still live is wanted', async () => {
  const { wanted, unwanted } = scene()
  await wanted.live(VAULT, [record(1, 5), record(2, 6)])
  wanted.keepOnly(VAULT, (hash) => hash === record(2).hash)
  assert.deepEqual(unwanted, [blob(1000).id, blob(5).id])
  assert.deepEqual(
    wanted.missing(VAULT).map(({ id: one }) => one),
    [blob(2000).id, blob(6).id]
  )
})
