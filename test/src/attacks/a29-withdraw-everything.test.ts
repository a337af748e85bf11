import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EntryHash } from '@holdfast/core/base/ids'
import { encodeOperations } from '@holdfast/core/index/operations'
import { payloadAad } from '@holdfast/core/log/header'
import { signEntry, withPinList } from '@holdfast/core/log/write'
import { sealPayload } from '@holdfast/core/seal/payload'
import { draftEntry } from '@holdfast/core/vault/author'
import type { Vault } from '@holdfast/core/vault/vault'
import { removeMember } from '@holdfast/core/engine/sharing/sharing'
import { systemRandom } from '@holdfast/node/home/platform'
import { picture, run } from '../mounts/scene.ts'
import { friends, shareAndAccept } from '../sharing/friends.ts'
import type { Friend } from '../sharing/friends.ts'
import { exchange } from './scene/link.ts'

test('A29 a writer who replaces, removes, withdraws and shreds everything loses the others nothing', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  const names = ['a', 'b', 'c', 'd']
  for (const name of names) await anna.device.write(`docs/${name}.txt`, `${name}, as it was`)
  const { mine, theirs } = await shareAndAccept(anna, 'docs', carl)
  const before = await picture(anna.device)
  const pinned = [...mine.replica.log.pins().liveRecords()]
  const blobs = [...mine.replica.log.pins().neededBlobs.keys()]
  assert.ok(pinned.length >= names.length && blobs.length >= names.length)

  for (const name of ['a', 'b'])
    await run(carl.device, 'add', { stdin: true, to: `/shared/docs/${name}.txt` }, 'pay me')
  await run(carl.device, 'rm', { paths: ['/shared/docs/c.txt', '/shared/docs/d.txt'] })
  // What no honest program writes: every object withdrawn, and destroyed, by somebody who owns none of them.
  const planted = await withdrawEverything(carl, theirs)
  for (let round = 0; round < 2; round++) {
    await exchange(carl.device, anna.relay)
    await exchange(anna.device, anna.relay)
  }
  const replicas = [mine.replica, anna.relay.replica.vault(mine.id)!]
  for (const { log } of replicas) {
    assert.equal(log.has(planted), true)
    for (const record of pinned) assert.equal(log.pins().isLive(record), true)
    for (const blob of blobs) assert.equal(log.pins().neededBlobs.has(blob), true)
    assert.equal(log.pins().shreddedObjects().size, 0)
  }
  assert.deepEqual(
    (await run(anna.device, 'ls', { path: '/docs' })).map(({ path, bytes }) => [path, bytes]),
    [
      ['/docs/a.txt', 6],
      ['/docs/b.txt', 6]
    ],
    'the attack did what it could'
  )

  assert.ok(mine.replica.log.pins().unpins().length > 0)
  await removeMember(mine, carl.device.home.state.account)
  await exchange(anna.device, anna.relay)
  for (const { log } of replicas) {
    for (const { state } of log.pins().unpins()) assert.equal(state, 'void')
    for (const record of pinned) assert.equal(log.pins().isWanted(record), true)
  }
  for (const name of ['c', 'd']) await run(anna.device, 'restore', { target: `/docs/${name}.txt` })
  for (const name of ['a', 'b']) {
    const versions = await run(anna.device, 'history', { path: `/docs/${name}.txt` })
    const own = versions.find(({ author }) => (author as { self: boolean } | undefined)?.self === true)
    await run(anna.device, 'restore', { target: `/docs/${name}.txt@${String(own?.['version'])}` })
  }
  assert.deepEqual(await picture(anna.device), before)
})

/** An entry that withdraws and shreds each object of the vault. */
async function withdrawEverything({ device }: Friend, vault: Vault): Promise<EntryHash> {
  const { log } = vault.replica
  const objects = [...log.pins().liveRecords()].map((record) => log.pins().objectOf(record)!).sort()
  const epoch = log.writableEpoch()!
  const pinList = { records: [], unpins: objects, shreds: objects }
  const draft = draftEntry(vault.replica, device.engine.author, 'change', epoch)
  const header = withPinList({ ...draft, documents: [] }, pinList)
  const payload = await sealPayload(vault.keys(epoch)!.payload, encodeOperations([]), payloadAad(header), systemRandom)
  const { bytes } = await signEntry(header, payload, device.secrets.seed, pinList)
  const hash = await vault.replica.append(bytes, [])
  await vault.settled()
  return hash
}
