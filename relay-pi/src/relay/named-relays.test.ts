import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceId } from '@holdfast/core/base/ids'
import type { RelayInfo } from '@holdfast/core/log/statement'
import { MAX_NEIGHBOURS } from './neighbours.ts'
import { namedRelays } from './named-relays.ts'
import type { NamingVault } from './named-relays.ts'

const SELF = '00'.repeat(32) as DeviceId
const peer = (n: number): DeviceId => n.toString(16).padStart(64, 'f') as DeviceId
const at = (n: number, ...addresses: string[]): RelayInfo => ({ peer: peer(n), name: '', addresses })

function vault(founder: number, relays: readonly RelayInfo[], namesSelf = true): NamingVault {
  const all = namesSelf ? [at(0), { ...at(0), peer: SELF }, ...relays] : relays
  const membership = { relays: all, isRelay: (one: DeviceId) => all.some((relay) => relay.peer === one) }
  return { log: { genesis: { root: new Uint8Array(32).fill(founder) }, membership: () => membership } } as never
}

test('one account with many vaults of invented relays leaves the others theirs', () => {
  const invented = Array.from({ length: 5 }, (_, v) =>
    vault(
      1,
      Array.from({ length: 15 }, (_, i) => at(100 + v * 16 + i, '/ip4/127.0.0.1/tcp/22'))
    )
  )
  const found = namedRelays([...invented, vault(2, [at(1, 'a'), at(2, 'b')])], SELF, MAX_NEIGHBOURS)
  assert.equal(found.size, MAX_NEIGHBOURS)
  assert.deepEqual([found.get(peer(1)), found.get(peer(2))], [['a'], ['b']])
})

test('false addresses of a relay do not push out the one that another account says', () => {
  const wrong = Array.from({ length: 3 }, (_, v) =>
    vault(1, [at(1, ...Array.from({ length: 8 }, (_, i) => `wrong ${v} ${i}`))])
  )
  const addresses = namedRelays([...wrong, vault(2, [at(1, 'right')])], SELF, MAX_NEIGHBOURS).get(peer(1)) ?? []
  assert.equal(addresses.length, 8)
  assert.equal(addresses[1], 'right')
})

test('what does not name this one, or says nowhere, is not looked for', () => {
  const found = namedRelays([vault(1, [at(1, 'a')], false), vault(1, [at(2), at(3, 'c')])], SELF, MAX_NEIGHBOURS)
  assert.deepEqual([...found], [[peer(3), ['c']]])
})
