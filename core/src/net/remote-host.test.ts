import assert from 'node:assert/strict'
import { test } from 'node:test'
import { remoteHostOf } from './remote-host.ts'

test('addresses of one machine, or of one IPv6 network, are one host', () => {
  assert.equal(remoteHostOf('/ip4/192.0.2.7/tcp/4256/p2p/12D3'), 'ip4/192.0.2.7')
  const one = ['/ip6/2001:db8::1/tcp/1', '/ip6/2001:db8:0:0:9::2/tcp/2/ws', '/ip6/2001:0db8::ffff:1:2:3/tcp/1']
  assert.deepEqual(new Set(one.map(remoteHostOf)), new Set(['ip6/2001:db8:0:0']))
  assert.equal(remoteHostOf('/ip6zone/eth0/ip6/fe80::1/tcp/1'), 'ip6/fe80:0:0:0')
  assert.equal(remoteHostOf('/ip6/::1/tcp/1'), remoteHostOf('/ip6/::2/tcp/1'))
  assert.notEqual(remoteHostOf('/ip6/2001:db8:0:1::1/tcp/1'), one.map(remoteHostOf)[0])
})
