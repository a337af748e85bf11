import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '../../base/errors.ts'
import type { BlobId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { blake3Id } from '../../proof/blake3.ts'
import { encodeGetReply } from '../wire/blob-replies.ts'
import { content, id, VAULT } from '../testing/blob-doubles.ts'
import type { AskingLink } from '../testing/blob-doubles.ts'
import { FetchScene, many, ME } from '../testing/fetch-scene.ts'

test('A5: bytes that do not match their name are never stored; the next source gives them', async () => {
  const contents = many(20, 1000)
  const scene = await FetchScene.make(contents)
  const tamper: AskingLink['tamper'] = (reply) => {
    const body = reply.body!.slice()
    body[body.length - 1]! ^= 1
    return { header: reply.header, body }
  }
  scene.join({ tamper })
  scene.want(contents)
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 19)
  assert.deepEqual(scene.problems, ['PEER_LIES 10'])
  await assert.rejects(scene.fetch(contents[19]!), { code: 'NOT_HERE' })
  scene.join()
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 20)
  for (const [name, bytes] of scene.here.map) assert.equal(blake3Id(bytes), name)
})

test('A13: what one peer withholds comes from another, and is named missing when nobody gives it', async () => {
  const contents = many(30, 1000)
  const scene = await FetchScene.make(contents)
  const withheld = blake3Id<BlobId>(contents[3]!)
  const withhold: AskingLink['tamper'] = (_reply, request) => {
    const sizes = request.kind === 'get' ? request.blobs.map(() => -1) : []
    return { header: encodeGetReply(sizes) }
  }
  scene.join({ tamper: withhold })
  scene.want(contents)
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 0)
  assert.equal(scene.missing.length, 30)
  scene.there.map.delete(withheld)
  const honest = scene.join()
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 29)
  assert.deepEqual(scene.fetcher.missing(), [withheld])
  await assert.rejects(scene.fetch(contents[3]!), { code: 'NOT_HERE' })
  scene.there.add(contents[3]!)
  scene.fetcher.refresh(honest, VAULT)
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 30)
})

test('answers cut short are asked on for; an empty answer is no answer', async () => {
  const contents = many(10, 100)
  const scene = await FetchScene.make(contents)
  scene.join({
    tamper: (reply, request) =>
      request.kind === 'get' && request.blobs.length > 1
        ? { header: encodeGetReply([100]), body: reply.body!.subarray(0, 100) }
        : reply
  })
  scene.want(contents)
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 10)
  const more = many(5, 100, 100)
  const second = await FetchScene.make(more)
  const silent = second.join({ tamper: () => ({ header: encodeGetReply([]) }) })
  second.want(more)
  await second.fetcher.idle()
  assert.equal(silent.questions.length, 1)
  assert.equal(second.fetcher.missing().length, 5)
})

test('malformed answers, bodies too long and unknown errors end at the next source', async () => {
  const contents = many(5, 100)
  const scene = await FetchScene.make(contents)
  scene.join({ tamper: () => ({ header: Uint8Array.of(0xff, 0x00) }) })
  scene.join({ tamper: (reply) => ({ header: reply.header, body: new Uint8Array(3_000_000) }) })
  scene.join({ before: () => Promise.reject(new HoldfastError('PEER_FAILED')) })
  scene.join()
  scene.want(contents)
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 5)
  assert.ok(scene.here.puts.length === 5)
})

test('a peer without progress is passed by: the rest comes from the others', async () => {
  const contents = many(40, 200_000)
  const scene = await FetchScene.make(contents)
  scene.want(contents)
  const stalled = scene.join({ before: () => Promise.reject(new HoldfastError('TIMEOUT')) })
  scene.join()
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 40)
  assert.ok(stalled.questions.length <= 4, 'a stalled link is left alone')
})

test('with the only peer stalled, waiting ends', async () => {
  const contents = many(3000, 100)
  const scene = await FetchScene.make(contents)
  scene.want(contents)
  const stalled = scene.join({ before: () => Promise.reject(new HoldfastError('TIMEOUT')) })
  await scene.fetcher.idle()
  assert.ok(stalled.questions.length <= 4 + LIMITS.blobOutstandingRequests)
  assert.equal(scene.fetcher.missing().length, 3000)
})

test('a vault that is refused is not asked for again and again', async () => {
  const contents = many(2000, 100)
  const scene = await FetchScene.make(contents)
  scene.view.readers.clear()
  scene.want(contents)
  const link = scene.join()
  await scene.fetcher.idle()
  assert.ok(link.questions.length <= LIMITS.blobOutstandingRequests)
  scene.view.member(VAULT, ME, id('a0'))
  scene.fetcher.refresh(link)
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 2000)
})

test('when asked to wait, it waits as long as it was told', async () => {
  const contents = many(10, 100)
  const scene = await FetchScene.make(contents)
  scene.join({
    before: (_request, count) => {
      if (count === 1) throw new HoldfastError('RATE_LIMITED', undefined, { waitMs: 1234 })
    }
  })
  scene.want(contents)
  await scene.fetcher.idle()
  assert.deepEqual(scene.waits.waits, [1234])
  assert.equal(scene.here.map.size, 10)
})

test('A23: a slow disk stops the asking, a fast peer cannot fill the memory', async () => {
  const contents = many(100, 1_000_000)
  const scene = await FetchScene.make(contents)
  let release!: () => void
  scene.here.hold = new Promise((resolve) => (release = resolve))
  scene.want(contents)
  const link = scene.join()
  const settled = async (): Promise<void> => {
    for (let before = -1; before !== link.questions.length; ) {
      before = link.questions.length
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await settled()
  assert.ok(link.questions.length <= (LIMITS.blobUnstoredBytes + LIMITS.blobOutstandingBytes) / 1_000_000 + 1)
  assert.equal(scene.stored.length, 0)
  release()
  await scene.fetcher.idle()
  assert.equal(scene.stored.length, 100)
})

test('a record that understates a size does not hide the blob', async () => {
  const bytes = content(1, 5000)
  const scene = await FetchScene.make([bytes, content(2, 10)])
  scene.join()
  scene.fetcher.want(VAULT, [
    { id: blake3Id<BlobId>(bytes), sizeBytes: 10 },
    { id: blake3Id<BlobId>(content(2, 10)), sizeBytes: 10 }
  ])
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 2)
})
