import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceId } from '@holdfast/core/base/ids'
import fc from 'fast-check'
import { isHoldfastError } from '@holdfast/core/base/errors'
import { LIMITS } from '@holdfast/core/base/limits'
import { testAccount } from '@holdfast/core/log/testing'
import { envelopeIdOf } from '@holdfast/core/sync/wire/envelope-bytes'
import { decodeMailReply, encodeMailRequest } from '@holdfast/core/sync/wire/mail-messages'
import { MapKv } from '@holdfast/core/sync/testing/map-stores'
import { testEnvelope } from '../testing/mail.ts'
import { anna, bert, envelopes, laptop, phone, Post, stranger } from '../testing/post.ts'
import type { MailRequest } from '@holdfast/core/sync/wire/mail-messages'

test('what a stranger leaves is there for every device of the account, in the order of arrival, until it is taken out', async () => {
  const post = new Post()
  const letters = envelopes(3)
  for (const letter of letters) await post.deliver(letter)
  const ids = letters.map(envelopeIdOf)
  assert.deepEqual(await post.names(), ids)
  const { header, body } = await post.raw(
    phone,
    encodeMailRequest({ kind: 'fetch', ids: [ids[1]!, ids[0]!] }),
    letters[0]!
  )
  assert.deepEqual(decodeMailReply(header), { kind: 'fetch', sizes: [letters[1]!.length, letters[0]!.length] })
  assert.deepEqual(body, new Uint8Array([...letters[1]!, ...letters[0]!]))
  await post.ask(phone, { kind: 'delete', ids: [ids[0]!, ids[0]!] })
  assert.deepEqual(await post.names(), ids.slice(1))
  const gone = await post.ask(laptop, { kind: 'fetch', ids: [ids[0]!] })
  assert.deepEqual(gone, { kind: 'fetch', sizes: [-1] })
  assert.equal([...post.kv.rows.keys()].filter((key) => key.includes(ids[0]!)).length, 0, 'nothing of it is kept')
})

test('the same envelope delivered again and again waits once; its number is never given to another', async () => {
  const post = new Post()
  const [first, second, third] = envelopes(3)
  await Promise.all([first!, first!, second!, first!].map((letter) => post.deliver(letter)))
  assert.equal((await post.list()).waiting.length, 2)
  await post.ask(laptop, { kind: 'delete', ids: (await post.list()).waiting.map(({ id }) => id) })
  const again = new Post({ kv: new MapKv(post.kv.rows) })
  await again.deliver(third!)
  const { waiting } = await again.list()
  assert.deepEqual(
    waiting.map(({ number }) => number),
    [3]
  )
  assert.deepEqual((await again.list(3)).waiting, [])
})

test('a long list comes in pages, and what arrives meanwhile comes at its end', async () => {
  const post = new Post()
  const letters = envelopes(LIMITS.envelopesPerMessage + 5)
  for (const letter of letters.slice(0, -1)) await post.deliver(letter)
  const first = await post.list()
  assert.deepEqual([first.waiting.length, first.more], [LIMITS.envelopesPerMessage, true])
  await post.deliver(letters.at(-1)!)
  const rest = await post.list(first.waiting.at(-1)!.number)
  assert.deepEqual([rest.waiting.length, rest.more], [5, false])
  assert.deepEqual(
    [...first.waiting, ...rest.waiting].map(({ id }) => id),
    letters.map(envelopeIdOf)
  )
})

test('what arrives together is written together', async () => {
  const post = new Post()
  await post.deliver(testEnvelope(anna.id, 'first'))
  const before = post.kv.writes
  await Promise.all(envelopes(20).map((letter) => post.deliver(letter)))
  assert.ok(post.kv.writes - before <= 2, `${post.kv.writes - before} writes`)
})

test('a full mailbox says so and keeps what it has; there is room again when something was taken out', async () => {
  const size = testEnvelope(anna.id, 'letter 0').length
  for (const bounds of [
    { envelopes: 2, bytes: 1 << 30 },
    { envelopes: 100, bytes: 2 * size + 10 }
  ]) {
    const post = new Post({ bounds })
    const [first, second, third] = envelopes(3)
    await post.deliver(first!)
    await post.deliver(second!)
    await assert.rejects(post.deliver(third!), { code: 'MAILBOX_FULL' })
    assert.deepEqual(await post.deliver(first!), { kind: 'delivered' }, 'what is there was delivered')
    await post.ask(laptop, { kind: 'delete', ids: [envelopeIdOf(first!)] })
    await post.deliver(third!)
    const reopened = new Post({ bounds, kv: new MapKv(post.kv.rows) })
    await assert.rejects(reopened.deliver(first!), { code: 'MAILBOX_FULL' })
    assert.deepEqual(await reopened.names(), [envelopeIdOf(second!), envelopeIdOf(third!)])
  }
})

