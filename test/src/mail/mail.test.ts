import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '@holdfast/core/base/errors'
import { LIMITS } from '@holdfast/core/base/limits'
import { decodeMailRequest } from '@holdfast/core/sync/wire/mail-messages'
import { SealedRows } from '@holdfast/core/vault/sealed-rows'
import { seededRandom } from '@holdfast/core/vault/testing'
import { personAt, PostOffice, two, waitingAt } from './post.ts'
import type { Reader } from './post.ts'

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

test('what there is no room for is told of and stays at the relay until there is; of strangers not more than a bound', async () => {
  const { south, anna, carls, carl } = await two()
  const [reader] = carls
  reader!.failure = 'INBOX_FULL'
  for (const text of ['one', 'two', 'three']) await anna.say(carl.card, text)
  await anna.meet()
  await reader!.meet()
  assert.deepEqual([reader!.problems, waitingAt(south)], [['INBOX_FULL', 'INBOX_FULL', 'INBOX_FULL'], 2])
  reader!.trusted.add(anna.person.account.id)
  for (const text of ['four', 'five']) await anna.say(carl.card, text)
  await anna.mail.exchange()
  await reader!.mail.exchange()
  assert.deepEqual([reader!.problems.length, waitingAt(south)], [5, 4], 'none is fetched again for nothing')
  reader!.failure = undefined
  reader!.mail.retryFull()
  await reader!.mail.exchange()
  assert.deepEqual([reader!.texts(), waitingAt(south)], [['one', 'two', 'four', 'five'], 0])
})

test('what is cancelled while it is being brought is not sent afterwards, whichever answer of the relay it waited for', async () => {
  for (const during of ['lookUp', 'deliver'] as const) {
    const offices = [await PostOffice.named('r1'), await PostOffice.named('r2'), await PostOffice.named('r3')]
    const [one, away, own] = offices as [PostOffice, PostOffice, PostOffice]
    const [anna] = (await personAt('anna', [own], offices)).readers
    const carl = await personAt('carl', [one, away], offices)
    await carl.readers[0]!.meet()
    await carl.readers[0]!.leave()
    await away.goDown()
    const id = await anna!.say(carl.card, 'no, wait')
    one.meddle = async (header, _body, honest) => {
      const answer = await honest()
      if (decodeMailRequest(header).kind === during) await anna!.mail.cancel(id)
      return answer
    }
    await anna!.meet()
    await anna!.restart()
    assert.deepEqual([await anna!.mail.waiting(), waitingAt(one)], [[], during === 'lookUp' ? 0 : 1], during)
  }
})

test('that a person has left no keys yet is told before that another relay of theirs is away', async () => {
  const offices = [await PostOffice.named('r1'), await PostOffice.named('r2'), await PostOffice.named('r3')]
  const [one, two, three] = offices as [PostOffice, PostOffice, PostOffice]
  const [anna] = (await personAt('anna', [three], offices)).readers
  const carl = await personAt('carl', [one, two], offices)
  await two.goDown()
  await anna!.say(carl.card, 'hello')
  await anna!.meet()
  const [waiting] = await anna!.mail.waiting()
  assert.deepEqual([waiting?.at, waiting?.lastError], [[], 'NO_KEYS'])
})

test('an outbox that is full says so, and not that somebody else’s mailbox is', async () => {
  const { anna, carl } = await two()
  const rows = new SealedRows({
    kv: anna.kv,
    random: seededRandom('outbox'),
    deviceSecret: anna.secrets.xSecret,
    prefix: 'mail-out/'
  })
  const names = Array.from({ length: LIMITS.outboxEnvelopes }, (_, i) => `${i.toString(16).padStart(14, '0')}-x`)
  await anna.kv.write(await Promise.all(names.map((name) => rows.put(name, new Uint8Array(1)))))
  await assert.rejects(anna.say(carl.card, 'one more'), { code: 'OUTBOX_FULL' })
})

test('a sender and a reader that are killed after any of their writes lose nothing and say nothing twice', async () => {
  for (let writes = 0; writes < 6; writes++) {
    const { south, anna, carls, carl } = await two()
    const [reader] = carls
    await anna.say(carl.card, 'first')
    const revive = [killedAfter(anna, writes), killedAfter(reader!, writes)]
    await anna.say(carl.card, 'second').catch(() => undefined) // not acknowledged
    await anna.meet()
    await reader!.meet()
    for (const one of revive) one()
    await anna.restart()
    await reader!.restart()
    await anna.meet()
    await reader!.meet()
    assert.deepEqual([await anna.mail.waiting(), waitingAt(south)], [[], 0])
    const once = [...new Map(reader!.heard.map(({ id, content }) => [id, content.text])).values()]
    assert.ok(once[0] === 'first' && once.length <= 2, `after ${writes}: ${once.join()}`)
    assert.equal(new Set(once).size, once.length, `after ${writes}: ${once.join()}`)
  }
})

/** From now on its store takes so many batches and no more. Returns what makes it whole again. */
function killedAfter({ kv }: Reader, writes: number): () => void {
  const last = kv.writes + writes
  const write = kv.write.bind(kv)
  kv.write = (batch) => {
    kv.failing = kv.writes >= last
    return write(batch)
  }
  return () => {
    kv.write = write
    kv.failing = false
  }
}
