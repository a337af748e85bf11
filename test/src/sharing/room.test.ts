import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from '@holdfast/core/base/bytes'
import { floorOf } from '@holdfast/core/vault/floors'
import { inviteId } from '@holdfast/core/vault/invites'
import { ownCard } from '@holdfast/core/engine/account/contacts'
import { dismissRequests, keepRequest } from '@holdfast/core/engine/conversations/conversation-arrivals'
import { openRequests } from '@holdfast/core/engine/conversations/conversation-inbox'
import { declineInvite, keepInvitation, openInvites } from '@holdfast/core/engine/sharing/invitations'
import type { Received } from '@holdfast/core/engine/mail/mail-inbox'
import { assertRoom } from '@holdfast/core/engine/mail/mail-room'
import { genesisBytes } from '@holdfast/core/vault/first-entry'
import { systemRandom } from '@holdfast/node/home/platform'
import { friends, post, share } from './friends.ts'
import type { Friend } from './friends.ts'

const newId = (): Received['id'] => toHex(systemRandom.bytes(32)) as Received['id']

test('a stranger’s heap leaves a friend’s invitation its room; what finds none is refused, not lost, and fits once another is answered', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  const [mallory] = (await friends('mallory')) as [Friend]
  const { engine } = carl.device
  const sender = await ownCard(mallory.device.engine)
  const { vault } = mallory.device
  const genesis = await genesisBytes(vault.replica)
  const offer = { genesis, name: 'spam', file: null, role: 'writer' as const, relays: [] }
  const invitation = { ...offer, floor: floorOf(vault.replica.log) }
  const one = (): Received<'invitation'> => ({ id: newId(), sender, content: { kind: 'invitation', invitation } })
  const heap = Array.from({ length: 16 }, one)
  for (const received of heap) await keepInvitation(engine, received)
  const late = one()
  await assert.rejects(keepInvitation(engine, late), { code: 'INBOX_FULL' })
  await keepInvitation(engine, heap[3]!) // once more, as after a crash: it is known

  await anna.device.write('docs/a.txt', 'alpha')
  await share(anna, 'docs', carl)
  await post(anna, carl)
  assert.ok(openInvites(engine).some((invite) => invite.invitation.name === 'docs'))
  await declineInvite(engine, inviteId(heap[0]!.id))
  await keepInvitation(engine, late)

  const said = (): Received<'request'> => ({ id: newId(), sender, content: { kind: 'request', text: 'hello?' } })
  for (let i = 0; i < 16; i++) await keepRequest(engine, said())
  const next = said()
  await assert.rejects(keepRequest(engine, next), { code: 'INBOX_FULL' })
  const [first] = openRequests(engine)
  await dismissRequests(engine, ({ id }) => id === first!.id)
  await keepRequest(engine, next)
})

test('a crowd of strangers takes up no room of people who were verified', async () => {
  const [carl, anna] = (await friends('carl', 'anna')) as [Friend, Friend]
  const crowd = Array.from({ length: 128 }, (_, i) => i.toString(16).padStart(64, '0') as never)
  const { engine } = carl.device
  assert.throws(() => assertRoom(engine, 'ff'.repeat(32) as never, crowd), { code: 'INBOX_FULL' })
  const { account } = anna.device.home.state
  assertRoom(engine, account, crowd)
  const heap = Array.from({ length: 64 }, () => account)
  assert.throws(() => assertRoom(engine, account, heap), { code: 'INBOX_FULL' })
})

test('whoever offers what a friend offers neither hides the friend’s invitation nor takes it along when declined', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  const [mallory, eve] = (await friends('mallory', 'eve')) as [Friend, Friend]
  const { engine } = carl.device
  await anna.device.write('docs/a.txt', 'alpha')
  await share(anna, 'docs', carl)
  const [item] = await anna.device.engine.mail.waiting()
  assert.ok(item?.content.kind === 'invitation')
  const { invitation } = item.content
  const offer = async (from: Friend, first: string, name: string): Promise<Received['id']> => {
    const id = (first.repeat(8) + newId().slice(8)) as Received['id']
    const sender = await ownCard(from.device.engine)
    await keepInvitation(engine, { id, sender, content: { kind: 'invitation', invitation: { ...invitation, name } } })
    return id
  }
  const shown = (): string[] => openInvites(engine).map((invite) => invite.invitation.name)
  const last = await offer(mallory, 'f', 'junk')
  await offer(eve, '0', 'rubbish')
  // As long as nobody who was verified offers it, each of them is shown.
  assert.deepEqual(shown(), ['rubbish', 'junk'])
  await post(anna, carl)
  assert.deepEqual(shown(), ['docs'])
  await declineInvite(engine, inviteId(last))
  assert.deepEqual(shown(), ['docs'])
  await declineInvite(engine, openInvites(engine)[0]!.id)
  assert.deepEqual(shown(), ['rubbish'])
})
