import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '../base/limits.ts'
import { invitable, withCertificate } from './own-addresses.ts'

test('an invitation leads with the address most likely to work, and fits', () => {
  const addresses = [
    '/ip4/127.0.0.1/tcp/1/p2p/X',
    '/ip4/10.0.0.2/tcp/2/ws/p2p/X',
    '/ip4/10.0.0.2/tcp/1/p2p/X',
    '/ip6/::1/tcp/3/p2p/X'
  ]
  assert.deepEqual(invitable(addresses), [
    '/ip4/10.0.0.2/tcp/1',
    '/ip4/10.0.0.2/tcp/2/ws',
    '/ip4/127.0.0.1/tcp/1',
    '/ip6/::1/tcp/3'
  ])
  const inDocker = ['192.168.1.5', '172.17.0.1', '172.18.0.1', '127.0.0.1'].flatMap((host) =>
    ['udp/4256/webrtc-direct/certhash/uX', 'tcp/4257/ws', 'tcp/4256'].map((how) => `/ip4/${host}/${how}`)
  )
  assert.deepEqual(invitable(inDocker).slice(-3), [
    '/ip4/172.18.0.1/tcp/4257/ws',
    '/ip4/192.168.1.5/udp/4256/webrtc-direct/certhash/uX',
    '/ip4/172.17.0.1/udp/4256/webrtc-direct/certhash/uX'
  ])
  const many = Array.from({ length: 40 }, (_, i) => `/ip4/10.0.0.${i}/tcp/1`)
  assert.equal(invitable([...many, ...many, `/dns4/${'x'.repeat(300)}/tcp/1`]).length, LIMITS.addresses)
})

test('an address for browsers that somebody announces gets the hash of the certificate', () => {
  const listening = ['/ip4/10.0.0.2/tcp/1/p2p/X', '/ip4/10.0.0.2/udp/1/webrtc-direct/certhash/uX/p2p/X']
  const typed = ['/ip4/192.0.2.1/udp/9/webrtc-direct', '/ip4/192.0.2.1/tcp/9/ws', '/dns4/x/udp/9/webrtc-direct/p2p/X']
  assert.deepEqual(withCertificate(typed, listening), [
    '/ip4/192.0.2.1/udp/9/webrtc-direct/certhash/uX',
    '/ip4/192.0.2.1/tcp/9/ws',
    '/dns4/x/udp/9/webrtc-direct/certhash/uX/p2p/X'
  ])
  const told = ['/ip4/192.0.2.1/udp/9/webrtc-direct/certhash/uY']
  assert.deepEqual(withCertificate(told, listening), told)
  assert.deepEqual(withCertificate(typed, []), typed)
})
