import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { DeviceId } from '@holdfast/core/base/ids'
import { envelopeIdOf } from '@holdfast/core/sync/wire/envelope-bytes'
import { decodeMailRequest, encodeMailReply } from '@holdfast/core/sync/wire/mail-messages'
import { sealEnvelope } from '@holdfast/core/vault/envelope'
import { mailKey, mailPerson } from '@holdfast/core/vault/testing-mail'
import { openMailLine } from '@holdfast/core/engine/mail/mail-line'
import type { EnvelopeId, KeyId } from '@holdfast/core/sync/wire/envelope-bytes'
import type { MailReply } from '@holdfast/core/sync/wire/mail-messages'
import { two, waitingAt } from './post.ts'

test('hostile envelopes are dropped and told of, and none keeps a good one waiting', async () => {
  const { south, anna, carls, carl } = await two()
  const [reader] = carls
  const eve = await mailPerson('eve')
  const stranger = south.connect(eve.devices[0]!.device)
  const line = await openMailLine(stranger)
  const target = carl.person.devices[0]!
  const sealed = async (change: Partial<Parameters<typeof sealEnvelope>[0]> = {}) => {
    const { reply } = await line.ask({ kind: 'lookUp', account: carl.card.account })
    const keys = reply.keys.map(({ key }) => ({ device: key.device, id: key.id, xPublic: key.xPublic }))
    const [card, seed] = [eve.card, eve.devices[0]!.seed]
    const content = { kind: 'request' as const, text: 'evil' }
    return sealEnvelope({ card, seed, to: carl.card.account, keys, content, random: eve.random, ...change })
  }
  const foreign = await mailKey(eve, target, south.id)
  const bad = [
    await sealed({ keys: [foreign.recipient] }), // a key that nobody laid down
    await sealed({ card: carl.card }), // somebody else's card
    await sealed({ seed: new Uint8Array(32).fill(9) }), // signed by another key
    await sealed().then((bytes) => bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1)) // damaged on purpose
  ]
  for (const bytes of bad) await line.ask({ kind: 'deliver' }, bytes)
  await anna.say(carl.card, 'good')
  await anna.meet()
  await reader!.meet()
  assert.deepEqual(reader!.texts(), ['good'])
  assert.deepEqual(reader!.problems, ['NOT_HERE', 'BAD_SIGNATURE', 'BAD_SIGNATURE', 'DECRYPT_FAILED'])
  assert.equal(waitingAt(south), 0)
  // The relay shows again what was taken out.
  for (const bytes of bad) await line.ask({ kind: 'deliver' }, bytes)
  await reader!.mail.exchange()
  assert.deepEqual([reader!.problems.length, reader!.texts(), waitingAt(south)], [4, ['good'], 0])
})

test('a relay that lies about what waits is told of and left, and what it really has still comes', async () => {
  const { south, anna, carls, carl } = await two()
  const [reader] = carls
  await anna.say(carl.card, 'hello')
  await anna.meet()
  const lies: readonly Parameters<typeof encodeMailReply>[0][] = [
    { kind: 'list', waiting: [], more: true },
    { kind: 'delivered' },
    { kind: 'fetch', sizes: [] },
    { kind: 'fetch', sizes: [5] }
  ]
  for (const lie of lies) {
    reader!.problems.length = 0
    south.meddle = (header, _body, honest) =>
      decodeMailRequest(header).kind === (lie.kind === 'fetch' ? 'fetch' : 'list')
        ? Promise.resolve({ header: encodeMailReply(lie) })
        : honest()
    await reader!.meet()
    await reader!.leave()
    assert.deepEqual(new Set(reader!.problems), new Set(['PEER_LIES']), lie.kind)
  }
  const other = new Uint8Array([1, 2, 3])
  south.meddle = (header, _body, honest) =>
    decodeMailRequest(header).kind === 'fetch'
      ? Promise.resolve({ header: encodeMailReply({ kind: 'fetch', sizes: [3] }), body: other })
      : honest()
  await reader!.meet()
  await reader!.leave()
  assert.equal(reader!.problems.at(-1), 'PEER_LIES', 'bytes that are not what their id says')
  south.meddle = (_header, _body, honest) => honest()
  await reader!.restart()
  await reader!.meet()
  assert.deepEqual(reader!.texts(), ['hello'])
  assert.equal(envelopeIdOf(other).length, 64)
})

