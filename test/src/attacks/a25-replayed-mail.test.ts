import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeCard } from '@holdfast/core/vault/contact-card'
import { two, waitingAt } from '../mail/post.ts'

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

test('A25 keys that a device laid down at one relay are worth nothing at another: no key is handed out by both', async () => {
  const { north, south, anna, carl } = await two()
  const stolen = [...south.kv.rows].filter(([key]) => key.startsWith('mail-key/'))
  assert.ok(stolen.length > 0)
  // The other relay takes Carl in as if he had registered there, and hands out what it copied.
  for (const [key, value] of stolen) north.kv.rows.set(key, value)
  north.host(carl.person)
  const relays = [{ peer: north.id, name: 'pi', addresses: ['/memory'] }]
  const { root, recovery } = carl.person.account
  const [laptop] = carl.person.devices
  const { chain, floor } = carl.card
  const card = await makeCard({ root, recovery, name: 'Carl', chain, relays, floor, seed: laptop!.seed })
  await anna.say(card, 'to whom?')
  await anna.meet()
  assert.equal((await anna.mail.waiting())[0]?.lastError, 'PEER_LIES')
  assert.equal(waitingAt(north), 0)
})

test('A25 an envelope that a relay hands to somebody else’s device opens nothing there and is dropped', async () => {
  const { north, south, anna, carls, carl } = await two()
  await anna.say(carl.card, 'for Carl')
  await anna.meet()
  await anna.leave()
  // The relay of Anna shows her what was written to Carl, as if it were hers.
  const [from, to] = [carl.card.account, anna.person.account.id]
  for (const [key, value] of south.kv.rows)
    if (/^mail(-body|-id)?\//.test(key)) north.kv.rows.set(key.replace(from, to), value)
  await north.restart()
  await anna.meet()
  assert.deepEqual([anna.texts(), anna.problems, waitingAt(north)], [[], ['REFUSED'], 0])
  await carls[0]!.meet()
  assert.deepEqual(carls[0]!.texts(), ['for Carl'])
})