test('an account that is not hosted here gets the answer of one that does not exist, and nobody reads another’s mailbox', async () => {
  const post = new Post()
  const nobody = (await testAccount('nobody')).id
  for (const account of [bert.id, nobody]) {
    await assert.rejects(post.deliver(testEnvelope(account, 'x')), { code: 'REFUSED' })
    await assert.rejects(post.ask(stranger, { kind: 'lookUp', account }), { code: 'REFUSED' })
  }
  await post.deliver(testEnvelope(anna.id, 'x'))
  const requests: MailRequest[] = [
    { kind: 'list', after: 0 },
    { kind: 'fetch', ids: [envelopeIdOf(testEnvelope(anna.id, 'x'))] },
    { kind: 'delete', ids: [envelopeIdOf(testEnvelope(anna.id, 'x'))] },
    { kind: 'subscribe' },
    { kind: 'keys', keys: [], withdrawn: [] }
  ]
  for (const request of requests) await assert.rejects(post.ask(stranger, request), { code: 'REFUSED' }, request.kind)
  assert.equal((await post.list()).waiting.length, 1)
})

test('what is no envelope, or too large for one, is refused before it is kept', async () => {
  const post = new Post()
  await assert.rejects(post.deliver(new Uint8Array(LIMITS.envelopeBytes + 1)), { code: 'TOO_LARGE' })
  await assert.rejects(post.deliver(new Uint8Array(0)), { code: 'MALFORMED' })
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 80 }), async (header, body) => {
      post.clock.now += 2000
      await post.raw(stranger, header, body).catch((error: unknown) => {
        assert.ok(isHoldfastError(error, 'MALFORMED') || isHoldfastError(error, 'UNSUPPORTED_VERSION'), String(error))
      })
    })
  )
  assert.equal(post.kv.rows.size, 0)
})

test('a member that listens hears at once, a slow one hears of the newest, one that left hears nothing', async () => {
  const post = new Post()
  assert.deepEqual(await post.ask(laptop, { kind: 'subscribe' }), { kind: 'subscribed', newest: 0 })
  const letters = envelopes(4)
  await post.deliver(letters[0]!)
  assert.deepEqual(post.notices, [1])
  await Promise.all(letters.slice(1).map((letter) => post.deliver(letter)))
  assert.equal(post.notices.at(-1), 4)
  const heard = post.notices.length
  const stream = post.service.stream(phone.id, async (newest) => void post.notices.push(newest))
  await stream.answer(encodeMailRequest({ kind: 'subscribe' }), new Uint8Array(0))
  stream.close()
  await post.deliver(testEnvelope(anna.id, 'later'))
  assert.equal(post.notices.length, heard + 1, 'only the one that still listens')
})

test('what nobody took out for so many days that the relay ran is deleted, and nothing sooner', async () => {
  const post = new Post()
  const [old, young] = envelopes(2)
  await post.deliver(old!)
  post.clock.now += 1000 * 86_400_000 // a clock that jumps deletes nothing
  post.day = 1 + LIMITS.mailDays
  await post.deliver(young!)
  assert.equal(await post.service.expire(), 0)
  post.day += 1
  assert.equal(await post.service.expire(), 1)
  assert.deepEqual(await post.names(), [envelopeIdOf(young!)])
})

test('a flood of strangers is asked to wait, and the account itself is still served', async () => {
  const post = new Post()
  let limited = 0
  for (let i = 0; i < 100; i++) {
    const refused = await post
      .raw(stranger, encodeMailRequest({ kind: 'lookUp', account: anna.id }), new Uint8Array(0))
      .then(() => undefined)
      .catch((error: unknown) => error)
    if (isHoldfastError(refused, 'RATE_LIMITED')) limited += refused.waitMs! > 0 ? 1 : 0
  }
  assert.ok(limited >= 50, String(limited))
  // With a new key for every question.
  let others = 0
  for (let i = 0; i < 400; i++) {
    const somebody = { ...stranger, id: i.toString(16).padStart(64, '0') as DeviceId }
    await post
      .raw(somebody, encodeMailRequest({ kind: 'lookUp', account: anna.id }), new Uint8Array(0))
      .catch(() => others++)
  }
  assert.ok(others >= 150, String(others))
  await post.raw(laptop, encodeMailRequest({ kind: 'list', after: 0 }), new Uint8Array(0))
})

test('a row that is damaged takes nothing else with it', async () => {
  const post = new Post()
  const letters = envelopes(3)
  for (const letter of letters) await post.deliver(letter)
  const [waiting] = [...post.kv.rows.keys()].filter((key) => key.startsWith('mail/'))
  const [, body] = [...post.kv.rows.keys()].filter((key) => key.startsWith('mail-body/'))
  post.kv.rotten.add(waiting!).add(body!)
  const reopened = new Post({ kv: post.kv })
  assert.deepEqual(await reopened.names(), letters.slice(1).map(envelopeIdOf))
  const found = await reopened.ask(laptop, { kind: 'fetch', ids: letters.slice(1).map(envelopeIdOf) })
  assert.deepEqual(found, { kind: 'fetch', sizes: [-1, letters[2]!.length] })
  await reopened.deliver(letters[0]!)
  assert.deepEqual(
    await reopened.names(),
    [...letters.slice(1), letters[0]!].map(envelopeIdOf),
    'and it may come again'
  )
})
