import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountId, BlobId, DeviceId } from '../../base/ids.ts'
import { collectGarbage } from './collect.ts'
import type { Collected } from './collect.ts'
import { Intents } from '../blobs/intents.ts'
import { OrderedBlobStore } from './ordered-blob-store.ts'
import { BlobsDouble, KvDouble, VAULT, content, id, objectId } from '../testing/blob-doubles.ts'

class Scene {
  readonly inner = new BlobsDouble()
  readonly blobs = new OrderedBlobStore(this.inner)
  readonly kv = new KvDouble()
  readonly needed = new Set<BlobId>()
  ranMs = 0

  collect(graceMs = 1000, isNeeded = (blob: BlobId): boolean => this.needed.has(blob)): Promise<Collected> {
    const { blobs, kv, ranMs } = this
    return collectGarbage({ blobs, kv, isNeeded, graceMs, ranMs })
  }
}

test('what nothing needs goes after its grace, what is needed stays', async () => {
  const scene = new Scene()
  const [kept, dropped] = [scene.inner.add(content(1, 100)), scene.inner.add(content(2, 200))]
  scene.needed.add(kept)
  assert.deepEqual(await scene.collect(), { kept: 1, waiting: 1, deleted: 0, deletedBytes: 0 })
  scene.ranMs = 999
  assert.deepEqual(await scene.collect(), { kept: 1, waiting: 1, deleted: 0, deletedBytes: 0 })
  scene.ranMs = 1000
  assert.deepEqual(await scene.collect(), { kept: 1, waiting: 0, deleted: 1, deletedBytes: 200 })
  assert.deepEqual([...scene.inner.map.keys()], [kept])
  assert.equal(scene.kv.map.size, 0, dropped)
})

test('what was needed in between waits anew', async () => {
  const scene = new Scene()
  const blob = scene.inner.add(content(1, 100))
  await scene.collect()
  scene.needed.add(blob)
  scene.ranMs = 1000
  await scene.collect()
  scene.needed.delete(blob)
  scene.ranMs = 2000
  assert.equal((await scene.collect()).waiting, 1)
  scene.ranMs = 3000
  assert.equal((await scene.collect()).deleted, 1)
})

test('without a grace it goes at once', async () => {
  const scene = new Scene()
  scene.inner.add(content(1, 100))
  assert.equal((await scene.collect(0)).deleted, 1)
})

test('a blob that becomes needed between the look and the deletion stays', async () => {
  const scene = new Scene()
  const blob = scene.inner.add(content(1, 100))
  let asked = 0
  const collected = await scene.collect(0, () => asked++ > 0)
  assert.deepEqual([collected.kept, collected.deleted, scene.inner.map.has(blob)], [1, 0, true])
})

test('a blob that comes again while it is deleted is there afterwards', async () => {
  const scene = new Scene()
  const bytes = content(1, 100)
  const blob = scene.inner.add(bytes)
  let release!: () => void
  const gate = new Promise<void>((resolve) => (release = resolve))
  const remove = scene.inner.delete.bind(scene.inner)
  scene.inner.delete = async (ids) => {
    await gate
    await remove(ids)
  }
  const collecting = scene.blobs.delete([blob])
  assert.deepEqual(await scene.blobs.has([blob]), [false])
  assert.equal(await scene.blobs.get(blob), undefined)
  const put = scene.blobs.put(blob, bytes)
  const again = scene.blobs.delete([id<BlobId>('01')])
  release()
  await Promise.all([collecting, put, again])
  assert.deepEqual(await scene.blobs.has([blob]), [true])
  const last = scene.blobs.put(blob, bytes)
  await Promise.all([last, scene.blobs.delete([blob]), scene.blobs.put(blob, bytes), scene.blobs.delete([blob])])
  assert.deepEqual(await scene.blobs.has([blob]), [false])
})

test('an open upload keeps what it holds, and what is just being asked about', async () => {
  const scene = new Scene()
  const intents = await Intents.open({ kv: new KvDouble(), daysSeen: () => 1 })
  const [held, guarded, free] = [1, 2, 3].map((n) => scene.inner.add(content(n, 10)))
  await intents.announce({
    vault: VAULT,
    account: id<AccountId>('a0'),
    device: id<DeviceId>('01'),
    objects: [{ object: objectId(1), bytes: 10 }]
  })
  intents.hold(intents.find(VAULT, id<AccountId>('a0'), objectId(1))!, held!, 10)
  const unguard = intents.guard([guarded!])
  await scene.collect(0, (blob) => intents.names(blob))
  assert.deepEqual([...scene.inner.map.keys()], [held, guarded], free)
  unguard()
  await intents.end(VAULT, [objectId(1)])
  assert.equal((await scene.collect(0, (blob) => intents.names(blob))).deleted, 2)
})
