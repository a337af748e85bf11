import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceId } from '@holdfast/core/base/ids'
import type { ReplicaEvent } from '@holdfast/core/sync/replica/replica'
import { KnownPeers } from './known-peers.ts'

test('a stranger is looked for once, until something was said or some seconds have passed; members always', () => {
  const members = new Set<DeviceId>(['member' as DeviceId])
  let [looks, now] = [0, 0]
  const peers = new KnownPeers(
    (peer) => {
      looks += 1
      return members.has(peer)
    },
    () => now
  )
  const stranger = 'stranger' as DeviceId
  for (let i = 0; i < 64; i += 1) assert.equal(peers.isKnown(stranger), false)
  assert.equal(looks, 1)
  members.add(stranger)
  peers.follow({ kind: 'vaults' } as ReplicaEvent)
  assert.equal(peers.isKnown(stranger), true)
  members.delete(stranger)
  assert.equal(peers.isKnown(stranger), false, 'who is known is asked for every time')
  members.add(stranger)
  now = 5_000
  assert.equal(peers.isKnown(stranger), true)

  looks = 0
  for (let i = 0; i < 5_000; i += 1) peers.isKnown(`flood ${i}` as DeviceId)
  assert.equal(peers.isKnown('flood 4999' as DeviceId), false)
  assert.equal(looks, 5_000)
  peers.isKnown('flood 0' as DeviceId)
  assert.equal(looks, 5_001, 'what is remembered is bounded')
})
