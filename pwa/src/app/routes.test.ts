import assert from 'node:assert/strict'
import test from 'node:test'
import { hashOf, routeOf } from './routes.ts'
import type { Route } from './routes.ts'

const ROUTES: readonly Route[] = [
  { screen: 'home' },
  { screen: 'files', path: '/' },
  { screen: 'files', path: '/Bücher & mehr/50 % off?/a#b' },
  { screen: 'view', path: '/..%2Fetc/\u202egpj.exe' },
  { screen: 'activity' },
  { screen: 'devices' },
  { screen: 'add-device' },
  { screen: 'you' },
  { screen: 'create' },
  { screen: 'recover' },
  { screen: 'join' },
  { screen: 'join', invitation: 'holdfast:pair/AbC-_9' }
]

test('the address of every screen leads back to it, whatever a file is called', () => {
  for (const route of ROUTES) assert.deepEqual(routeOf(hashOf(route)), route)
})

test('no address holds a name', () => {
  const hash = hashOf({ screen: 'view', path: '/Secret plans/me & you.pdf' })
  assert.match(hash, /^#\/view\/[0-9a-f]{16}-\d+$/)
  assert.notEqual(hash, hashOf({ screen: 'view', path: '/Secret plans/other.pdf' }))
})

test('an address that nobody made leads to no screen, and to no error', () => {
  for (const hash of ['#/nowhere', '#/you/more', '#/files/a/b', '#//', '#/devices/x'])
    assert.deepEqual(routeOf(hash), { screen: 'unknown' }, hash)
  for (const hash of ['', '#', '#/', '#/files/%E0%A4%A', '#/files/of-a-page-that-is-gone', '#/view'])
    assert.deepEqual(routeOf(hash), { screen: 'home' }, hash)
})
