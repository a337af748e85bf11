import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlobId, DeviceId } from '../../base/ids.ts'
import { blake3Id } from '../../proof/blake3.ts'
import { encodeGetReply } from '../wire/blob-replies.ts'
import { Damaged, storeBlob } from './damaged.ts'
import { Fetcher } from '../blobs/fetcher.ts'
import { Scrubber, repair } from './scrub.ts'
import { SeenTime } from '../replica/seen-time.ts'
import {
  AskingLink,
  BlobsDouble,
  ClockDouble,
  DAY_MS,
  KvDouble,
  VAULT,
  content,
  id,
  waitDouble
} from '../testing/blob-doubles.ts'

async function scene(
  count: number
): Promise<{ blobs: BlobsDouble; kv: KvDouble; damaged: Damaged; waits: number[]; scrubber: Scrubber }> {
  const blobs = new BlobsDouble()
  for (let n = 0; n < count; n++) blobs.add(content(n, 1000))
  const kv = new KvDouble()
  const damaged = await Damaged.open(kv)
  const { wait, waits } = waitDouble()
  return { blobs, kv, damaged, waits, scrubber: new Scrubber({ blobs, kv, damaged, wait, bytesPerSecond: 100_000 }) }
}

test('slice by slice everything is read again, also over restarts, at a bounded rate', async () => {
  const { blobs, kv, damaged, waits, scrubber } = await scene(500)
  const bad = blake3Id<BlobId>(content(123, 1000))
  blobs.map.set(bad, content(9999, 1000))
  let checked = 0
  for (let step = 0; step < 256; step++) {
    const one =
      step % 2 === 0 ? scrubber : new Scrubber({ blobs, kv, damaged, wait: async () => undefined, bytesPerSecond: 1e9 })
    checked += (await one.step()).checked
  }
  assert.equal(checked, 500)
  assert.deepEqual(damaged.list(), [bad])
  assert.ok(waits.every((ms) => ms === 10 || ms === 0))
  assert.deepEqual((await Damaged.open(kv)).list(), [bad])
  assert.ok(blobs.map.has(bad), 'a damaged blob is never silently dropped')
})

test('verify reads everything at once', async () => {
  const { blobs, scrubber } = await scene(600)
  const bad = blake3Id<BlobId>(content(5, 1000))
  blobs.map.set(bad, new Uint8Array(3))
  let progress = 0
  const result = await scrubber.all({ onProgress: (done) => (progress = done) })
  assert.deepEqual([result.checked, result.damaged, progress], [600, [bad], 600])
})

test('repair takes from peers what own pins name, and nothing else', async () => {
  const { blobs, damaged } = await scene(2)
  const [good, unnamed] = [0, 1].map((n) => blake3Id<BlobId>(content(n, 1000)))
  for (const one of [good!, unnamed!]) {
    blobs.map.set(one, new Uint8Array(7))
    await damaged.add(one)
  }
  const fetcher = new Fetcher({ blobs, damaged, wait: async () => undefined })
  const pinOf = (blob: BlobId): { vault: typeof VAULT; sizeBytes: number } | undefined =>
    blob === good ? { vault: VAULT, sizeBytes: 1000 } : undefined
  assert.equal(await repair(damaged, pinOf, fetcher), 0)
  const link = new AskingLink(id<DeviceId>('01'), id<DeviceId>('02'), async () => ({
    header: encodeGetReply([1000]),
    body: content(0, 1000)
  }))
  fetcher.addLink(link, () => true)
  assert.equal(await repair(damaged, pinOf, fetcher), 1)
  assert.deepEqual(damaged.list(), [unnamed])
  assert.deepEqual(blobs.map.get(good!), content(0, 1000))
})

test('days are counted as they are seen, whatever the clock says', async () => {
  const kv = new KvDouble()
  const clock = new ClockDouble()
  let time = await SeenTime.open(kv, clock)
  assert.equal(time.daysSeen, 1)
  clock.wallMs += 400 * DAY_MS
  await time.tick()
  assert.equal(time.daysSeen, 2, 'a jump ahead is one day')
  clock.wallMs = 0
  time = await SeenTime.open(kv, clock)
  await time.tick()
  assert.equal(time.daysSeen, 2, 'a jump back is none')
  clock.runMs += DAY_MS
  await time.tick()
  assert.equal(time.daysSeen, 3, 'a day of running is one, also with a stopped clock')
  assert.equal(time.ranMs, DAY_MS)
})

test('a blob that is listed as damaged and is whole again is never deleted', async () => {
  const { blobs, damaged } = await scene(1)
  const [name] = [...blobs.map.keys()]
  await damaged.add(name!)
  blobs.delete = () => Promise.reject(new Error('deleted a whole blob'))
  await storeBlob(blobs, damaged, name!, content(0, 1000))
  assert.equal(damaged.size, 0)
  assert.deepEqual(blobs.map.get(name!), content(0, 1000))
})
