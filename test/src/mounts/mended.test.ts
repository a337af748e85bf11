import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FileId } from '@holdfast/core/base/ids'
import { makeFolder } from '@holdfast/core/index/edits'
import type { Vault } from '@holdfast/core/vault/vault'
import { mountIntent } from '@holdfast/core/vault/mounts'
import { genesisBytes } from '@holdfast/core/vault/first-entry'
import type { Device } from '../attacks/scene/device.ts'
import { exchange } from '../attacks/scene/link.ts'
import type { Relay } from '../attacks/scene/relay.ts'
import { twoDevicesAndRelay } from '../attacks/scene/scene.ts'
import { memoryKv } from '../fakes/memory-kv.ts'
import { mountNew, picture, run } from './scene.ts'

test('a mounted vault that cannot be opened is a problem, and the home opens all the same', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ own: 'here' })
  const node = 'ab'.repeat(16) as FileId
  const team = await shared(laptop, relay)
  const genesis = await genesisBytes(team.replica)
  const bad = { header: genesis.header.slice(), signature: new Uint8Array(64) }
  const { index } = laptop.vault
  await laptop.vault.edit(() => [
    ...makeFolder(index.tree, node, { parent: null, name: 'bad' }, 1),
    mountIntent(node, { genesis: bad, file: null, relays: [], floor: null, inviter: null })
  ])
  await exchange(laptop, relay)
  for (const device of [laptop, phone]) {
    await exchange(device, relay)
    await device.restart()
    assert.equal((await run(device, 'cat', { paths: ['/own'] })).output, 'here')
    assert.deepEqual(Object.keys(await picture(device)), ['/bad', '/own', '/team', '/team/first'])
    await assert.rejects(run(device, 'ls', { path: '/bad' }), { code: 'BAD_SIGNATURE' })
    const [status] = await run(device, 'status', {})
    assert.equal(status?.['state'], 'needs you')
    const told = (status?.['vaults'] as { path: string; error?: string }[]).map(({ path, error }) => [path, error])
    assert.deepEqual(told, [
      ['/', undefined],
      ['/bad', 'BAD_SIGNATURE'],
      ['/team', undefined]
    ])
  }
})

test('the log of a mounted vault that is lost is joined again from its mount', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay()
  const team = await shared(laptop, relay)
  await exchange(laptop, relay)
  await exchange(phone, relay)
  await phone.close()
  const kv = await memoryKv(phone.disk)
  const rows: string[] = []
  for await (const [key] of kv.range({ gte: '', lt: '~' })) if (key.includes(team.id)) rows.push(key)
  await kv.write(rows.map((del) => ({ del })))
  await kv.close()
  await phone.open()
  await exchange(phone, relay)
  await exchange(phone, relay)
  assert.deepEqual(await picture(phone), { '/team': 'folder', '/team/first': 'folder' })
})

test('what a rollback took back from a mounted vault is written again', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay()
  await shared(laptop, relay)
  await exchange(laptop, relay)
  const backup = laptop.disk.image()
  await run(laptop, 'mkdir', { paths: ['/team/after the backup'] })
  await exchange(laptop, relay)
  await laptop.close()
  laptop.disk.restore(backup)
  await laptop.open()
  await run(laptop, 'mkdir', { paths: ['/team/after the restore'] })
  await exchange(laptop, relay)
  await exchange(laptop, relay)
  await exchange(phone, relay)
  await exchange(phone, relay)
  const names = ['/team', '/team/after the backup', '/team/after the restore', '/team/first']
  assert.deepEqual(Object.keys(await picture(laptop)), names)
  assert.deepEqual(Object.keys(await picture(phone)), names)
  assert.deepEqual(laptop.engine.vaults()[1]?.replica.log.frozenLogs(), [])
  await laptop.restart()
  assert.deepEqual(Object.keys(await picture(laptop)), names)
})

async function shared(device: Device, relay: Relay): Promise<Vault> {
  const team = await mountNew(device, 'team')
  const { store, log } = team.replica
  await relay.replica.addVault((await store.entryBytes(log.order()[0]!))!)
  await run(device, 'mkdir', { paths: ['/team/first'] })
  return team
}
