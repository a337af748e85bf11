import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '@holdfast/core/base/limits'
import { MapKv } from '@holdfast/core/sync/testing/map-stores'
import { testEnvelope, testMailKey } from '../testing/mail.ts'
import { anna, bert, laptop, phone, pi, Post, statements, stranger } from '../testing/post.ts'
import type { MailReply } from '@holdfast/core/sync/wire/mail-messages'

test('each key for one envelope is handed out once, whoever asks at once; then the last resort, again and again', async () => {
  const post = new Post()
  const keys = await Promise.all([1, 2, 3].map((n) => testMailKey(anna.id, laptop, pi.id, `key ${n}`, { number: n })))
  const last = await testMailKey(anna.id, laptop, pi.id, 'last', { number: 3, isLastResort: true })
  const kept = await post.ask(laptop, { kind: 'keys', keys: [...keys, last], withdrawn: [] })
  assert.deepEqual(kept, { kind: 'keys', left: keys.map(({ key }) => key.id), lastResortNumber: 3 })
  const lookUp = async (): Promise<string[]> => {
    const reply = await post.ask(stranger, { kind: 'lookUp', account: anna.id })
    assert.equal(reply.kind, 'account')
    return reply.kind === 'account' ? reply.keys.map(({ key }) => key.id) : []
  }
  const given = (await Promise.all([lookUp(), lookUp()])).flat()
  assert.deepEqual(given, [keys[0]!.key.id, keys[1]!.key.id])
  const left = await post.ask(laptop, { kind: 'keys', keys: [], withdrawn: [] })
  assert.deepEqual(left, { kind: 'keys', left: [keys[2]!.key.id], lastResortNumber: 3 })
  // As it lies on the disk: a relay that was killed here does not give it again.
  const again = new Post({ kv: new MapKv(post.kv.rows) })
  const reply = await again.ask(stranger, { kind: 'lookUp', account: anna.id })
  assert.deepEqual(reply.kind === 'account' && reply.keys.map(({ key }) => key.id), [keys[2]!.key.id])
  assert.deepEqual(await lookUp(), [keys[2]!.key.id])
  assert.deepEqual([await lookUp(), await lookUp()], [[last.key.id], [last.key.id]])
  assert.deepEqual(reply.kind === 'account' && reply.statements, statements)
})

test('a key that could not be taken off the disk is not handed out', async () => {
  const post = new Post()
  await post.ask(laptop, { kind: 'keys', keys: [await testMailKey(anna.id, laptop, pi.id, 'only')], withdrawn: [] })
  post.kv.failing = true
  await assert.rejects(post.ask(stranger, { kind: 'lookUp', account: anna.id }), { code: 'STORE_FULL' })
  await assert.rejects(post.deliver(testEnvelope(anna.id, 'x')), { code: 'STORE_FULL' })
  post.kv.failing = false
  await post.deliver(testEnvelope(anna.id, 'x'))
  assert.equal((await post.list()).waiting.length, 1)
})

test('A25 keys are kept only of the device that asks, for this relay, and bearing its signature', async () => {
  const post = new Post()
  const keep = (key: Awaited<ReturnType<typeof testMailKey>>): Promise<MailReply> =>
    post.ask(laptop, { kind: 'keys', keys: [key], withdrawn: [] })
  await assert.rejects(keep(await testMailKey(anna.id, phone, pi.id, 'a')), { code: 'REFUSED' })
  await assert.rejects(keep(await testMailKey(bert.id, laptop, pi.id, 'a')), { code: 'REFUSED' })
  await assert.rejects(keep(await testMailKey(anna.id, laptop, stranger.id, 'a')), { code: 'REFUSED' })
  const good = await testMailKey(anna.id, laptop, pi.id, 'a')
  await assert.rejects(keep({ ...good, signature: good.signature.with(0, good.signature[0]! ^ 1) }), {
    code: 'BAD_SIGNATURE'
  })
  assert.equal(post.kv.rows.size, 0)
})

test('a device keeps a bounded number of keys, may withdraw them, and replaces its last resort only by a newer one', async () => {
  const post = new Post()
  const many = await Promise.all(
    Array.from({ length: LIMITS.oneTimeKeys }, (_, i) => testMailKey(anna.id, laptop, pi.id, `k${i}`))
  )
  await post.ask(laptop, { kind: 'keys', keys: many, withdrawn: [] })
  const more = await testMailKey(anna.id, laptop, pi.id, 'more', { number: 2 })
  await assert.rejects(post.ask(laptop, { kind: 'keys', keys: [more], withdrawn: [] }), { code: 'TOO_LARGE' })
  const withdrawn = many.slice(0, 2).map(({ key }) => key.id)
  const reply = await post.ask(laptop, { kind: 'keys', keys: [more], withdrawn })
  assert.equal(reply.kind === 'keys' && reply.left.length, LIMITS.oneTimeKeys - 1)
  const lasts = await Promise.all(
    [5, 4].map((number) => testMailKey(anna.id, phone, pi.id, `l${number}`, { number, isLastResort: true }))
  )
  for (const key of lasts) await post.ask(phone, { kind: 'keys', keys: [key], withdrawn: [] })
  const now = await post.ask(phone, { kind: 'keys', keys: [], withdrawn: [] })
  assert.equal(now.kind === 'keys' && now.lastResortNumber, 5)
})
