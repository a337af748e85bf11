import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceId } from '../../base/ids.ts'
import type { Engine } from '../engine.ts'
import { withoutRelay } from './relay-report.ts'

const [attic, cellar, garage] = ['a', 'b', 'c'].map((digit) => digit.repeat(64) as DeviceId) as [
  DeviceId,
  DeviceId,
  DeviceId
]

/** One vault at three relays, two copies, none of them here; `holders` of each of its objects. */
function engineOver(holders: readonly DeviceId[][], away: readonly DeviceId[]): Engine {
  const relays = [attic, cellar, garage].map((peer) => ({ peer }))
  const pins = {
    liveRecords: () => holders.map((_, n) => n),
    isWanted: () => true,
    objectOf: (n: number) => `object ${n}`
  }
  const log = { membership: () => ({ relays, copies: 2, isRelay: () => true }), pins: () => pins }
  return {
    home: {
      replica: {
        vaults: () => [{ id: 'v', log, mayNameTo: () => true }],
        placed: { isAway: (_vault: string, relay: DeviceId) => away.includes(relay) },
        peers: { objectState: (_vault: string, n: number) => ({ complete: holders[n], incomplete: [] }) }
      }
    },
    exchange: { wanted: { isComplete: () => false } }
  } as unknown as Engine
}

test('without a relay a copy at one that is away counts for nothing', () => {
  const holders = [
    [attic, cellar],
    [attic, garage],
    [cellar, garage]
  ]
  assert.deepEqual(withoutRelay(engineOver(holders, []), attic), { lost: 0, fewer: 2 })
  assert.deepEqual(withoutRelay(engineOver(holders, [cellar]), attic), { lost: 1, fewer: 3 })
  assert.deepEqual(withoutRelay(engineOver(holders, [attic]), attic), { lost: 0, fewer: 2 }, 'it may be the one to go')
})
