import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from '@holdfast/core/base/bytes'
import type { FileId } from '@holdfast/core/base/ids'
import { makeFolder } from '@holdfast/core/index/edits'
import { floorOf } from '@holdfast/core/vault/floors'
import { invitesOf } from '@holdfast/core/vault/invites'
import { mountIntent, mountNode } from '@holdfast/core/vault/mounts'
import type { MountRecord } from '@holdfast/core/vault/mounts'
import type { Vault } from '@holdfast/core/vault/vault'
import { ownCard } from '@holdfast/core/engine/account/contacts'
import { keepInvitation } from '@holdfast/core/engine/sharing/invitations'
import { genesisBytes } from '@holdfast/core/vault/first-entry'
import { systemRandom } from '@holdfast/node/home/platform'
import { friends, namesIn, shareAndAccept } from '../sharing/friends.ts'
import type { Friend } from '../sharing/friends.ts'
import { exchange } from './scene/link.ts'

test('A30 a member who plants mounts in a shared vault mounts nothing at others: not their private vault, not the shared one in itself', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  await anna.device.write('docs/a.txt', 'alpha')
  await anna.device.write('private.txt', 'private')
  const { mine, theirs } = await shareAndAccept(anna, 'docs', carl)
  const planted = [
    ['annas', await recordOf(anna.device.vault)],
    ['circle', await recordOf(theirs)],
    ['carls', await recordOf(carl.device.vault)]
  ] as const
  for (const [name, record] of planted) {
    const node = toHex(systemRandom.bytes(16)) as FileId
    await theirs.edit(() => [
      ...makeFolder(theirs.index.tree, node, { parent: null, name }, 1),
      mountIntent(node, record)
    ])
  }
  const before = anna.device.engine.mounts()
  await exchange(carl.device, anna.relay)
  await exchange(anna.device, anna.relay)
  assert.deepEqual(namesIn(mine), ['a.txt', 'annas', 'carls', 'circle'])
  const { engine } = anna.device
  assert.deepEqual(engine.mounts(), before)
  assert.equal(engine.vaults().length, 2)
  for (const [name] of planted) {
    const place = engine.place(['docs', name, 'private.txt'])
    assert.deepEqual([place.vault.id, place.path], [mine.id, [name, 'private.txt']])
    assert.equal(mine.index.tree.resolve(place.path), undefined)
  }
  await anna.device.restart()
  assert.equal(anna.device.engine.vaults().length, 2)
})

test('A30 an invitation to a vault of one’s own, or one that names two vaults, is dropped', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  const sender = await ownCard(carl.device.engine)
  const { personal, accountVault } = anna.device.engine
  const of = async (vault: Pick<Vault, 'replica'>, floor = floorOf(vault.replica.log)) => {
    const genesis = await genesisBytes((vault as Vault).replica)
    const invitation = { genesis, name: 'docs', file: null, role: 'writer' as const, relays: [], floor }
    const id = toHex(systemRandom.bytes(32)) as Parameters<typeof keepInvitation>[1]['id']
    await keepInvitation(anna.device.engine, { id, sender, content: { kind: 'invitation', invitation } })
  }
  await of(personal)
  await of({ replica: accountVault })
  await of(carl.device.vault, floorOf(personal.replica.log))
  assert.deepEqual(invitesOf(personal.index), [])
  await of(carl.device.vault)
  assert.equal(invitesOf(personal.index).length, 1)
  assert.equal(mountNode(carl.device.vault.id).length, 32)
})

async function recordOf(vault: Vault): Promise<MountRecord> {
  return { genesis: await genesisBytes(vault.replica), file: null, relays: [], floor: null, inviter: null }
}
