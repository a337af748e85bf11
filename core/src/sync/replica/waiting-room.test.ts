import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceId, EntryHash } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { WaitingRoom } from './waiting-room.ts'
import type { Arrival } from './waiting-room.ts'

function arrival(hash: string, from = 'peer', sizeBytes = 100): Arrival {
  return { entry: { hash } as never, records: [], from: from as DeviceId, sizeBytes }
}

const hashes = (...names: string[]): EntryHash[] => names as EntryHash[]

test('an entry goes on when the last of its ancestors has arrived', () => {
  const room = new WaitingRoom()
  room.add(arrival('c'), hashes('a', 'b'))
  room.add(arrival('d'), hashes('b'))
  assert.deepEqual(room.arrived('a' as EntryHash), [])
  assert.ok(room.isAwaited('b' as EntryHash))
  assert.deepEqual(
    room.arrived('b' as EntryHash).map(({ entry }) => entry.hash),
    ['c', 'd']
  )
  assert.equal(room.size, 0)
})

test('one peer fills a quarter of it, in number and in bytes; others still find room', () => {
  const room = new WaitingRoom()
  let taken = 0
  for (let i = 0; i < LIMITS.pendingEntries; i++) if (room.add(arrival(`e${i}`), hashes('nowhere'))) taken++
  assert.equal(taken, LIMITS.pendingEntries / 4)
  assert.ok(room.add(arrival('other', 'other peer'), hashes('nowhere')))
  assert.ok(room.add(arrival('large', 'third peer', LIMITS.pendingBytes / 4), hashes('nowhere')))
  assert.equal(room.add(arrival('more', 'third peer'), hashes('nowhere')), false)
})

test('what a peer left goes with it, and frees its share', () => {
  const room = new WaitingRoom()
  for (let i = 0; i < 10; i++) room.add(arrival(`e${i}`), hashes('nowhere', `x${i}`))
  room.add(arrival('stays', 'other'), hashes('nowhere'))
  room.forget('peer' as DeviceId)
  assert.equal(room.size, 1)
  assert.equal(room.isAwaited('x1' as EntryHash), false)
  assert.deepEqual(
    room.arrived('nowhere' as EntryHash).map(({ entry }) => entry.hash),
    ['stays']
  )
})
