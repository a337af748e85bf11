import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceId } from '../base/ids.ts'
import { alikeIn } from './alike.ts'

test('peers of one name are alike, however it is written; one that is told of twice is not', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((one) => one.repeat(64)) as [DeviceId, DeviceId, DeviceId]
  const peers = [
    { peer: a, name: 'Shed' },
    { peer: b, name: 'shed' },
    { peer: c, name: 'attic' },
    { peer: c, name: 'attic' }
  ]
  assert.deepEqual([...alikeIn(peers)], [a, b])
})
