import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import { Backoff } from '../net/backoff.ts'
import { seededRandom } from '../vault/testing.ts'
import { Connector } from './connector.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a peer that asks to wait is left alone for so long, whoever asks for it meanwhile', async () => {
  let dials = 0
  const waits: { ms: number; end: () => void }[] = []
  const connector = new Connector(
    {
      host: { dial: () => (dials++, Promise.reject(new HoldfastError('RATE_LIMITED', undefined, { waitMs: 90_000 }))) },
      wait: (ms, signal) =>
        new Promise((end, fail) => {
          waits.push({ ms, end })
          signal?.addEventListener('abort', () => fail(new HoldfastError('ABORTED')), { once: true })
        }),
      random: seededRandom('connector')
    },
    { peer: 'a' as DeviceId, addresses: [] },
    () => assert.fail('nothing to use')
  )
  assert.equal(await connector.attempt(), 'RATE_LIMITED')
  await turn()
  assert.equal(await connector.attempt(), 'RATE_LIMITED')
  await turn()
  assert.equal(dials, 1)
  assert.deepEqual(
    waits.map(({ ms }) => ms),
    [90_000]
  )
  waits[0]!.end()
  await turn()
  assert.equal(dials, 2)
  await connector.stop()
})

test('pauses double up to a bound, and no two devices take the same ones', () => {
  const random = seededRandom('backoff')
  const series = Array.from({ length: 20 }, () => {
    const backoff = new Backoff(random, 500, 30_000)
    return Array.from({ length: 8 }, () => backoff.next())
  })
  for (const pauses of series)
    for (const [i, ms] of pauses.entries()) {
      const most = Math.min(30_000, 500 * 2 ** i)
      assert.ok(ms >= most / 2 && ms <= most, `${i}: ${ms}`)
    }
  assert.ok(new Set(series.map((pauses) => pauses.join())).size > 10)
})
