import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '../base/errors.ts'
import type { AccountId, BlobId, DeviceId, VaultId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { blake3Id } from '../proof/blake3.ts'
import { encodeGetReply } from './blob-replies.ts'
import { BlobService } from './blob-service.ts'
import { Damaged } from './damaged.ts'
import { Fetcher } from './fetcher.ts'
import { Intents } from './intents.ts'
import { AskingLink, BlobsDouble, KvDouble, OTHER_VAULT, VAULT, ViewDouble, content, id, objectId, waitDouble } from './testing/blob-doubles.ts'

const ME = id<DeviceId>('01')

/** Peers that hold the same pinned blobs, and one fetcher. */
class Scene {
  readonly here = new BlobsDouble()
  readonly there = new BlobsDouble()
  readonly view = new ViewDouble()
  readonly waits = waitDouble()
  readonly problems: string[] = []
  readonly stored: BlobId[] = []
  readonly missing: BlobId[] = []
  damaged!: Damaged
  fetcher!: Fetcher
  private service!: BlobService
  private links = 0

  static async make(contents: readonly Uint8Array[]): Promise<Scene> {
    const scene = new Scene()
    const kv = new KvDouble()
    const { view, here } = scene
    const intents = await Intents.open({ kv, daysSeen: () => 1 })
    scene.damaged = await Damaged.open(new KvDouble())
    scene.service = new BlobService({ view, policy: view, blobs: scene.there, intents })
    const blobs = contents.map((bytes) => ({ id: scene.there.add(bytes), sizeBytes: bytes.length }))
    view.member(VAULT, ME, id<AccountId>('a0'))
    if (blobs.length > 0) view.pin(VAULT, { object: objectId(1), manifest: blobs[0]!, blobs: blobs.slice(1) })
    scene.fetcher = new Fetcher({
      blobs: here,
      wait: scene.waits.wait,
      damaged: scene.damaged,
      onProblem: (error, peer) => scene.problems.push(`${error.code} ${peer?.slice(0, 2) ?? ''}`.trim()),
      onStored: (blob) => scene.stored.push(blob),
      onMissing: (blob) => scene.missing.push(blob)
    })
    return scene
  }

  /** A link that is not added yet. */
  link(): AskingLink {
    const peer = id<DeviceId>(`1${this.links++}`)
    return new AskingLink(ME, peer, (own, header, body) => this.service.answer(own, header, body))
  }

  join(knobs: Partial<Pick<AskingLink, 'before' | 'tamper'>> = {}, hasVault: (vault: VaultId) => boolean = () => true): AskingLink {
    const link = Object.assign(this.link(), knobs)
    this.fetcher.addLink(link, hasVault)
    return link
  }

  want(contents: readonly Uint8Array[], priority = 0): void {
    this.fetcher.want(VAULT, contents.map((bytes) => ({ id: blake3Id<BlobId>(bytes), sizeBytes: bytes.length })), priority)
  }

  fetch(bytes: Uint8Array, options = {}): Promise<Uint8Array> {
    return this.fetcher.fetch(VAULT, blake3Id(bytes), bytes.length, options)
  }
}

const many = (count: number, sizeBytes: number, from = 0): Uint8Array[] => Array.from({ length: count }, (_, i) => content(from + i, sizeBytes))
const never = (): Promise<void> => new Promise(() => undefined)

test('everything wanted comes, in groups, and is asked for once', async () => {
  const small = many(1000, 300)
  const large = many(8, 700_000, 2000)
  const scene = await Scene.make([...small, ...large])
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

test('A5: bytes that do not match their name are never stored; the next source gives them', async () => {
  const contents = many(20, 1000)
  const scene = await Scene.make(contents)
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
  const scene = await Scene.make(contents)
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
  const scene = await Scene.make(contents)
  scene.join({
    tamper: (reply, request) =>
      request.kind === 'get' && request.blobs.length > 1 ? { header: encodeGetReply([100]), body: reply.body!.subarray(0, 100) } : reply
  })
  scene.want(contents)
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 10)
  const more = many(5, 100, 100)
  const second = await Scene.make(more)
  const silent = second.join({ tamper: () => ({ header: encodeGetReply([]) }) })
  second.want(more)
  await second.fetcher.idle()
  assert.equal(silent.questions.length, 1)
  assert.equal(second.fetcher.missing().length, 5)
})

test('malformed answers, bodies too long and unknown errors end at the next source', async () => {
  const contents = many(5, 100)
  const scene = await Scene.make(contents)
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
  const scene = await Scene.make(contents)
  scene.want(contents)
  const stalled = scene.join({ before: () => Promise.reject(new HoldfastError('TIMEOUT')) })
  scene.join()
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 40)
  assert.ok(stalled.questions.length <= 4, 'a stalled link is left alone')
})

test('with the only peer stalled, waiting ends', async () => {
  const contents = many(3000, 100)
  const scene = await Scene.make(contents)
  scene.want(contents)
  const stalled = scene.join({ before: () => Promise.reject(new HoldfastError('TIMEOUT')) })
  await scene.fetcher.idle()
  assert.ok(stalled.questions.length <= 4 + LIMITS.blobOutstandingRequests)
  assert.equal(scene.fetcher.missing().length, 3000)
})

test('a reconnect goes on where the broken link was', async () => {
  const contents = many(30, 200_000)
  const scene = await Scene.make(contents)
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
  const scene = await Scene.make(contents)
  const links = [scene.join(), scene.join()]
  scene.want(contents)
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 40)
  for (const link of links) assert.ok(link.questions.length > 3)
})

