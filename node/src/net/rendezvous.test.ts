import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { Connection } from '@holdfast/core/net/connection'
import type { Host } from '@holdfast/core/net/host'
import { meet, meetOn } from '@holdfast/core/net/meet'
import { PAIR_PROTOCOL } from '@holdfast/core/net/protocols'
import { read, Rendezvous, say } from '@holdfast/core/net/rendezvous'
import { testHost } from './testing.ts'

const target = (host: Host) => ({ peerKey: host.peerKey, addresses: host.addresses() })

/** What it hears first: that it waits, or why not. */
async function wait(connection: Connection): Promise<string> {
  const channel = await connection.open(PAIR_PROTOCOL)
  await say(channel, { kind: 'meet', rendezvous: randomBytes(32), side: 'offers' })
  return read(channel).then(
    (message) => message!.kind,
    (error: { code: string }) => error.code
  )
}

test('strangers of one host take their share and no more; a member pairs all the same', async () => {
  const relay = await testHost()
  const member = await testHost({ listen: [] })
  await Rendezvous.listen(relay, { isKnown: (peer) => peer === member.peerKey, maxPerHost: 3, maxPerPeer: 2 })
  const answers: string[] = []
  for (const stranger of [await testHost({ listen: [] }), await testHost({ listen: [] })]) {
    const connection = await stranger.dial(target(relay))
    for (let i = 0; i < 3; i++) answers.push(await wait(connection))
  }
  assert.deepEqual(answers, ['met', 'met', 'RATE_LIMITED', 'met', 'RATE_LIMITED', 'RATE_LIMITED'])
  const late = await (await testHost({ listen: [] })).dial(target(relay))
  await assert.rejects(
    meet(late, randomBytes(32), 'joins'),
    { code: 'RATE_LIMITED' },
    'nobody is told that a link is old'
  )
  const name = randomBytes(32)
  const offers = meet(await member.dial(target(relay)), name, 'offers')
  const [one, other] = await Promise.all([offers, untilMet(late, name)])
  await one.send(randomBytes(8))
  assert.equal((await other.next()).length, 8)
})

test('when all places are taken the oldest stranger that waits alone makes room, and hears why', async () => {
  const relay = await testHost()
  const rendezvous = await Rendezvous.listen(relay, { maxWaiting: 2 })
  const own = rendezvous.attendHere()
  await say(own, { kind: 'meet', rendezvous: randomBytes(32), side: 'offers' })
  assert.deepEqual(await read(own), { kind: 'met', here: false })
  const connection = await (await testHost({ listen: [] })).dial(target(relay))
  const first = await connection.open(PAIR_PROTOCOL)
  await say(first, { kind: 'meet', rendezvous: randomBytes(32), side: 'offers' })
  assert.deepEqual(await read(first), { kind: 'met', here: false })
  assert.equal(await wait(connection), 'met')
  await assert.rejects(read(first), { code: 'RATE_LIMITED' })
  const more = rendezvous.attendHere()
  await say(more, { kind: 'meet', rendezvous: randomBytes(32), side: 'offers' })
  assert.deepEqual(await read(more), { kind: 'met', here: false })
  await assert.rejects(
    meetOn(rendezvous.attendHere(), randomBytes(32), 'offers'),
    { code: 'RATE_LIMITED' },
    'members make no room'
  )
})

/** The other side may not have come yet. */
async function untilMet(connection: Connection, name: Uint8Array): ReturnType<typeof meet> {
  for (;;) {
    try {
      return await meet(connection, name, 'joins')
    } catch (error) {
      assert.equal((error as { code: string }).code, 'RATE_LIMITED')
    }
  }
}
