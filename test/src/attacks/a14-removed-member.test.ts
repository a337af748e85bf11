import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memberStatements } from '@holdfast/core/vault/found'
import { draftEntry } from '@holdfast/core/vault/author'
import { signEntry } from '@holdfast/core/log/write'
import type { ClearBody } from '@holdfast/core/log/write'
import { encodeEntry } from '@holdfast/core/log/entry'
import type { UnverifiedEntry } from '@holdfast/core/log/entry'
import type { WireEntry } from '@holdfast/core/sync/wire/messages'
import type { VaultReplica } from '@holdfast/core/sync/replica/vault-replica'
import type { Vault } from '@holdfast/core/vault/vault'
import { removeMember } from '@holdfast/core/engine/sharing/sharing'
import { run } from '../mounts/scene.ts'
import { friends, namesIn, shareAndAccept } from '../sharing/friends.ts'
import type { Friend } from '../sharing/friends.ts'
import { exchange } from './scene/link.ts'

test('A14 a removed member cannot add itself again, and what it writes under an old key is taken by nobody', async () => {
  const { anna, carl, mine, theirs } = await parted()
  const { root, recovery } = carl.device.home.state
  const chain = carl.device.engine.accountVault.log.genesis.chain
  // It holds no entry of its removal, so its own replica takes what it says.
  const again = await signed(carl, theirs, {
    kind: 'statement',
    statements: memberStatements({ root, recovery, role: 'owner', statements: chain })
  })
  await run(carl.device, 'mkdir', { paths: ['/shared/docs/smuggled'] })
  const entries = theirs.replica.log.order().filter((hash) => !mine.replica.log.has(hash))
  const wires: WireEntry[] = [{ entry: encodeEntry(again.bytes), records: [] }]
  for (const hash of entries) wires.push(await wireOf(theirs.replica, hash))
  for (const replica of [mine.replica, anna.relay.replica.vault(mine.id)!]) {
    const report = await replica.receive(wires, carl.device.id)
    assert.ok(report.refused.some(({ hash, code }) => hash === again.hash && code === 'NOT_A_MEMBER'))
    assert.equal(replica.log.membership().accounts.has(carl.device.home.state.account), false)
    for (const hash of [again.hash, ...entries]) assert.equal(replica.log.isCounted(hash), false)
  }
  await mine.settled()
  assert.deepEqual(namesIn(mine), ['a.txt', 'secret'])
})

test('A14 a removed member to whom everything is leaked reads nothing of the new epoch', async () => {
  const { anna, mine, theirs } = await parted()
  const wires: WireEntry[] = []
  for (const hash of mine.replica.log.order()) wires.push(await wireOf(mine.replica, hash))
  await theirs.replica.receive(wires, anna.device.id)
  await theirs.settled()
  assert.deepEqual(theirs.replica.log.heads(), mine.replica.log.heads())
  assert.deepEqual(namesIn(theirs), ['a.txt'])
  const epoch = mine.replica.log.writableEpoch()!
  assert.notEqual(mine.keys(epoch), undefined)
  assert.equal(theirs.keys(epoch), undefined)
})

/** Anna shared /docs with Carl and took him out again; then she made a folder. */
async function parted(): Promise<{ anna: Friend; carl: Friend; mine: Vault; theirs: Vault }> {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  await anna.device.write('docs/a.txt', 'alpha')
  const { mine, theirs } = await shareAndAccept(anna, 'docs', carl)
  await exchange(anna.device, anna.relay)
  await removeMember(mine, carl.device.home.state.account)
  await run(anna.device, 'mkdir', { paths: ['/docs/secret'] })
  await exchange(anna.device, anna.relay)
  await exchange(carl.device, anna.relay)
  return { anna, carl, mine, theirs }
}

function signed({ device }: Friend, vault: Vault, body: ClearBody): Promise<UnverifiedEntry> {
  return signEntry(draftEntry(vault.replica, device.engine.author, body.kind), body, device.secrets.seed)
}

async function wireOf(replica: VaultReplica, hash: Parameters<VaultReplica['wireEntry']>[0]): Promise<WireEntry> {
  return (await replica.wireEntry(hash))!
}
