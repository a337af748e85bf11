import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encode } from '../base/codec.ts'
import type { DeviceId, FileId } from '../base/ids.ts'
import { makeFolder } from '../index/edits.ts'
import { extraKey } from '../index/keys.ts'
import { floorOf } from './floors.ts'
import { genesisEntry, mountAt, mountIntent, mountsOf } from './mounts.ts'
import type { Mount, MountRecord } from './mounts.ts'
import { VaultHome } from './testing.ts'

const NODE = 'ab'.repeat(16) as FileId
const RELAY = { peer: 'cd'.repeat(32) as DeviceId, name: 'Pi', addresses: ['/ip4/127.0.0.1/tcp/1'] }

test('a folder with a mount record is a mount for as long as it lives', async () => {
  const [home, other] = [await VaultHome.found('laptop'), await VaultHome.found('stranger')]
  const record = recordOf(other)
  const make = () => makeFolder(home.vault.index.tree, NODE, { parent: null, name: 'shared' }, 1)
  await home.vault.edit(() => [...make(), mountIntent(NODE, record)])
  const expected: Mount = { ...record, node: NODE, vault: other.vault.id, kind: 'folder' }
  assert.deepEqual(mountsOf(home.vault.index), [expected])
  assert.deepEqual(mountAt(home.vault.index, NODE), expected)
  assert.deepEqual(genesisEntry(record.genesis), other.account.personalGenesis)
  await home.vault.remove(['shared'])
  assert.deepEqual(mountsOf(home.vault.index), [])
  await home.vault.edit(make)
  assert.deepEqual(mountsOf(home.vault.index), [expected])
  await home.vault.edit(() => [mountIntent(NODE, null)])
  assert.deepEqual(mountsOf(home.vault.index), [])
})

test('what is no mount record, mounts the vault in itself or mounts an account mounts nothing', async () => {
  const [home, other] = [await VaultHome.found('laptop'), await VaultHome.found('stranger')]
  await home.vault.edit(() => makeFolder(home.vault.index.tree, NODE, { parent: null, name: 'plain' }, 1))
  const values = [new Uint8Array(0), encode([1]), encode([1, null, null, [], null, null])]
  for (const value of values) {
    await home.vault.edit(() => [{ key: extraKey(NODE, 'mount'), value }])
    assert.deepEqual(mountsOf(home.vault.index), [])
  }
  await home.vault.edit(() => [mountIntent(NODE, recordOf(home))])
  assert.deepEqual(mountsOf(home.vault.index), [])
  const { header, signature } = other.account.accountGenesis
  const account = { ...recordOf(other), floor: null, genesis: { header, signature } }
  assert.throws(() => mountIntent(NODE, account), { code: 'MALFORMED' })
  const otherFloor = { ...recordOf(other), floor: floorOf(home.log) }
  assert.throws(() => mountIntent(NODE, otherFloor), { code: 'MALFORMED' })
})

test('garbage in a record is never more than nothing', async () => {
  const home = await VaultHome.found('laptop')
  const { value } = mountIntent(NODE, recordOf(home))
  const tree = { node: () => ({ kind: 'folder' }) } as unknown as typeof home.vault.index.tree
  fc.assert(
    fc.property(fc.nat(value!.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const bent = value!.slice()
      bent[at]! ^= by
      const seen = mountAt({ tree, extra: () => bent }, NODE)
      assert.ok(seen === undefined || seen.node === NODE)
    })
  )
})

function recordOf(home: VaultHome): MountRecord {
  const { header, signature } = home.account.personalGenesis
  return {
    genesis: { header, signature },
    file: null,
    relays: [RELAY],
    floor: floorOf(home.log),
    inviter: home.account.account
  }
}
