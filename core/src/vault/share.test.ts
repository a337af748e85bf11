import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concat, utf8 } from '../base/bytes.ts'
import { foundingStatements, foundVault, memberStatements } from './found.ts'
import { floorOf } from './floors.ts'
import { linkFile, linkFolder } from './link.ts'
import { mountNode, mountsOf } from './mounts.ts'
import type { MountRecord } from './mounts.ts'
import { leftovers, replaceByMount } from './share.ts'
import type { IsLinked } from './share.ts'
import { exchangeLogs, only, VaultHome } from './testing.ts'
import { sourceOfBytes } from './content-source.ts'
import type { Vault } from './vault.ts'

test('a linked folder reads in the new vault without a byte of its content being read', async () => {
  const home = await VaultHome.found('laptop')
  await home.write('docs/a.txt', 'alpha')
  await home.write('docs/deep/b.txt', new Uint8Array(300_000).fill(7))
  await home.write('other.txt', 'not shared')
  const target = await founded(home)
  const folder = home.vault.index.tree.resolve(['docs'])!
  const held = new Map(home.blobs.blobs)
  home.blobs.blobs.clear()
  const { linked, ...report } = await linkFolder(home.vault, folder.id, target)
  assert.deepEqual(report, { files: 2, root: null, failed: [] })
  assert.equal(linked.size, 3)
  assert.equal(home.blobs.blobs.size, 0)
  for (const [id, bytes] of held) home.blobs.blobs.set(id, bytes)
  assert.deepEqual(namesOf(target), ['a.txt', 'deep', 'deep/b.txt'])
  assert.deepEqual(await contentOf(target, 'a.txt'), utf8('alpha'))
  assert.deepEqual(await contentOf(target, 'deep/b.txt'), new Uint8Array(300_000).fill(7))
})

test('the old folder gives way to the mount; what was added to it meanwhile comes back under a name near to it', async () => {
  const home = await VaultHome.found('laptop')
  const phone = await VaultHome.join(home, 'phone')
  await home.write('docs/a.txt', 'alpha')
  await exchangeLogs(home, phone)
  const target = await founded(home)
  const old = home.vault.index.tree.resolve(['docs'])!
  await linkFolder(home.vault, old.id, target)
  const mount = mountNode(target.id)
  const isLinked = linkedIn(target)
  const record = await recordOf(target)
  await home.vault.edit(() => replaceByMount(home.vault.index.tree, old, mount, record, isLinked, 5))
  assert.deepEqual(home.names(), ['docs'])
  assert.equal(mountsOf(home.vault.index)[0]?.vault, target.id)
  assert.deepEqual(
    leftovers(home.vault.index, () => isLinked),
    []
  )
  await phone.write('docs/stray.txt', 'written elsewhere at the same time')
  await exchangeLogs(home, phone)
  for (const one of [home, phone]) assert.deepEqual(one.names(), ['docs', 'docs (2)', 'docs (2)/stray.txt'])
  assert.deepEqual(
    leftovers(home.vault.index, () => isLinked),
    []
  )
})

test('a folder that was emptied in part is emptied to the end', async () => {
  const home = await VaultHome.found('laptop')
  await home.write('docs/a.txt', 'alpha')
  await home.write('docs/b.txt', 'beta')
  const target = await founded(home)
  const old = home.vault.index.tree.resolve(['docs'])!
  await linkFolder(home.vault, old.id, target)
  const mount = mountNode(target.id)
  const all = replaceByMount(home.vault.index.tree, old, mount, await recordOf(target), linkedIn(target), 5)
  await home.vault.edit(() => all.slice(0, -1))
  assert.equal(home.names().length > 1, true)
  await home.vault.edit(() => leftovers(home.vault.index, (at) => (at === mount ? linkedIn(target) : undefined)))
  assert.deepEqual(home.names(), ['docs'])
})

test('one file is shared like a folder', async () => {
  const home = await VaultHome.found('laptop')
  await home.write('a.txt', 'alpha')
  const target = await founded(home)
  const { root } = await linkFile(home.vault, home.vault.index.tree.resolve(['a.txt'])!, target)
  assert.deepEqual(target.index.tree.pathOf(root!), ['a.txt'])
})

test('who is added reads what was linked, and what comes after a removal not', async () => {
  const [anna, ben] = [await VaultHome.found('anna'), await VaultHome.found('ben')]
  await anna.write('docs/a.txt', 'alpha')
  const shared = await founded(anna)
  await linkFolder(anna.vault, anna.vault.index.tree.resolve(['docs'])!.id, shared)
  const { root, recovery, account } = ben.account
  await shared.state(memberStatements({ root, recovery, role: 'writer', statements: ben.log.genesis.chain }))
  const theirs = await ben.openAnother(await genesisOf(shared), [anna])
  for (const [id, bytes] of anna.blobs.blobs) await ben.blobs.put(id, bytes)
  await exchangeLogs(anna, ben)
  await theirs.settled()
  assert.deepEqual(await contentOf(theirs, 'a.txt'), utf8('alpha'))
  await write(theirs, 'b.txt', 'from ben')
  await exchangeLogs(anna, ben)
  await shared.settled()
  assert.deepEqual(await contentOf(shared, 'a.txt'), utf8('alpha'))
  assert.deepEqual(namesOf(shared), ['a.txt', 'b.txt'])
  await shared.state([{ kind: 'remove', account, voidUnpinsFrom: [] }])
  await shared.ensureEpoch()
  await write(shared, 'secret.txt', 'for those who stay')
  await exchangeLogs(anna, ben)
  await theirs.settled()
  assert.deepEqual(namesOf(theirs), ['a.txt', 'b.txt'])
  await write(theirs, 'c.txt', 'late')
  await exchangeLogs(anna, ben)
  await shared.settled()
  assert.deepEqual(namesOf(shared), ['a.txt', 'b.txt', 'secret.txt'])
})

async function founded(home: VaultHome): Promise<Vault> {
  const { author, random, log } = home
  const { account, root, recovery } = home.account
  const keys = { account, root, recovery }
  const bytes = await foundVault({ ...keys, author, chain: log.genesis.chain, kind: 'folder', documents: 16, random })
  const vault = await home.openAnother(bytes)
  await vault.state(foundingStatements({ accountLog: home.log, members: [], relays: [], copies: 1, repairAfterMs: 1 }))
  await vault.ensureEpoch()
  return vault
}

async function genesisOf(vault: Vault) {
  return (await vault.replica.store.entryBytes(vault.replica.log.order()[0]!))!
}

async function recordOf(target: Vault): Promise<MountRecord> {
  const { header, signature } = await genesisOf(target)
  return { genesis: { header, signature }, file: null, relays: [], floor: floorOf(target.replica.log), inviter: null }
}

async function contentOf(vault: Vault, name: string): Promise<Uint8Array> {
  const content = vault.index.tree.resolve(name.split('/'))?.content
  if (content === undefined || content.kind === 'folder') throw new Error(`no file ${name}`)
  const pieces: Uint8Array[] = []
  for await (const piece of vault.read(content)) pieces.push(piece.slice())
  return concat(...pieces)
}

async function write(vault: Vault, name: string, content: string): Promise<void> {
  const source = sourceOfBytes(utf8(content))
  await vault.addTree(only({ path: [name], kind: 'file', executable: false, mtimeMs: 1, content: source }), [])
}

function linkedIn(target: Vault): IsLinked {
  return (object) => target.replica.log.pins().recordOf(object) !== undefined
}

function namesOf(vault: Vault): string[] {
  return [...vault.index.tree.walk(null)].map(({ path }) => path.join('/'))
}
