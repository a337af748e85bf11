import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '../../base/errors.ts'
import type { BlobId } from '../../base/ids.ts'
import { SIGN } from '../../base/labels.ts'
import { LIMITS } from '../../base/limits.ts'
import { blake3Id } from '../../proof/blake3.ts'
import { sign } from '../../proof/sign.ts'
import { encodeIntent } from '../wire/blob-messages.ts'
import { encodeLinkReply, splitRecordsReply } from '../wire/blob-replies.ts'
import { content, id, objectId, OTHER_VAULT, VAULT } from '../testing/blob-doubles.ts'
import { ANNA, BERT, objectOf, READER, seed, ServiceHome, STRANGER } from '../testing/service-home.ts'

test('A32: a blob is here only within a vault that names it, and only for those who may read that vault', async () => {
  const home = await ServiceHome.make()
  const bytes = content(1, 1000)
  const blob = home.blobs.add(bytes)
  home.view.pin(VAULT, objectOf(1, bytes))
  assert.equal(await home.have(READER, blob), true)
  assert.deepEqual(await home.get(READER, [blob]), [bytes])
  assert.equal(await home.have(BERT, blob, null, OTHER_VAULT), false)
  assert.deepEqual(await home.get(BERT, [blob], OTHER_VAULT), [null])
  for (const vault of [VAULT, OTHER_VAULT, id<typeof VAULT>('ff')]) {
    await assert.rejects(home.have(STRANGER, blob, null, vault), { code: 'REFUSED' })
    await assert.rejects(home.get(STRANGER, [blob], vault), { code: 'REFUSED' })
  }
  home.view.unpin(VAULT, objectId(1))
  assert.deepEqual(await home.get(READER, [blob]), [null])
})

test('no byte is taken without an intent or a pin, nor from who may not write', async () => {
  const home = await ServiceHome.make()
  const bytes = content(1, 1000)
  assert.equal(await home.put(ANNA, 1, bytes), 1)
  await home.announce(1, 1000)
  assert.equal(await home.put(BERT, 1, bytes), 1, "another account's intent covers nothing")
  await assert.rejects(home.put(READER, 1, bytes), { code: 'REFUSED' })
  await assert.rejects(home.put(STRANGER, 1, bytes), { code: 'REFUSED' })
  assert.equal(home.blobs.map.size, 0)
  assert.equal(await home.put(ANNA, 1, bytes), 0)
  assert.equal(await home.put(ANNA, 1, content(2, 1)), 1, 'more than was announced')
  assert.equal(await home.have(ANNA, blake3Id(bytes)), true)
  assert.equal(await home.have(BERT, blake3Id(bytes)), false, 'an upload is nobody else’s business')
})

test('A5: bytes that do not match their name are never stored, and who sent them is named', async () => {
  const home = await ServiceHome.make()
  await home.announce(1, 5000)
  const bytes = content(1, 1000)
  const name = blake3Id<BlobId>(bytes)
  for (const at of [0, 4, 999]) {
    const flipped = bytes.slice()
    flipped[at]! ^= 1
    assert.equal(await home.put(ANNA, 1, flipped, name), 2)
  }
  assert.equal(home.blobs.puts.length, 0)
  assert.deepEqual(home.problems, ['PEER_LIES', 'PEER_LIES', 'PEER_LIES'])
  assert.equal(await home.put(ANNA, 1, bytes), 0)
})

test('A32: an intent signed under another label, by another or for another device opens nothing', async () => {
  const home = await ServiceHome.make()
  for (const label of Object.values(SIGN)) {
    if (label !== SIGN.intent) await assert.rejects(home.announce(1, 10, label), { code: 'BAD_SIGNATURE' })
  }
  const intent = { vault: VAULT, device: ANNA, objects: [{ object: objectId(1), bytes: 10 }], timeMs: 0 }
  const signature = await sign(SIGN.intent, seed, encodeIntent(intent))
  await assert.rejects(home.ask(BERT, { kind: 'intent', intent, signature }), { code: 'REFUSED' })
  await assert.rejects(home.ask(STRANGER, { kind: 'intent', intent, signature }), { code: 'REFUSED' })
  assert.equal(home.view.charged, 0)
})

