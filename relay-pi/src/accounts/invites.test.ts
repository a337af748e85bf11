import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from '@holdfast/core/base/bytes'
import { HandClock, MapKv } from '@holdfast/core/sync/testing/map-stores'
import { systemRandom } from '../home/platform.ts'
import { Invites } from './invites.ts'

const DAY_MS = 86_400_000

function invites(): { kv: MapKv; clock: HandClock; days: { seen: number }; book: Invites } {
  const [kv, clock, days] = [new MapKv(), new HandClock(), { seen: 3 }]
  return { kv, clock, days, book: new Invites({ kv, clock, random: systemRandom, daysSeen: () => days.seen }) }
}

test('who reads the disk of the relay learns no secret of an invitation', async () => {
  const { kv, book } = invites()
  const { secret } = await book.make()
  assert.equal(await book.isOpen(secret), true)
  const disk = [...kv.rows].map(([key, value]) => key + toHex(value)).join()
  assert.ok(!disk.includes(toHex(secret)))
})

test('an invitation ends by the clock, by days seen, and by being used; a restart brings none back', async () => {
  const byClock = invites()
  const one = await byClock.book.make()
  byClock.clock.now = one.expiresMs
  assert.equal(await byClock.book.isOpen(one.secret), true)
  byClock.clock.now += 1
  assert.equal(await byClock.book.isOpen(one.secret), false)
  // The clock went back: days seen do not.
  const byDays = invites()
  const two = await byDays.book.make()
  byDays.clock.now -= 300 * DAY_MS
  byDays.days.seen += 8
  assert.equal(await byDays.book.isOpen(two.secret), false)
  assert.equal(await byDays.book.expire(), 1)
  assert.equal(byDays.kv.rows.size, 0)
  const used = invites()
  const three = await used.book.make()
  await used.kv.write([used.book.use(three.secret)])
  assert.equal(await used.book.isOpen(three.secret), false)
})
