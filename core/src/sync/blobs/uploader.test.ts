import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '../../base/errors.ts'
import { idFromBytes } from '../../base/ids.ts'
import type { AccountId, BlobId, DeviceId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { blake3Id } from '../../proof/blake3.ts'
import { ed25519PublicKey } from '../../proof/ed25519.ts'
import { sign } from '../../proof/sign.ts'
import { PUT, encodePutReply } from '../wire/blob-replies.ts'
import { BlobService } from './blob-service.ts'
import { blobsOf } from './blob-view.ts'
import type { ObjectBlobs } from './blob-view.ts'
import { Intents } from './intents.ts'
import {
  AskingLink,
  BlobsDouble,
  ClockDouble,
  KvDouble,
  VAULT,
  ViewDouble,
  content,
  id,
  objectId,
  waitDouble
} from '../testing/blob-doubles.ts'
import { Uploader } from './uploader.ts'

const seed = new Uint8Array(32).fill(9)
const ME = idFromBytes<DeviceId>(await ed25519PublicKey(seed))
const ACCOUNT = id<AccountId>('a0')

class Scene {
  readonly own = new BlobsDouble()
  readonly relay = new BlobsDouble()
  readonly relayKv = new KvDouble()
  readonly view = new ViewDouble()
  readonly waits = waitDouble()
  progress = 0
  readonly missing: BlobId[] = []
  intents!: Intents
  service!: BlobService
  link!: AskingLink
  uploader!: Uploader

  static async make(): Promise<Scene> {
    const scene = new Scene()
    scene.view.member(VAULT, ME, ACCOUNT)
    await scene.restartRelay()
    scene.connect()
    return scene
  }

  async restartRelay(): Promise<void> {
    this.intents = await Intents.open({ kv: this.relayKv, daysSeen: () => 1 })
    this.service = new BlobService({ view: this.view, policy: this.view, blobs: this.relay, intents: this.intents })
  }

  connect(): void {
    const relay = id<DeviceId>('ee')
    this.link = new AskingLink(ME, relay, (own, header, body) => this.service.answer(own, header, body))
    this.uploader = new Uploader({
      link: this.link,
      blobs: this.own,
      device: ME,
      clock: new ClockDouble(),
      wait: this.waits.wait,
      sign: (label, bytes) => sign(label, seed, bytes),
      onProgress: (bytes) => (this.progress += bytes),
      onMissing: (_vault, ids) => void this.missing.push(...ids)
    })
  }

  object(n: number, ...contents: Uint8Array[]): ObjectBlobs {
    const [manifest, ...blobs] = contents.map((bytes) => ({ id: this.own.add(bytes), sizeBytes: bytes.length }))
    return { object: objectId(n), manifest: manifest!, blobs }
  }

  heldFor(object: ObjectBlobs): boolean {
    const intent = this.intents.find(VAULT, ACCOUNT, object.object)
    return blobsOf(object).every((blob) => intent?.blobs.has(blob.id) === true && this.relay.map.has(blob.id))
  }
}

test('an upload ends with every blob durable and held for its object', async () => {
  const scene = await Scene.make()
  const objects = [scene.object(1, ...Array.from({ length: 12 }, (_, i) => content(i, 700_000)))]
  for (let n = 2; n < 1000; n++) objects.push(scene.object(n, content(10_000 + n, 2000)))
  await scene.uploader.upload(VAULT, objects)
  for (const object of objects) assert.ok(scene.heldFor(object))
  const total = [...scene.own.map.values()].reduce((sum, b) => sum + b.length, 0)
  assert.deepEqual([scene.uploader.sentBytes, scene.progress, scene.missing], [total, total, []])
  assert.ok(scene.link.maxOutstandingBytes <= LIMITS.blobOutstandingBytes)
  assert.equal(scene.link.count('intent'), 1)
  assert.equal(scene.link.count('have'), 1)
  assert.ok(scene.link.count('put') <= 20, `${scene.link.count('put')} puts`)
})

test('content that several objects share is sent once and held for each', async () => {
  const scene = await Scene.make()
  const shared = content(1, 50_000)
  const objects = Array.from({ length: 20 }, (_, n) => scene.object(n, content(100 + n, 100), shared))
  await scene.uploader.upload(VAULT, objects)
  assert.equal(scene.uploader.sentBytes, 50_000 + 20 * 100)
  for (const object of objects) assert.ok(scene.heldFor(object))
})

test('after a broken link and a killed relay it goes on where it was: nothing acknowledged is sent again', async () => {
  const scene = await Scene.make()
  const object = scene.object(1, ...Array.from({ length: 20 }, (_, i) => content(i, 900_000)))
  scene.link.before = (request) => {
    if (request.kind === 'put' && scene.link.count('put') > 7) scene.link.close()
  }
  await assert.rejects(scene.uploader.upload(VAULT, [object]), { code: 'DISCONNECTED' })
  const there = scene.relay.map.size
  assert.ok(there >= 4 && there < 20)
  await scene.restartRelay()
  scene.connect()
  await scene.uploader.upload(VAULT, [object])
  assert.equal(scene.uploader.sentBytes, (20 - there) * 900_000)
  assert.ok(scene.heldFor(object))
})

test('what is offered while a file is still cut is not sent again', async () => {
  const scene = await Scene.make()
  const contents = Array.from({ length: 10 }, (_, i) => content(i, 600_000))
  const chunks = contents.slice(1)
  for (const bytes of chunks) await scene.uploader.offer(VAULT, objectId(1), blake3Id(bytes), bytes, 1_000_000)
  const object = scene.object(1, ...contents)
  await scene.uploader.upload(VAULT, [object])
  assert.equal(scene.relay.puts.length, 10)
  assert.ok(scene.heldFor(object))
  assert.ok(scene.link.maxOutstandingBytes <= LIMITS.blobOutstandingBytes)
})

test('offers hold the cutter back when the relay is slow, and never fail it', async () => {
  const scene = await Scene.make()
  let release!: () => void
  scene.relay.hold = new Promise((resolve) => (release = resolve))
  let offered = 0
  const cutting = (async () => {
    for (let i = 0; i < 30; i++, offered++) {
      const bytes = content(i, 500_000)
      await scene.uploader.offer(VAULT, objectId(1), blake3Id(bytes), bytes, 15_000_000)
    }
  })()
  for (let before = -1; before !== offered + scene.link.questions.length; ) {
    before = offered + scene.link.questions.length
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.ok(offered <= LIMITS.blobOutstandingBytes / 500_000 + 1, `${offered} offered`)
  scene.link.close()
  release()
  await cutting
  assert.equal(offered, 30)
})

test('a full quota and a refusal are said, and nothing is sent', async () => {
  const scene = await Scene.make()
  const object = scene.object(1, content(1, 5000))
  scene.view.quotaBytes = 4000
  await assert.rejects(scene.uploader.upload(VAULT, [object]), { code: 'QUOTA_EXCEEDED' })
  scene.view.writers.clear()
  await assert.rejects(scene.uploader.upload(VAULT, [object]), { code: 'REFUSED' })
  assert.equal(scene.link.count('put'), 0)
})

test('when asked to wait, it waits as long as it was told and goes on', async () => {
  const scene = await Scene.make()
  const object = scene.object(1, content(1, 5000))
  scene.link.before = (_request, count) => {
    if (count % 2 === 1) throw new HoldfastError('RATE_LIMITED', undefined, { waitMs: 700 })
  }
  await scene.uploader.upload(VAULT, [object])
  assert.deepEqual(scene.waits.waits, [700, 700, 700])
  assert.ok(scene.heldFor(object))
})

test('a relay that forgot the intent is told again, once', async () => {
  const scene = await Scene.make()
  const object = scene.object(1, content(1, 5000), content(2, 5000))
  scene.link.before = async (request) => {
    if (request.kind === 'have') await scene.intents.end(VAULT, [object.object])
  }
  await scene.uploader.upload(VAULT, [object])
  assert.ok(scene.heldFor(object))
  scene.link.tamper = (reply, request) =>
    request.kind === 'put' ? { header: encodePutReply(request.items.map(() => PUT.notWanted)) } : reply
  await assert.rejects(scene.uploader.upload(VAULT, [scene.object(2, content(3, 10))]), { code: 'NOT_WANTED' })
})

test('a relay that calls good bytes wrong lies; own damaged bytes are named and the rest goes on', async () => {
  const scene = await Scene.make()
  const object = scene.object(1, content(1, 5000), content(2, 5000))
  const damaged = blake3Id<BlobId>(content(2, 5000))
  scene.own.map.set(damaged, content(3, 5000))
  await scene.uploader.upload(VAULT, [object])
  assert.deepEqual(scene.missing, [damaged])
  assert.equal(scene.relay.map.size, 1)
  scene.link.tamper = (reply, request) =>
    request.kind === 'put' ? { header: encodePutReply(request.items.map(() => PUT.wrongHash)) } : reply
  await assert.rejects(scene.uploader.upload(VAULT, [scene.object(2, content(4, 10))]), { code: 'PEER_LIES' })
})

test('what this device lacks is named, not waited for', async () => {
  const scene = await Scene.make()
  const object = scene.object(1, content(1, 5000), content(2, 5000))
  scene.own.map.delete(object.blobs[0]!.id)
  await scene.uploader.upload(VAULT, [object])
  assert.deepEqual(scene.missing, [object.blobs[0]!.id])
})

test('giving up ends the intents, an abort ends the upload', async () => {
  const scene = await Scene.make()
  const object = scene.object(1, ...Array.from({ length: 20 }, (_, i) => content(i, 900_000)))
  const stop = new AbortController()
  scene.link.before = (request) => {
    if (request.kind === 'put') stop.abort()
  }
  await assert.rejects(scene.uploader.upload(VAULT, [object], { signal: stop.signal }), { code: 'ABORTED' })
  await scene.uploader.giveUp(VAULT, [object.object])
  assert.equal([...scene.intents.list()].length, 0)
})
