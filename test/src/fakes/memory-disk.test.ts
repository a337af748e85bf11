import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '@holdfast/core/base/bytes'
import type { BlobId } from '@holdfast/core/base/ids'
import { blake3Id } from '@holdfast/core/proof/blake3'
import { memoryBlobs } from './memory-blobs.ts'
import { MemoryDisk } from './memory-disk.ts'
import { memoryKv } from './memory-kv.ts'

const put = (key: string) => ({ put: key, value: utf8(key) })
const bytes = utf8('a blob')
const id = blake3Id<BlobId>(bytes)

test('a crash loses what had not resolved, keeps what had, and the stores opened before are dead', async () => {
  const disk = new MemoryDisk({ delay: stuckWrites(2) })
  const [kv, blobs] = [await memoryKv(disk), await memoryBlobs(disk)]
  await kv.write([put('a')])
  await blobs.put(id, bytes)
  const lost = Promise.allSettled([kv.write([put('b'), put('c')]), blobs.delete([id])])
  disk.crash()
  await assert.rejects(kv.get('a'), { code: 'STORE_CLOSED' })
  const [again, blobsAgain] = [await memoryKv(disk), await memoryBlobs(disk)]
  assert.deepEqual(await again.getMany(['a', 'b', 'c']), [utf8('a'), undefined, undefined])
  assert.deepEqual(await blobsAgain.get(id, { check: true }), bytes)
  void lost
})

test('a batch that survived a crash is whole, and so is every one before it', async () => {
  for (const survivors of [0, 1, 2, 3]) {
    let drawn = 0
    const disk = new MemoryDisk({ delay: stuckWrites(0), survives: () => drawn++ < survivors })
    const kv = await memoryKv(disk)
    for (const key of ['a', 'b', 'c']) void kv.write([put(`${key}1`), put(`${key}2`)]).catch(() => {})
    disk.crash()
    const again = await memoryKv(disk)
    const here = (await again.getMany(['a1', 'a2', 'b1', 'b2', 'c1', 'c2'])).map((value) => value !== undefined)
    assert.deepEqual(
      here,
      Array.from({ length: 6 }, (_, at) => at < survivors * 2)
    )
  }
})

test('a disk set back to an image holds exactly that', async () => {
  const disk = new MemoryDisk()
  const [kv, blobs] = [await memoryKv(disk), await memoryBlobs(disk)]
  await kv.write([put('a')])
  const image = disk.image()
  const usedBytes = disk.usedBytes
  await kv.write([put('b'), { del: 'a' }])
  await blobs.put(id, bytes)
  disk.restore(image)
  const [again, blobsAgain] = [await memoryKv(disk), await memoryBlobs(disk)]
  assert.deepEqual(await again.getMany(['a', 'b']), [utf8('a'), undefined])
  assert.deepEqual(await blobsAgain.stats(), { blobs: 0, bytes: 0 })
  assert.equal(disk.usedBytes, usedBytes)
})

test('a full, a read-only and a failing disk each say so and change nothing', async () => {
  const disk = new MemoryDisk()
  const [kv, blobs] = [await memoryKv(disk), await memoryBlobs(disk)]
  await kv.write([put('a')])
  disk.capacityBytes = disk.usedBytes + 3
  await assert.rejects(kv.write([put('b'), put('c')]), { code: 'STORE_FULL' })
  await assert.rejects(blobs.put(id, bytes), { code: 'STORE_FULL' })
  await kv.write([put('b')])
  disk.readOnly = true
  await assert.rejects(kv.write([put('c')]), { code: 'STORE_READ_ONLY' })
  assert.deepEqual(await kv.getMany(['a', 'b', 'c']), [utf8('a'), utf8('b'), undefined])
  disk.failing = true
  await assert.rejects(kv.get('a'), { code: 'STORE_FAILED' })
  await assert.rejects(blobs.has([id]), { code: 'STORE_FAILED' })
})

/** Lets `count` writes through; what comes later never takes effect. */
function stuckWrites(count: number): (operation: 'read' | 'write') => Promise<void> {
  let left = count
  return (operation) => (operation === 'read' || left-- > 0 ? Promise.resolve() : new Promise(() => {}))
}
