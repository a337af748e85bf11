import assert from 'node:assert/strict'
import { test } from 'node:test'
import { certify, revoke, testAccount, testDevice, testGenesis, TestReplica } from '@holdfast/core/log/testing'
import type { Replica, ReplicaEvent } from '@holdfast/core/sync/replica'
import type { VaultReplica } from '@holdfast/core/sync/vault-replica'
import { AccountLogs } from './account-logs.ts'

const [anna, bert] = [await testAccount('anna'), await testAccount('bert')]
const [laptop, phone, desk] = [await testDevice('laptop'), await testDevice('phone'), await testDevice('desk')]

test('whose device it is follows the logs, without looking at all of them for each question', async () => {
  const own = await TestReplica.open(laptop, await testGenesis(anna, laptop, 'account'))
  const folder = await TestReplica.open(laptop, await testGenesis(anna, laptop, 'folder'))
  const theirs = await TestReplica.open(desk, await testGenesis(bert, desk, 'account'))
  const vaultOf = ({ log }: TestReplica): VaultReplica => ({ id: log.vault, log }) as VaultReplica
  const vaults = [vaultOf(own), vaultOf(folder)]
  let walks = 0
  let tell = undefined as ((event: ReplicaEvent) => void) | undefined
  const logs = new AccountLogs({
    vaults: () => (walks++, [...vaults]),
    vault: (id) => vaults.find((one) => one.id === id),
    watch: (watcher) => ((tell = watcher), () => undefined)
  } satisfies Pick<Replica, 'vault' | 'vaults' | 'watch'>)
  assert.deepEqual(logs.accountsListing(laptop.id), [anna.id])
  assert.deepEqual(logs.accountsListing(desk.id), [])
  assert.deepEqual(logs.vaultsOf(anna.id), vaults)

  vaults.push(vaultOf(theirs))
  tell!({ kind: 'vaults' })
  assert.deepEqual(logs.accountsListing(desk.id), [bert.id])

  const changed = async (replica: TestReplica, at: number, work: () => Promise<unknown>): Promise<void> => {
    await work()
    tell!({ kind: 'statements', vault: vaults[at]!, numbers: [] })
  }
  await changed(own, 0, async () => own.say({ kind: 'import', signed: await certify(anna, phone) }))
  await changed(theirs, 2, async () => theirs.say({ kind: 'import', signed: await certify(bert, phone) }))
  assert.deepEqual(new Set(logs.accountsListing(phone.id)), new Set([anna.id, bert.id]), 'anybody can list one')
  await changed(own, 0, async () => own.say({ kind: 'import', signed: await revoke(anna, phone) }))
  assert.deepEqual(logs.accountsListing(phone.id), [bert.id])
  assert.deepEqual(logs.accountsListing(laptop.id), [anna.id])
  for (let i = 0; i < 100; i++) logs.accountsListing(phone.id)
  assert.equal(walks, 2)
})
