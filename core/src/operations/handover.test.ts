import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Handover } from './handover.ts'

test('what is given arrives in order, and each is given when the one before was taken', async () => {
  const line = new Handover<number>()
  const seen: number[] = []
  const taking = (async () => {
    for await (const item of line) seen.push(item)
  })()
  for (let i = 0; i < 50; i++) {
    await line.give(i)
    assert.ok(seen.length >= i)
  }
  line.end()
  await taking
  assert.deepEqual(
    seen,
    Array.from({ length: 50 }, (_, i) => i)
  )
})

test('an error reaches the other side, whichever it comes from', async () => {
  const failed = new Handover<number>()
  const taking = (async () => {
    for await (const _ of failed) assert.fail('nothing was given')
  })()
  failed.fail(new Error('source'))
  await assert.rejects(taking, /source/)
  const refused = new Handover<number>()
  const giving = refused.give(1)
  refused.refuse(new Error('taker'))
  await assert.rejects(giving, /taker/)
  await assert.rejects(refused.give(2), /taker/)
})
