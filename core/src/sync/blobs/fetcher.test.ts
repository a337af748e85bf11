import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '../../base/errors.ts'
import type { BlobId, DeviceId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { blake3Id } from '../../proof/blake3.ts'
import { encodeGetReply } from '../wire/blob-replies.ts'
import { Fetcher } from './fetcher.ts'
import { AskingLink, content, id, OTHER_VAULT, VAULT } from '../testing/blob-doubles.ts'
import { FetchScene, many, ME } from '../testing/fetch-scene.ts'

const never = (): Promise<void> => new Promise(() => undefined)

test('everything wanted comes, in groups, and is asked for once', async () => {
  const small = many(1000, 300)
  const large = many(8, 700_000, 2000)
  const scene = await FetchScene.make([...small, ...large])
  scene.want([...small, ...large])
  const link = scene.join()
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 1008)
  assert.equal(scene.stored.length, 1008)
  assert.ok(link.questions.length <= 4 + 8, `${link.questions.length} questions`)
  assert.ok(link.maxOutstandingBytes <= LIMITS.blobOutstandingBytes)
  scene.want(small)
  await scene.fetcher.idle()
  assert.ok(link.questions.length <= 4 + 8, 'what is here is not asked for again')
})

test('a reconnect goes on where the broken link was', async () => {
  const contents = many(30, 200_000)
  const scene = await FetchScene.make(contents)
  const broken = scene.join({
    before: (_request, count) => {
      if (count > 3) broken.close()
    }
  })
  scene.want(contents)
  await scene.fetcher.idle()
  const had = scene.here.map.size
  assert.ok(had < 30)
  scene.fetcher.removeLink(broken)
  const link = scene.join()
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 30)
  const asked = link.questions.reduce((sum, q) => sum + (q.kind === 'get' ? q.blobs.length : 0), 0)
  assert.equal(asked, 30 - had)
})

test('several links share the work', async () => {
  const contents = many(40, 300_000)
  const scene = await FetchScene.make(contents)
  const links = [scene.join(), scene.join()]
  scene.want(contents)
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 40)
  for (const link of links) assert.ok(link.questions.length > 3)
})

test('who waits is served before thousands of background wants', async () => {
  const contents = many(2000, 1000)
  const urgent = content(9999, 500_000)
  const scene = await FetchScene.make([...contents, urgent])
  scene.want(contents)
  const order: string[] = []
  scene.join({
    before: (request) =>
      void order.push(request.kind === 'get' && request.blobs.includes(blake3Id(urgent)) ? 'urgent' : 'background')
  })
  const got = await scene.fetch(urgent)
  assert.deepEqual(got, urgent)
  assert.ok(order.indexOf('urgent') <= 4, order.join())
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 2001)
})

test('a foreground fetch joins one that is under way, and can be given up', async () => {
  const [bytes, other] = [content(1, 1000), content(2, 1000)]
  const scene = await FetchScene.make([bytes, other])
  const link = scene.join()
  assert.deepEqual(await Promise.all([scene.fetch(bytes), scene.fetch(bytes)]), [bytes, bytes])
  assert.equal(link.questions.length, 1)
  scene.fetcher.removeLink(link)
  scene.join({ before: never })
  const stop = new AbortController()
  const waiting = scene.fetch(other, { signal: stop.signal })
  stop.abort()
  await assert.rejects(waiting, { code: 'ABORTED' })
  await assert.rejects(scene.fetch(other, { signal: stop.signal }), { code: 'ABORTED' })
})

test('nobody waits for a peer that left', async () => {
  const bytes = content(1, 1000)
  const scene = await FetchScene.make([bytes])
  await assert.rejects(scene.fetch(bytes), { code: 'NOT_HERE' })
  const link = scene.join({ before: () => Promise.reject(new HoldfastError('DISCONNECTED')) })
  await assert.rejects(scene.fetch(bytes), { code: 'NOT_HERE' })
  assert.equal(link.questions.length, 1)
})

test('a blob of two vaults is asked for in one the peer has', async () => {
  const bytes = content(1, 100)
  const scene = await FetchScene.make([bytes])
  const blob = { id: blake3Id<BlobId>(bytes), sizeBytes: 100 }
  scene.join({}, (vault) => vault === VAULT)
  scene.fetcher.want(OTHER_VAULT, [blob])
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 0)
  scene.fetcher.want(VAULT, [blob])
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 1)
})

test('a body is given back only when it was stored and nobody was given a part of it', async () => {
  const contents = many(6, 400_000)
  const scene = await FetchScene.make(contents)
  const released: Uint8Array[] = []
  const stored = new Set<BlobId>()
  const fetcher = new Fetcher({
    blobs: scene.here,
    wait: scene.waits.wait,
    onStored: (blob) => stored.add(blob),
    releaseBody: (body) => {
      assert.ok(stored.has(blake3Id(body.subarray(0, 400_000))))
      released.push(body)
    }
  })
  const link = scene.link()
  fetcher.want(
    VAULT,
    contents.slice(1).map((bytes) => ({ id: blake3Id<BlobId>(bytes), sizeBytes: bytes.length }))
  )
  fetcher.addLink(link, () => true)
  await fetcher.fetch(VAULT, blake3Id(contents[0]!), 400_000)
  await fetcher.idle()
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(stored.size, 6)
  assert.equal(released.length, link.questions.length - 1)
})

