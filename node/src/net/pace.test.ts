import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { newPace, type Limits, type Pace } from '@holdfast/core/net/pace'
import { message, testChannels, TRANSPORTS } from './testing.ts'

const KiB = 1024

/** A pace on a clock that moves only while somebody waits. */
function onFakeClock(limits: Partial<Limits>): { pace: Pace; nowMs: () => number } {
  let nowMs = 0
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs }
  const wait = async (ms: number): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve))
    nowMs += ms
  }
  return { pace: newPace({ upPerSecond: 0, downPerSecond: 0, ...limits }, { clock, wait })!, nowMs: () => nowMs }
}

for (const direction of ['up', 'down'] as const)
  test(`limits.${direction}: no more bytes pass than the limit allows, and no fewer`, async () => {
    const { pace, nowMs } = onFakeClock({ [`${direction}PerSecond`]: 64 * KiB })
    const side = direction === 'up' ? { near: { pace } } : { far: { pace } }
    const { near, far } = await testChannels(TRANSPORTS[0].listen, side)
    const bodies = [512 * KiB, 1, 100 * KiB, 900 * KiB].map((length) => randomBytes(length))
    const sent = Promise.all(bodies.map((body) => near.send(message(body))))
    for (const body of bodies) assert.equal(Buffer.compare((await far.next())!.body, body), 0)
    await sent
    await near.send(message(Buffer.from('after')))
    assert.equal((await far.next())!.body.length, 5) // comes when all before it is paid for
    const seconds = bodies.reduce((sum, { length }) => sum + length, 0) / (64 * KiB)
    // Of one second there is always as much as nobody used before.
    assert.ok(nowMs() / 1000 >= seconds - 1.1 && nowMs() / 1000 <= seconds + 1, `${nowMs()} ms for ${seconds} s`)
  })

test('without a limit there is no pace at all', () => {
  const ports = { clock: { nowMs: () => 0, monotonicMs: () => 0 }, wait: async () => undefined }
  assert.equal(newPace({ upPerSecond: 0, downPerSecond: 0 }, ports), undefined)
})