test('an intent is charged at once, all of it or nothing', async () => {
  const home = await ServiceHome.make()
  home.view.quotaBytes = 1500
  await home.announce(1, 1000)
  await assert.rejects(home.announce(2, 1000), { code: 'QUOTA_EXCEEDED' })
  assert.equal(home.intents.find(VAULT, id('a0'), objectId(2)), undefined)
  await home.announce(1, 1000)
  await home.announce(1, 1400)
  assert.equal(home.view.charged, 1400)
  assert.equal(home.intents.announcedBytes(id('a0')), 1400)
})

test('what an upload holds is still held after the process was killed', async () => {
  const home = await ServiceHome.make()
  await home.announce(1, 3000)
  const bytes = content(1, 1000)
  await home.put(ANNA, 1, bytes)
  await home.open()
  assert.equal(await home.have(ANNA, blake3Id(bytes), 1), true)
  assert.ok(home.intents.names(blake3Id(bytes)))
})

test('what was answered as here for an object is held by its intent', async () => {
  const home = await ServiceHome.make()
  const bytes = content(1, 1000)
  const blob = home.blobs.add(bytes)
  home.view.pin(VAULT, objectOf(1, bytes))
  await home.announce(2, 1000)
  assert.equal(await home.have(ANNA, blob, 2), true)
  home.view.unpin(VAULT, objectId(1))
  assert.ok(home.intents.names(blob))
  await home.open()
  assert.ok(home.intents.names(blob))
  await home.ask(ANNA, { kind: 'end intent', vault: VAULT, objects: [objectId(2)] })
  assert.equal(home.intents.names(blob), false)
  assert.equal(home.kv.map.size, 0)
})

test('a device takes only what its own pins name and it lacks', async () => {
  const home = await ServiceHome.make(false)
  const bytes = content(1, 1000)
  await assert.rejects(home.announce(1, 1000), { code: 'REFUSED' })
  assert.equal(await home.put(ANNA, 1, bytes), 1)
  home.view.pin(VAULT, objectOf(1, bytes))
  assert.equal(await home.put(ANNA, 2, bytes), 1, 'another object')
  assert.equal(await home.put(ANNA, 1, bytes), 0)
  assert.equal(home.blobs.map.size, 1)
})

test('a shredded object is not taken again', async () => {
  const home = await ServiceHome.make()
  home.view.shredded.add(`${VAULT}/${objectId(1)}`)
  await assert.rejects(home.announce(1, 10), { code: 'NOT_WANTED' })
})

test('a damaged blob is not here, and a good copy of it is taken again', async () => {
  const home = await ServiceHome.make()
  const bytes = content(1, 1000)
  const name = blake3Id<BlobId>(bytes)
  home.view.pin(VAULT, objectOf(1, bytes))
  home.blobs.map.set(name, content(2, 1000))
  await home.damaged.add(name)
  assert.equal(await home.have(ANNA, name), false)
  assert.deepEqual(await home.get(ANNA, [name]), [null])
  assert.equal(await home.put(ANNA, 1, bytes), 0)
  assert.equal(home.damaged.size, 0)
  assert.deepEqual(await home.get(ANNA, [name]), [bytes])
})

test('an answer is cut at a transfer, with at least one blob in it', async () => {
  const home = await ServiceHome.make()
  const contents = Array.from({ length: 8 }, (_, i) => content(i, 400_000))
  const blobs = contents.map((bytes) => home.blobs.add(bytes))
  home.view.pin(VAULT, objectOf(1, ...contents))
  const parts = await home.get(ANNA, blobs)
  assert.ok(parts.length >= 1 && parts.length < 8)
  const sent = parts.reduce((sum, part) => sum + part!.length, 0)
  assert.ok(sent <= LIMITS.blobBytes)
  assert.ok(home.blobs.gets <= parts.length + 3, 'no more is read than sent, about')
})

