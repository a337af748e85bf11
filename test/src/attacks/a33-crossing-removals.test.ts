import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeEntry } from '@holdfast/core/log/entry'
import { signEntry } from '@holdfast/core/log/write'
import { draftEntry } from '@holdfast/core/vault/author'
import { Keyring } from '@holdfast/core/vault/keyring'
import { epochRecipients } from '@holdfast/core/vault/recipients'
import { removeMember } from '@holdfast/core/engine/sharing/sharing'
import { systemRandom } from '@holdfast/node/home/platform'
import { run } from '../mounts/scene.ts'
import { friends, namesIn, shareAndAccept } from '../sharing/friends.ts'
import type { Friend } from '../sharing/friends.ts'
import { exchange } from './scene/link.ts'

test('A33 two owners who remove each other both fall, everywhere alike, and neither reads on', async () => {
  const [anna, carl, dora] = (await friends('anna', 'carl', 'dora')) as [Friend, Friend, Friend]
  await anna.device.write('docs/a.txt', 'alpha')
  const { mine, theirs: carls } = await shareAndAccept(anna, 'docs', carl)
  const { theirs: doras } = await shareAndAccept(anna, 'docs', dora)
  // Owners of one entry are equals; of two the earlier one has the higher rank.
  const accounts = [carl, dora].map(({ device }) => device.home.state.account)
  await mine.state(accounts.map((account) => ({ kind: 'role', account, role: 'owner' })))
  await meet(anna, carl, dora)
  // Neither knows of the other's removal, and each begins an epoch for those who stay.
  await removeMember(carls, dora.device.home.state.account)
  await removeMember(doras, carl.device.home.state.account)
  await run(carl.device, 'mkdir', { paths: ['/shared/docs/of carl'] })
  await run(dora.device, 'mkdir', { paths: ['/shared/docs/of dora'] })
  // One tells the relay, the other Anna herself: whoever is told of the first would not listen to the second any more.
  await exchange(carl.device, anna.relay)
  await exchange(dora.device, anna.device)
  await exchange(anna.device, anna.relay)
  await exchange(anna.device, anna.relay)
  await run(anna.device, 'mkdir', { paths: ['/docs/secret'] })
  await meet(anna, carl, dora)
  const owner = [anna.device.home.state.account]
  for (const { log } of [mine.replica, anna.relay.replica.vault(mine.id)!])
    assert.deepEqual([...log.membership().accounts.keys()], owner)
  const epoch = mine.replica.log.writableEpoch()!
  assert.notEqual(mine.keys(epoch), undefined)
  for (const vault of [carls, doras]) {
    assert.equal(namesIn(vault).includes('secret'), false)
    const wires = await Promise.all(mine.replica.log.order().map((hash) => mine.replica.wireEntry(hash)))
    await vault.replica.receive(
      wires.map((wire) => wire!),
      anna.device.id
    )
    await vault.settled()
    assert.deepEqual([...vault.replica.log.membership().accounts.keys()], owner)
    assert.equal(vault.keys(epoch), undefined)
    assert.equal(namesIn(vault).includes('secret'), false)
  }
})

test('A33 an epoch that leaves a member out, or is wrapped to somebody who is none, is taken by nobody', async () => {
  const [anna, carl, eve] = (await friends('anna', 'carl', 'eve')) as [Friend, Friend, Friend]
  await anna.device.write('docs/a.txt', 'alpha')
  const { mine, theirs } = await shareAndAccept(anna, 'docs', carl)
  const all = epochRecipients(theirs.replica.log.membership())
  const { secrets, home } = eve.device
  const stranger = { kind: 'device' as const, id: secrets.device, xPublic: secrets.xPublic }
  const recovery = { kind: 'recovery' as const, id: home.state.account, xPublic: home.state.recovery }
  for (const recipients of [all.slice(1), [...all, stranger], [...all, recovery], [...all.slice(1), stranger]]) {
    const ring = new Keyring(theirs.id, carl.device.secrets)
    const body = { kind: 'epoch' as const, ...(await ring.begin(recipients, [], systemRandom)) }
    const draft = draftEntry(theirs.replica, carl.device.engine.author, 'epoch')
    const { bytes, hash } = await signEntry(draft, body, carl.device.secrets.seed)
    for (const replica of [mine.replica, anna.relay.replica.vault(mine.id)!]) {
      await exchange(carl.device, anna.relay)
      await exchange(anna.device, anna.relay)
      const report = await replica.receive([{ entry: encodeEntry(bytes), records: [] }], carl.device.id)
      assert.deepEqual(
        report.refused.map((one) => one.hash),
        [hash]
      )
    }
  }
})

test('A1 a relay that makes an epoch, wraps a key or adds a member of its own is not listened to', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  await anna.device.write('docs/a.txt', 'alpha')
  const { mine } = await shareAndAccept(anna, 'docs', carl)
  await meet(anna, carl)
  const { key, replica } = anna.relay
  const hosted = replica.vault(mine.id)!
  const author = { secrets: key, incarnation: () => anna.device.home.state.incarnation, clock: anna.relay.clock }
  const ring = new Keyring(mine.id, key)
  const made = await ring.begin(epochRecipients(mine.replica.log.membership()), [], systemRandom)
  const epoch = mine.replica.log.writableEpoch()!
  const bodies = [
    { kind: 'epoch' as const, ...made },
    { kind: 'wrap' as const, epoch, wraps: made.wraps },
    {
      kind: 'statement' as const,
      statements: [{ kind: 'add' as const, root: key.xPublic, recovery: key.xPublic, role: 'owner' as const, name: '' }]
    }
  ]
  for (const body of bodies) {
    const { bytes, hash } = await signEntry(draftEntry(hosted, author, body.kind), body, key.seed)
    for (const { device } of [anna, carl]) {
      const vault = device.engine.vaultOf(mine.id)!
      const report = await vault.replica.receive([{ entry: encodeEntry(bytes), records: [] }], anna.relay.id)
      assert.deepEqual(report.refused, [{ hash, code: 'NOT_A_MEMBER' }])
      assert.equal(vault.replica.log.writableEpoch(), epoch)
    }
  }
})

async function meet(first: Friend, ...others: readonly Friend[]): Promise<void> {
  for (let round = 0; round < 2; round++)
    for (const { device } of [first, ...others]) await exchange(device, first.relay)
}
