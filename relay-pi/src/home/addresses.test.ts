import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '@holdfast/core/base/limits'
import { invitable } from './addresses.ts'

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
  const many = Array.from({ length: 40 }, (_, i) => `/ip4/10.0.0.${i}/tcp/1`)
  assert.equal(invitable([...many, ...many, `/dns4/${'x'.repeat(300)}/tcp/1`]).length, LIMITS.addresses)
})