test('a full store is said, nothing is lost, and it goes on when there is room', async () => {
  const contents = many(50, 1000)
  const scene = await FetchScene.make(contents)
  scene.here.fail = 'STORE_FULL'
  scene.want(contents)
  scene.join()
  await assert.rejects(scene.fetcher.idle(), { code: 'STORE_FULL' })
  assert.ok(scene.problems.includes('STORE_FULL'))
  scene.here.fail = undefined
  scene.fetcher.resume()
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 50)
})

test('a store that was full is tried again over the next connection', async () => {
  const contents = many(5, 1000)
  const scene = await FetchScene.make(contents)
  scene.here.fail = 'STORE_FULL'
  scene.want(contents)
  scene.join()
  await assert.rejects(scene.fetcher.idle(), { code: 'STORE_FULL' })
  scene.here.fail = undefined
  scene.join()
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 5)
})

test('what a peer brought unasked is not asked for over the next connection', async () => {
  const contents = many(3, 1000)
  const scene = await FetchScene.make(contents)
  scene.want(contents)
  await scene.fetcher.idle()
  scene.fetcher.brought(contents.map((bytes) => blake3Id<BlobId>(bytes)))
  const link = scene.join()
  await scene.fetcher.idle()
  assert.deepEqual(link.questions, [])
})

test('a damaged blob is replaced by a good one', async () => {
  const bytes = content(1, 1000)
  const scene = await FetchScene.make([bytes])
  const name = blake3Id<BlobId>(bytes)
  scene.here.map.set(name, content(2, 1000))
  await scene.damaged.add(name)
  scene.join()
  scene.want([bytes])
  await scene.fetcher.idle()
  assert.deepEqual(scene.here.map.get(name), bytes)
  assert.equal(scene.damaged.size, 0)
})

test('what no pin names any more is not fetched', async () => {
  const contents = many(10, 1000)
  const scene = await FetchScene.make(contents)
  scene.want(contents)
  await scene.fetcher.idle()
  scene.fetcher.forget(
    VAULT,
    contents.slice(5).map((bytes) => blake3Id<BlobId>(bytes))
  )
  scene.join()
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 5)
})

test('a hundred thousand wants cost what they are, not their square', async () => {
  const blobs = Array.from({ length: 100_000 }, (_, i) => ({
    id: i.toString(16).padStart(64, '0') as BlobId,
    sizeBytes: 1000
  }))
  const scene = await FetchScene.make([])
  const nobody = scene.join({}, () => false)
  const denies = (_peer: DeviceId, _header: Uint8Array): Promise<{ header: Uint8Array }> =>
    Promise.resolve({ header: new Uint8Array(0) })
  const link = new AskingLink(ME, id<DeviceId>('77'), denies)
  link.tamper = (_reply, request) => ({
    header: encodeGetReply(request.kind === 'get' ? request.blobs.map(() => -1) : [])
  })
  scene.fetcher.addLink(link, () => true)
  scene.fetcher.want(VAULT, blobs)
  await scene.fetcher.idle()
  assert.equal(scene.fetcher.missing().length, 100_000)
  assert.equal(nobody.questions.length, 0)
  assert.ok(link.questions.length <= 100_000 / 256 + 100)
})

test('those behind a circuit are asked for what nobody else gives, after a while, or at once for who waits', async () => {
  const contents = many(6, 300)
  const asked = (link: AskingLink): number =>
    link.questions.reduce((sum, one) => sum + (one.kind === 'get' ? one.blobs.length : 0), 0)
  const sources = async (relayHas: boolean): Promise<{ scene: FetchScene; relay: AskingLink; through: AskingLink }> => {
    const scene = await FetchScene.make(contents)
    const through = Object.assign(scene.link(), { through: id<DeviceId>('ee') })
    scene.fetcher.addLink(through, () => true)
    const before = (): Promise<never> => Promise.reject(new HoldfastError('PEER_FAILED'))
    return { scene, through, relay: scene.join(relayHas ? {} : { before }) }
  }
  const both = await sources(true)
  both.scene.want(contents)
  await both.scene.fetcher.idle()
  assert.deepEqual([asked(both.relay), asked(both.through)], [6, 0])

  const alone = await sources(false)
  assert.deepEqual(await alone.scene.fetch(contents[0]!), contents[0])
  assert.deepEqual([asked(alone.relay), asked(alone.through), alone.scene.waits.waits], [1, 1, []])
  alone.scene.want(contents)
  while (alone.scene.here.map.size < 6) await alone.scene.fetcher.idle()
  assert.deepEqual([asked(alone.relay), asked(alone.through), alone.scene.waits.waits], [6, 6, [2000]])
})
