import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isHoldfastError } from '@holdfast/core/base/errors'
import type { AccountId, DeviceId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import { certify, testAccount, testDevice } from '@holdfast/core/log/testing'
import type { TestDevice } from '@holdfast/core/log/testing'
import { envelopeIdOf } from '@holdfast/core/sync/envelope-bytes'
import { decodeMailReply, encodeMailRequest } from '@holdfast/core/sync/mail-messages'
import type { MailReply, MailRequest } from '@holdfast/core/sync/mail-messages'
import { HandClock, MapKv } from '@holdfast/core/sync/testing/map-stores'
import { testEnvelope, testMailKey } from '../testing/mail.ts'
import type { MailboxBounds } from './mailbox.ts'
import { MailService } from './mail-service.ts'
import type { MailStream } from './mail-service.ts'

const [anna, bert] = [await testAccount('anna'), await testAccount('bert')]
const [laptop, phone, stranger] = [await testDevice('laptop'), await testDevice('phone'), await testDevice('stranger')]
const pi = await testDevice('pi')
const statements = [await certify(anna, laptop), await certify(anna, phone)]

const NOTHING = new Uint8Array(0)

/** A relay that hosts Anna's account with two devices, and not Bert's. */
class Post {
  readonly kv: MapKv
  readonly clock = new HandClock()
  readonly service: MailService
  day = 1
  notices: number[] = []
  private readonly streams = new Map<DeviceId, MailStream>()

  constructor(options: { kv?: MapKv; bounds?: MailboxBounds } = {}) {
    this.kv = options.kv ?? new MapKv()
    this.service = new MailService({
      kv: this.kv,
      clock: this.clock,
      relay: pi.id,
      daysSeen: () => this.day,
      accountOf: (device) => (device === laptop.id || device === phone.id ? anna.id : undefined),
      isHosted: (account) => account === anna.id,
      devicesOf: () => ({ statements, living: [laptop.id, phone.id] }),
      ...(options.bounds === undefined ? {} : { bounds: options.bounds })
    })
  }

  async ask<R extends MailRequest>(from: TestDevice, request: R, body: Uint8Array = NOTHING): Promise<MailReply> {
    this.clock.now += 2000 // nobody here is in a hurry
    return decodeMailReply((await this.raw(from, encodeMailRequest(request), body)).header)
  }

  raw(from: TestDevice, header: Uint8Array, body: Uint8Array): ReturnType<MailStream['answer']> {
    let stream = this.streams.get(from.id)
    if (stream === undefined) {
      stream = this.service.stream(from.id, async (newest) => void this.notices.push(newest))
      this.streams.set(from.id, stream)
    }
    return stream.answer(header, body)
  }

  deliver(envelope: Uint8Array, from = stranger): Promise<MailReply> {
    return this.ask(from, { kind: 'deliver' }, envelope)
  }

  async list(after = 0): Promise<Extract<MailReply, { kind: 'list' }>> {
    const reply = await this.ask(laptop, { kind: 'list', after })
    assert.equal(reply.kind, 'list')
    return reply as Extract<MailReply, { kind: 'list' }>
  }

  async names(): Promise<string[]> {
    return (await this.list()).waiting.map(({ id }) => id)
  }
}

const envelopes = (count: number, account: AccountId = anna.id): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => testEnvelope(account, `letter ${i}`))

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