test('A23: a peer with too many questions open is asked to wait, others are answered', async () => {
  const home = await ServiceHome.make()
  let release!: () => void
  home.blobs.hold = new Promise((resolve) => (release = resolve))
  await home.announce(1, 100_000)
  const puts = Array.from({ length: LIMITS.blobAnswersPerPeer }, (_, i) => home.put(ANNA, 1, content(i, 100)))
  await assert.rejects(home.put(ANNA, 1, content(999, 100)), { code: 'RATE_LIMITED' })
  assert.equal(await home.have(BERT, blake3Id(content(1, 100))), false)
  release()
  await Promise.all(puts)
  assert.equal(await home.put(ANNA, 1, content(999, 100)), 0)
})

test('sizes that do not add up, and bodies where there are none, are refused', async () => {
  const home = await ServiceHome.make()
  const items = [{ object: objectId(1), blob: id<BlobId>('01'), sizeBytes: 5 }]
  await assert.rejects(home.ask(ANNA, { kind: 'put', vault: VAULT, items }, content(1, 6)), { code: 'MALFORMED' })
  await assert.rejects(home.ask(ANNA, { kind: 'get', vault: VAULT, blobs: [] }, content(1, 6)), { code: 'MALFORMED' })
})

test('nothing is acknowledged that is not durable', async () => {
  const home = await ServiceHome.make()
  await home.announce(1, 5000)
  home.blobs.fail = 'STORE_FULL'
  await assert.rejects(home.put(ANNA, 1, content(1, 100)), { code: 'STORE_FULL' })
  home.blobs.fail = undefined
  home.kv.fail = 'STORE_FULL'
  await assert.rejects(home.put(ANNA, 1, content(2, 100)), { code: 'STORE_FULL' })
  home.kv.fail = undefined
  assert.equal(await home.put(ANNA, 1, content(2, 100)), 0)
  await home.open()
  assert.ok(home.intents.names(blake3Id(content(2, 100))), 'the hold of the failed write went along with the next')
})

test('A32: linking takes what the origin’s pins name, from who reads both, and nothing else', async () => {
  const home = await ServiceHome.make()
  const bytes = content(1, 100)
  const other = home.blobs.add(content(2, 100))
  const blob = home.blobs.add(bytes)
  home.view.pin(OTHER_VAULT, objectOf(1, bytes))
  const items = [{ originObject: objectId(1), object: objectId(2), blobs: [blob, other] }]
  const ask = { kind: 'link', origin: OTHER_VAULT, target: VAULT, items } as const
  await assert.rejects(home.ask(ANNA, ask), { code: 'REFUSED' })
  assert.deepEqual((await home.ask(BERT, ask)).header, encodeLinkReply([false, false]), 'no intent')
  await home.intents.announce({
    vault: VAULT,
    account: id('b0'),
    device: BERT,
    objects: [{ object: objectId(2), bytes: 100 }]
  })
  assert.deepEqual((await home.ask(BERT, ask)).header, encodeLinkReply([true, false]))
  assert.equal(await home.have(BERT, blob), true)
  assert.equal(await home.have(ANNA, blob), false)
})

test('records are answered from the log, in the order asked', async () => {
  const home = await ServiceHome.make()
  const hash = id<never>('0c')
  home.view.records.set(hash, content(3, 50))
  const reply = await home.ask(READER, { kind: 'records', vault: VAULT, records: [id<never>('0d'), hash] })
  assert.deepEqual(splitRecordsReply(reply.header, reply.body, 2), [null, content(3, 50)])
  await assert.rejects(home.ask(STRANGER, { kind: 'records', vault: VAULT, records: [hash] }), { code: 'REFUSED' })
})

test('an intent ends when its days are over, on days that were seen', async () => {
  const home = await ServiceHome.make()
  await home.announce(1, 1000)
  home.day = 1 + LIMITS.intentDays
  assert.equal(await home.intents.expire(), 0)
  home.day += 1
  assert.equal(await home.intents.expire(), 1)
  assert.equal(home.kv.map.size, 0)
})

test('a store that is full is refused to the peer and told to whoever keeps it', async () => {
  const home = await ServiceHome.make()
  await home.announce(1, 1000)
  home.blobs.put = () => Promise.reject(new HoldfastError('STORE_FULL'))
  await assert.rejects(home.put(ANNA, 1, content(1, 1000)), { code: 'STORE_FULL' })
  assert.deepEqual(home.problems, ['STORE_FULL'])
})
