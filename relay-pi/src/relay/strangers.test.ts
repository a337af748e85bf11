import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceId } from '@holdfast/core/base/ids'
import { MAX_STRANGERS, Strangers } from './strangers.ts'
import type { StrangerConnection } from './strangers.ts'

function gate(known: readonly string[] = []): {
  strangers: Strangers
  sent: string[]
  come(name: string, host: string): StrangerConnection
} {
  const sent: string[] = []
  const strangers = new Strangers((peer) => known.includes(peer))
  const come = (name: string, host: string): StrangerConnection => {
    const close = async (): Promise<void> => {
      sent.push(name)
    }
    const connection = { peerKey: name as DeviceId, remoteAddress: `/ip4/${host}/tcp/1/p2p/x`, close }
    strangers.arrived(connection)
    return connection
  }
  return { strangers, sent, come }
}

test('a flood from one address pushes out its own connections, not a device that waits to be paired', () => {
  const { sent, come } = gate()
  come('pairing', '10.0.0.1')
  for (let i = 0; i < MAX_STRANGERS + 10; i += 1) come(`flood ${i}`, '10.6.6.6')
  assert.deepEqual(
    sent,
    Array.from({ length: 11 }, (_, i) => `flood ${i}`)
  )
})

test('members are not counted, nor those who became members, nor who left', () => {
  const known = ['member']
  const { strangers, sent, come } = gate(known)
  for (let i = 0; i < MAX_STRANGERS; i += 1) come(`stranger ${i}`, `10.0.0.${i}`)
  for (let i = 0; i < 100; i += 1) come('member', '10.0.1.1')
  assert.deepEqual(sent, [])
  known.push('stranger 3')
  come('late', '10.0.2.1')
  assert.deepEqual(sent, [])
  strangers.left(come('later', '10.0.2.2'))
  assert.deepEqual(sent, ['stranger 0'])
  come('last', '10.0.2.3')
  assert.deepEqual(sent, ['stranger 0'])
})
