import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MapKv } from '../../sync/testing/map-stores.ts'
import type { EnvelopeId } from '../../sync/wire/envelope-bytes.ts'
import { SeenMail } from './seen-mail.ts'

test('what a relay invents has room for so many rows, after a restart too, until old ones are forgotten', async () => {
  const kv = new MapKv()
  let day = 1
  const id = (number: number): EnvelopeId => number.toString(16).padStart(64, '0') as EnvelopeId
  const open = (): SeenMail => new SeenMail(kv, () => day, 3)
  let seen = open()
  for (let number = 0; number < 3; number++) {
    assert.ok(await seen.hasRoom())
    await kv.write([seen.left(id(number), true)])
  }
  assert.equal(await seen.hasRoom(), false)
  seen = open()
  assert.equal(await seen.hasRoom(), false)
  await kv.write([seen.done(id(9))]) // what was opened is remembered all the same
  assert.deepEqual((await seen.sort([id(9), id(8)])).unknown, [id(8)])
  day += 10_000
  await seen.expire()
  assert.ok(await seen.hasRoom())
})