test('who waits is served before thousands of background wants', async () => {
  const contents = many(2000, 1000)
  const urgent = content(9999, 500_000)
  const scene = await Scene.make([...contents, urgent])
  scene.want(contents)
  const order: string[] = []
  scene.join({ before: (request) => void order.push(request.kind === 'get' && request.blobs.includes(blake3Id(urgent)) ? 'urgent' : 'background') })
  const got = await scene.fetch(urgent)
  assert.deepEqual(got, urgent)
  assert.ok(order.indexOf('urgent') <= 4, order.join())
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 2001)
})

test('a foreground fetch joins one that is under way, and can be given up', async () => {
  const [bytes, other] = [content(1, 1000), content(2, 1000)]
  const scene = await Scene.make([bytes, other])
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
  const scene = await Scene.make([bytes])
  await assert.rejects(scene.fetch(bytes), { code: 'NOT_HERE' })
  const link = scene.join({ before: () => Promise.reject(new HoldfastError('DISCONNECTED')) })
  await assert.rejects(scene.fetch(bytes), { code: 'NOT_HERE' })
  assert.equal(link.questions.length, 1)
})

test('a vault that is refused is not asked for again and again', async () => {
  const contents = many(2000, 100)
  const scene = await Scene.make(contents)
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

test('a blob of two vaults is asked for in one the peer has', async () => {
  const bytes = content(1, 100)
  const scene = await Scene.make([bytes])
  const blob = { id: blake3Id<BlobId>(bytes), sizeBytes: 100 }
  scene.join({}, (vault) => vault === VAULT)
  scene.fetcher.want(OTHER_VAULT, [blob])
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 0)
  scene.fetcher.want(VAULT, [blob])
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 1)
})

test('when asked to wait, it waits as long as it was told', async () => {
  const contents = many(10, 100)
  const scene = await Scene.make(contents)
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
  const scene = await Scene.make(contents)
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

test('a full store is said, nothing is lost, and it goes on when there is room', async () => {
  const contents = many(50, 1000)
  const scene = await Scene.make(contents)
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

test('a damaged blob is replaced by a good one', async () => {
  const bytes = content(1, 1000)
  const scene = await Scene.make([bytes])
  const name = blake3Id<BlobId>(bytes)
  scene.here.map.set(name, content(2, 1000))
  await scene.damaged.add(name)
  scene.join()
  scene.want([bytes])
  await scene.fetcher.idle()
  assert.deepEqual(scene.here.map.get(name), bytes)
  assert.equal(scene.damaged.size, 0)
})

test('a record that understates a size does not hide the blob', async () => {
  const bytes = content(1, 5000)
  const scene = await Scene.make([bytes, content(2, 10)])
  scene.join()
  scene.fetcher.want(VAULT, [{ id: blake3Id<BlobId>(bytes), sizeBytes: 10 }, { id: blake3Id<BlobId>(content(2, 10)), sizeBytes: 10 }])
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 2)
})

test('what no pin names any more is not fetched', async () => {
  const contents = many(10, 1000)
  const scene = await Scene.make(contents)
  scene.want(contents)
  await scene.fetcher.idle()
  scene.fetcher.forget(VAULT, contents.slice(5).map((bytes) => blake3Id<BlobId>(bytes)))
  scene.join()
  await scene.fetcher.idle()
  assert.equal(scene.here.map.size, 5)
})

test('a hundred thousand wants cost what they are, not their square', async () => {
  const blobs = Array.from({ length: 100_000 }, (_, i) => ({ id: i.toString(16).padStart(64, '0') as BlobId, sizeBytes: 1000 }))
  const scene = await Scene.make([])
  const nobody = scene.join({}, () => false)
  const denies = (_peer: DeviceId, _header: Uint8Array): Promise<{ header: Uint8Array }> => Promise.resolve({ header: new Uint8Array(0) })
  const link = new AskingLink(ME, id<DeviceId>('77'), denies)
  link.tamper = (_reply, request) => ({ header: encodeGetReply(request.kind === 'get' ? request.blobs.map(() => -1) : []) })
  scene.fetcher.addLink(link, () => true)
  scene.fetcher.want(VAULT, blobs)
  await scene.fetcher.idle()
  assert.equal(scene.fetcher.missing().length, 100_000)
  assert.equal(nobody.questions.length, 0)
  assert.ok(link.questions.length <= 100_000 / 256 + 100)
})
