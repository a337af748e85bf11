import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { DeviceId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import { revoke } from '@holdfast/core/log/testing'
import { decodeEnvelope, envelopeIdOf } from '@holdfast/core/sync/envelope-bytes'
import { decodeMailRequest, encodeMailReply } from '@holdfast/core/sync/mail-messages'
import { makeCard } from '@holdfast/core/vault/contact-card'
import { sealEnvelope } from '@holdfast/core/vault/envelope'
import { asTestDevice, mailKey, mailPerson } from '@holdfast/core/vault/testing-mail'
import { openMailLine } from '@holdfast/node/engine/mail-line'
import { personAt, PostOffice } from './post.ts'
import type { Reader } from './post.ts'

/** Anna at one relay, Carl with as many devices at another one. */
async function two(devices = 1): Promise<{
  north: PostOffice
  south: PostOffice
  anna: Reader
  carls: Reader[]
  carl: Awaited<ReturnType<typeof personAt>>
}> {
  const [north, south] = [await PostOffice.named('north'), await PostOffice.named('south')]
  const both = [north, south]
  const [anna] = (await personAt('anna', [north], both)).readers
  const carl = await personAt('carl', [south], both, devices)
  for (const reader of carl.readers) {
    await reader.meet()
    await reader.leave()
  }
  return { north, south, anna: anna!, carls: carl.readers, carl }
}

const waitingAt = (office: PostOffice): number => [...office.kv.rows.keys()].filter((key) => /^mail\//.test(key)).length

test('what is said while the relay of the other is away is kept over a restart, and comes once and in order', async () => {
  const { south, anna, carls, carl } = await two()
  await south.goDown()
  await anna.say(carl.card, 'one')
  await anna.say(carl.card, 'two')
  await anna.meet()
  assert.deepEqual(
    (await anna.mail.waiting()).map(({ lastError }) => lastError),
    ['NO_PEER', 'NO_PEER']
  )
  await anna.restart()
  await south.restart()
  await anna.say(carl.card, 'three')
  await anna.meet()
  assert.deepEqual(await anna.mail.waiting(), [])
  await south.restart()
  const [reader] = carls
  await reader!.meet()
  assert.deepEqual(reader!.texts(), ['one', 'two', 'three'])
  await reader!.restart()
  await reader!.meet()
  assert.deepEqual(reader!.texts(), ['one', 'two', 'three'])
  assert.equal(waitingAt(south), 0)
  assert.deepEqual([anna.problems, reader!.problems], [[], []])
})

test('a relay that dies after it took an envelope and before it said so has it once', async () => {
  const { south, anna, carls, carl } = await two()
  await anna.say(carl.card, 'one')
  south.meddle = async (header, _body, honest) => {
    const answer = await honest()
    if (decodeMailRequest(header).kind === 'deliver') throw new HoldfastError('PEER_FAILED')
    return answer
  }
  await anna.meet()
  assert.equal((await anna.mail.waiting())[0]?.lastError, 'PEER_FAILED')
  south.meddle = (_header, _body, honest) => honest()
  await anna.restart()
  await south.restart()
  await anna.meet()
  assert.equal(waitingAt(south), 1)
  await carls[0]!.meet()
  assert.deepEqual(carls[0]!.texts(), ['one'])
})

test('of several devices the first one that opens it takes it out, and until its handler is done nothing is lost', async () => {
  const { south, anna, carls, carl } = await two(2)
  const [first, second] = carls
  await anna.say(carl.card, 'hello')
  await anna.meet()
  first!.failure = 'WRITES_HELD'
  await first!.meet()
  assert.deepEqual([first!.texts(), new Set(first!.problems), waitingAt(south)], [[], new Set(['WRITES_HELD']), 1])
  await first!.leave()
  await second!.meet()
  assert.deepEqual([second!.texts(), waitingAt(south)], [['hello'], 0])
  first!.failure = undefined
  await first!.meet()
  assert.deepEqual(first!.texts(), [])
})

test('an envelope goes to every relay of the recipient and is heard once; a relay that was away gets it later', async () => {
  const offices = [await PostOffice.named('r1'), await PostOffice.named('r2'), await PostOffice.named('r3')]
  const [one, two, three] = offices as [PostOffice, PostOffice, PostOffice]
  const [anna] = (await personAt('anna', [three], offices)).readers
  const carl = await personAt('carl', [one, two], offices)
  const [reader] = carl.readers
  await reader!.meet()
  await reader!.leave()
  await two.goDown()
  await anna!.say(carl.card, 'hello')
  await anna!.meet()
  assert.deepEqual((await anna!.mail.waiting())[0]?.at, [one.id])
  await reader!.meet()
  assert.deepEqual(reader!.texts(), ['hello'])
  await two.restart()
  await anna!.mail.exchange()
  assert.deepEqual([await anna!.mail.waiting(), waitingAt(two)], [[], 1])
  await reader!.leave()
  await reader!.meet()
  assert.deepEqual([reader!.texts(), waitingAt(one), waitingAt(two)], [['hello'], 0, 0])
})

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

test('A25 an envelope that the relay keeps and shows again is heard once, also when it was sealed to the last resort', async () => {
  const { south, anna, carls, carl } = await two()
  const [reader] = carls
  for (const key of [...south.kv.rows.keys()]) if (key.startsWith('mail-key/')) south.kv.rows.delete(key)
  await anna.say(carl.card, 'once')
  await anna.meet()
  const stolen = new Map(south.kv.rows)
  await reader!.meet()
  await reader!.leave()
  for (const [key, value] of stolen) south.kv.rows.set(key, value)
  await south.restart()
  await reader!.restart()
  await reader!.meet()
  assert.deepEqual([reader!.texts(), waitingAt(south)], [['once'], 0])
})

test('a key is gone when its envelope is dealt with, new ones are laid down, and when none is left the last resort does', async () => {
  const { south, anna, carls, carl } = await two()
  const [reader] = carls
  const keysAt = (): number => [...south.kv.rows.keys()].filter((key) => key.startsWith('mail-key/')).length
  const own = (): Set<string> => new Set([...reader!.kv.rows.keys()].filter((key) => key.startsWith('mail-key/')))
  assert.deepEqual([keysAt(), own().size], [LIMITS.oneTimeKeys, LIMITS.oneTimeKeys + 1])
  await anna.say(carl.card, 'first')
  await anna.meet()
  const [envelope] = [...south.kv.rows].filter(([key]) => key.startsWith('mail-body/')).map(([, value]) => value)
  const used = `mail-key/${decodeEnvelope(envelope!).slots[0]!.key}`
  assert.ok(own().has(used))
  assert.equal(keysAt(), LIMITS.oneTimeKeys - 1)
  await reader!.meet()
  assert.ok(!own().has(used), 'the secret is destroyed')
  assert.deepEqual([keysAt(), own().size], [LIMITS.oneTimeKeys, LIMITS.oneTimeKeys + 1])
  await reader!.leave()
  for (let i = 0; i < LIMITS.oneTimeKeys + 3; i++) await anna.say(carl.card, `letter ${i}`)
  await anna.mail.exchange()
  assert.equal(keysAt(), 0)
  await reader!.meet()
  assert.equal(reader!.texts().length, LIMITS.oneTimeKeys + 4)
  assert.deepEqual([keysAt(), own().size], [LIMITS.oneTimeKeys, LIMITS.oneTimeKeys + 1])
})

test('the last resort is replaced every week the device runs, and the old one opens what is under way until it is forgotten', async () => {
  const { south, anna, carls, carl } = await two()
  const [reader] = carls
  for (const key of [...south.kv.rows.keys()]) if (key.startsWith('mail-key/')) south.kv.rows.delete(key)
  await anna.say(carl.card, 'under way')
  await anna.meet()
  const rows = (): number => [...reader!.kv.rows.keys()].filter((key) => key.startsWith('mail-key/')).length
  const stolen = new Map(south.kv.rows)
  for (const key of [...south.kv.rows.keys()]) if (/^mail(-body|-id)?\//.test(key)) south.kv.rows.delete(key)
  reader!.day += LIMITS.lastResortDays
  await south.restart()
  await reader!.meet()
  await reader!.leave()
  const withOld = rows()
  for (const [key, value] of stolen) if (/^mail(-body|-id)?\//.test(key)) south.kv.rows.set(key, value)
  await south.restart()
  await reader!.meet()
  await reader!.leave()
  assert.deepEqual(reader!.texts(), ['under way'])
  reader!.day += LIMITS.keyDays + LIMITS.lastResortDays
  await reader!.restart()
  await reader!.meet()
  assert.ok(rows() < withOld + LIMITS.oneTimeKeys, 'what was replaced is forgotten')
})

test('keys whose secrets this device has lost are withdrawn: nothing is sealed to what nobody can open', async () => {
  const { south, anna, carls, carl } = await two()
  const [reader] = carls
  for (const key of [...reader!.kv.rows.keys()]) if (key.startsWith('mail-key/')) reader!.kv.rows.delete(key)
  await reader!.restart()
  await reader!.meet()
  await anna.say(carl.card, 'hello')
  await anna.meet()
  await reader!.mail.exchange()
  assert.deepEqual([reader!.texts(), reader!.problems, waitingAt(south)], [['hello'], [], 0])
})

test('A1 a relay that slips a key of its own into a look-up gets nothing, and another relay of the card brings it', async () => {
  const offices = [await PostOffice.named('r1'), await PostOffice.named('r2'), await PostOffice.named('r3')]
  const [evil, good, own] = offices as [PostOffice, PostOffice, PostOffice]
  const [anna] = (await personAt('anna', [own], offices)).readers
  const carl = await personAt('carl', [evil, good], offices)
  await carl.readers[0]!.meet()
  await carl.readers[0]!.leave()
  const eve = await mailPerson('eve')
  const { signed } = await mailKey(eve, eve.devices[0]!, evil.id, { account: carl.card.account })
  let asked = 0
  evil.meddle = (header, _body, honest) => {
    if (decodeMailRequest(header).kind !== 'lookUp') return honest()
    asked += 1
    const reply = { kind: 'account' as const, statements: carl.person.statements, keys: [signed] }
    return Promise.resolve({ header: encodeMailReply(reply) })
  }
  await good.goDown()
  await anna!.say(carl.card, 'for Carl alone')
  await anna!.meet()
  assert.ok(asked > 0)
  assert.equal((await anna!.mail.waiting())[0]?.at.length, 0)
  assert.equal(waitingAt(evil), 0, 'nothing was sealed to it')
  await good.restart()
  await anna!.mail.exchange()
  await anna!.mail.exchange()
  await carl.readers[0]!.meet()
  assert.deepEqual(carl.readers[0]!.texts(), ['for Carl alone'])
})

test('A1 a relay that hides a revocation which the card names hands out nothing that is used', async () => {
  const { south, anna, carl } = await two(2)
  const [laptop, phone] = carl.person.devices
  const revocation = await revoke(carl.person.account, asTestDevice(phone!), asTestDevice(laptop!))
  const { root, recovery } = carl.person.account
  const floor = [...carl.person.statements, revocation].map(({ hash }) => hash)
  const { chain, relays } = carl.card
  const newer = await makeCard({ root, recovery, name: 'Carl', chain, relays, floor, seed: laptop!.seed })
  await anna.say(newer, 'not for the lost phone')
  await anna.meet()
  assert.equal((await anna.mail.waiting())[0]?.lastError, 'ROLLED_BACK')
  south.revocations.push(revocation)
  await anna.mail.exchange()
  assert.deepEqual(await anna.mail.waiting(), [])
  const [envelope] = [...south.kv.rows].filter(([key]) => key.startsWith('mail-body/')).map(([, value]) => value)
  assert.deepEqual(
    decodeEnvelope(envelope!).slots.map(({ device }) => device),
    [laptop!.device]
  )
})

test('nothing of a blocked sender reaches a handler, and it does not stay at the relay', async () => {
  const { south, anna, carls, carl } = await two()
  carls[0]!.blocked.add(anna.person.account.id)
  await anna.say(carl.card, 'hello?')
  await anna.meet()
  await carls[0]!.meet()
  assert.deepEqual([carls[0]!.texts(), carls[0]!.problems, waitingAt(south)], [[], [], 0])
})

test('a device killed between its handler and the deletion is told of the same envelope again, by the same id', async () => {
  const { south, anna, carls, carl } = await two()
  const [reader] = carls
  await anna.say(carl.card, 'hello')
  await anna.meet()
  const before = new Map(reader!.kv.rows)
  const relayBefore = new Map(south.kv.rows)
  await reader!.meet()
  await reader!.leave()
  reader!.kv.rows.clear()
  south.kv.rows.clear()
  for (const [key, value] of before) reader!.kv.rows.set(key, value)
  for (const [key, value] of relayBefore) south.kv.rows.set(key, value)
  await south.restart()
  await reader!.restart()
  await reader!.meet()
  const [first, again] = reader!.heard
  assert.equal(first!.id, again!.id)
  assert.deepEqual(reader!.texts(), ['hello', 'hello'])
})

test('the same invitation waits once, and what a full outbox cannot take is said', async () => {
  const { south, anna, carl } = await two()
  await south.goDown()
  const invitation = {
    genesis: { header: new Uint8Array(100), signature: new Uint8Array(64) },
    name: 'Docs',
    file: null,
    role: 'reader' as const,
    relays: [],
    floor: { vault: '0a'.repeat(32) as never, heads: [], epochs: [] }
  }
  const ids = await Promise.all([1, 2].map(() => anna.mail.send(carl.card, { kind: 'invitation', invitation })))
  assert.equal(new Set(ids).size, 1)
  assert.equal((await anna.mail.waiting()).length, 1)
  await anna.mail.cancel(ids[0]!)
  assert.deepEqual(await anna.mail.waiting(), [])
  await assert.rejects(anna.mail.send({ ...carl.card, relays: [] }, { kind: 'request', text: 'x' }), {
    code: 'NO_PEER'
  })
  await assert.rejects(anna.say(carl.card, 'x'.repeat(LIMITS.requestTextBytes + 1)), { code: 'MALFORMED' })
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
