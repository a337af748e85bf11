import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '@holdfast/core/base/limits'
import { decodeEnvelope } from '@holdfast/core/sync/wire/envelope-bytes'
import { two, waitingAt } from './post.ts'

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
