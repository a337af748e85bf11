import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { FileId, Id } from '../base/ids.ts'
import { makeCard } from './contact-card.ts'
import type { Invitation } from './envelope-content.ts'
import { floorOf } from './floors.ts'
import {
  acceptedBefore,
  boundedFloor,
  findInvite,
  inviteId,
  inviteIntent,
  invitesOf,
  isInviteKnown
} from './invites.ts'
import type { Invite } from './invites.ts'
import { VaultHome } from './testing.ts'

const ENVELOPE = 'abcd'.repeat(16) as Id<string>

test('an invitation is kept, found by how its id begins, and answered', async () => {
  const [home, sharer] = [await VaultHome.found('laptop'), await VaultHome.found('sharer')]
  const invite = await inviteOf(sharer)
  await home.vault.edit(() => [inviteIntent(invite)])
  const { index } = home.vault
  const expected: Invite = { ...invite, vault: sharer.vault.id, kind: 'folder' }
  assert.deepEqual(invitesOf(index), [expected])
  assert.deepEqual(findInvite(index, 'ABCDab'), expected)
  for (const prefix of ['', 'abc', 'abce', 'ffff'])
    assert.throws(() => findInvite(index, prefix), { code: 'UNKNOWN_INVITE' }, prefix)
  assert.equal(acceptedBefore(index, 'abcd'), undefined)
  const other = { ...invite, id: 'abcf'.repeat(8) as FileId }
  await home.vault.edit(() => [inviteIntent(other)])
  assert.equal(findInvite(home.vault.index, 'abcd').id, invite.id)
  await home.vault.edit(() => [inviteIntent({ ...invite, state: 'accepted' })])
  assert.throws(() => findInvite(home.vault.index, 'abcdab'), { code: 'INVITE_GONE' })
  assert.equal(acceptedBefore(home.vault.index, 'abcdab'), sharer.vault.id)
  assert.deepEqual(
    invitesOf(home.vault.index).map(({ id }) => id),
    [other.id]
  )
  assert.ok(isInviteKnown(home.vault.index, invite.id))
})

test('what mounts nothing, or carries a floor of another vault, is no invitation', async () => {
  const [home, sharer] = [await VaultHome.found('laptop'), await VaultHome.found('sharer')]
  const invite = await inviteOf(sharer)
  const { header, signature } = sharer.account.accountGenesis
  const account = { ...invite.invitation, genesis: { header, signature } }
  assert.throws(() => inviteIntent({ ...invite, invitation: account }), { code: 'MALFORMED' })
  const other = { ...invite.invitation, floor: floorOf(home.log) }
  assert.throws(() => inviteIntent({ ...invite, invitation: other }), { code: 'MALFORMED' })
})

test('of what is answered only that stays, whatever another device writes of it at the same time', async () => {
  const invite = await inviteOf(await VaultHome.found('sharer'))
  const open = inviteIntent(invite).value!
  for (const state of ['accepted', 'declined'] as const) {
    const mark = inviteIntent({ ...invite, state }).value!
    assert.ok(mark.length < 48, `${mark.length} bytes`)
    for (const values of [
      [mark, open],
      [open, mark]
    ]) {
      const index = { extraValues: () => values, extras: () => [{ file: invite.id, value: values[1]! }] }
      assert.deepEqual([invitesOf(index), isInviteKnown(index, invite.id)], [[], true])
    }
  }
})

test('a floor is cut to what an invitation can carry', () => {
  const head = (seq: number) => ({ log: `${'a'.repeat(64)}:${'b'.repeat(16)}`, seq, hash: 'c'.repeat(64) }) as never
  const floor = { vault: 'd'.repeat(64) as never, heads: Array.from({ length: 999 }, (_, i) => head(i)), epochs: [] }
  assert.ok(boundedFloor(floor).heads.length < 300)
})

test('garbage in the index is never more than nothing', async () => {
  const sharer = await VaultHome.found('sharer')
  const { value } = inviteIntent(await inviteOf(sharer))
  fc.assert(
    fc.property(fc.nat(value!.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const bent = value!.slice()
      bent[at]! ^= by
      const index = { extraValues: () => [bent], extras: () => [{ file: inviteId(ENVELOPE), value: bent }] }
      assert.ok(invitesOf(index).length <= 1)
    })
  )
})

async function inviteOf(sharer: VaultHome): Promise<Omit<Invite, 'vault' | 'kind'>> {
  const { root, recovery, personalGenesis } = sharer.account
  const sender = await makeCard({
    root,
    recovery,
    name: 'anna',
    chain: sharer.log.genesis.chain,
    relays: [],
    floor: [],
    seed: sharer.secrets.seed
  })
  const { header, signature } = personalGenesis
  const invitation: Invitation = {
    genesis: { header, signature },
    name: 'docs',
    file: null,
    role: 'writer',
    relays: [],
    floor: floorOf(sharer.log)
  }
  return { id: inviteId(ENVELOPE), state: 'open', sender, invitation }
}