test('an envelope that only another device can open is left to it', async () => {
  const { south, carls, carl } = await two(2)
  const [first, second] = carls
  const eve = await mailPerson('eve')
  const line = await openMailLine(south.connect(eve.devices[0]!.device as DeviceId))
  const { reply } = await line.ask({ kind: 'lookUp', account: carl.card.account })
  const keys = reply.keys.map(({ key }) => ({ device: key.device, id: key.id, xPublic: key.xPublic }))
  const forSecond = keys.filter(({ device }) => device === second!.secrets.device)
  const bytes = await sealEnvelope({
    card: eve.card,
    seed: eve.devices[0]!.seed,
    to: carl.card.account,
    keys: forSecond,
    content: { kind: 'request', text: 'to the tablet' },
    random: eve.random
  })
  await line.ask({ kind: 'deliver' }, bytes)
  await first!.meet()
  assert.deepEqual([first!.texts(), first!.problems, waitingAt(south)], [[], [], 1])
  await second!.meet()
  assert.deepEqual([second!.texts(), waitingAt(south)], [['to the tablet'], 0])
})

test('what no device of several can open is left to the others for a week, then dropped: strangers do not fill a mailbox', async () => {
  const { south, carls, carl } = await two(2)
  const [first, second] = carls
  const eve = await mailPerson('eve')
  const line = await openMailLine(south.connect(eve.devices[0]!.device))
  const keys = []
  for (const device of carl.person.devices) keys.push((await mailKey(eve, device, south.id)).recipient)
  const content = { kind: 'request' as const, text: 'x' }
  const [card, seed, random] = [eve.card, eve.devices[0]!.seed, eve.random]
  const bytes = await sealEnvelope({ card, seed, to: carl.card.account, keys, content, random })
  await line.ask({ kind: 'deliver' }, bytes)
  for (const reader of [first!, second!]) {
    await reader.meet()
    await reader.meet()
    await reader.leave()
    assert.deepEqual([reader.problems, waitingAt(south)], [['NOT_HERE'], 1])
  }
  first!.day += 6
  await first!.restart()
  await first!.meet()
  assert.equal(waitingAt(south), 1)
  await first!.leave()
  first!.day += 1
  await first!.meet()
  assert.equal(waitingAt(south), 0)
})

test('a full disk loses nothing: what could not be written down stays at the relay', async () => {
  const { south, anna, carls, carl } = await two()
  const [reader] = carls
  await anna.say(carl.card, 'hello')
  await anna.meet()
  reader!.kv.failing = true
  await reader!.meet()
  await reader!.leave()
  assert.ok(reader!.problems.includes('STORE_FULL'))
  assert.equal(waitingAt(south), 1)
  reader!.kv.failing = false
  await reader!.meet()
  assert.equal(waitingAt(south), 0)
  assert.deepEqual(new Set(reader!.heard.map(({ id }) => id)).size, 1)
})

test('whatever bytes a relay answers with, a device stays up, tells of it, and hears the rest from it later', async () => {
  const { south, anna, carls, carl } = await two()
  const [reader] = carls
  await anna.say(carl.card, 'hello')
  await anna.meet()
  const answers = fc.record({
    header: fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom(...SOME_REPLIES.map((reply) => encodeMailReply(reply)))
    ),
    body: fc.uint8Array({ maxLength: 60 }),
    to: fc.constantFrom('list', 'fetch', 'delete', 'subscribe', 'keys')
  })
  await fc.assert(
    fc.asyncProperty(answers, async ({ header, body, to }) => {
      south.meddle = (asked, _body, honest) =>
        decodeMailRequest(asked).kind === to ? Promise.resolve({ header, body }) : honest()
      await reader!.meet()
      await reader!.leave()
    }),
    { numRuns: 40 }
  )
  south.meddle = (_header, _body, honest) => honest()
  await reader!.meet()
  assert.equal(new Set(reader!.heard.map(({ id }) => id)).size, 1)
  assert.equal(waitingAt(south), 0)
})

const SOME_REPLIES: readonly MailReply[] = [
  { kind: 'delivered' },
  { kind: 'list', waiting: [{ number: 9, id: 'ab'.repeat(32) as EnvelopeId, sizeBytes: 3 }], more: true },
  { kind: 'list', waiting: [], more: false },
  { kind: 'fetch', sizes: [-1] },
  { kind: 'fetch', sizes: [30, 30] },
  { kind: 'deleted' },
  { kind: 'subscribed', newest: 2 ** 40 },
  { kind: 'keys', left: [], lastResortNumber: 2 ** 50 },
  { kind: 'keys', left: ['ab'.repeat(8) as KeyId], lastResortNumber: 0 }
]
