import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Engine } from '@holdfast/core/engine/engine'
import { acceptInvite, openInvites } from '@holdfast/core/engine/sharing/invitations'
import { friends, post, share } from './friends.ts'
import type { Friend } from './friends.ts'

test('an invitation whose relay gives nothing of it yet is not called gone: it stays, and is accepted later', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  await anna.device.write('docs/a.txt', 'alpha')
  await share(anna, 'docs', carl)
  await post(anna, carl)
  const { engine } = carl.device
  const [{ id, invitation }] = openInvites(engine) as [ReturnType<typeof openInvites>[0]]
  assert.equal(invitation.relays.length, 1)
  await assert.rejects(acceptInvite(reachingEverybody(engine), id), { code: 'NOT_GIVEN' })
  assert.equal(engine.personal.index.tree.resolve(['shared', 'docs']), undefined)
  assert.deepEqual(
    openInvites(engine).map((one) => one.id),
    [id]
  )
  // Twice at once: the second sees what the first did.
  const twice = await Promise.all([acceptInvite(engine, id), acceptInvite(engine, id)])
  assert.deepEqual(
    twice.map(({ invite, path }) => [invite === undefined, path]),
    [
      [false, ['shared', 'docs']],
      [true, ['shared', 'docs']]
    ]
  )
})

/** As if each relay could be reached, and none said anything. */
function reachingEverybody(engine: Engine): Engine {
  const nobody: never[] = []
  const network = {
    keep: () => undefined,
    attemptAll: async () => ({ failed: nobody }),
    keeps: () => true,
    sessionsWith: () => nobody
  }
  return new Proxy(engine, {
    get(of, key) {
      if (key === 'isOnline') return true
      if (key === 'network') return network
      const value: unknown = Reflect.get(of, key, of)
      return typeof value === 'function' ? value.bind(of) : value
    }
  })
}
