import assert from 'node:assert/strict'
import { test } from 'node:test'
import { certify, revoke, testAccount, testDevice, testGenesis, TestReplica } from '@holdfast/core/log/testing'
import type { Replica, ReplicaEvent } from '@holdfast/core/sync/replica/replica'
import type { VaultReplica } from '@holdfast/core/sync/replica/vault-replica'
import { AccountLogs } from './account-logs.ts'
import { Hosting } from './hosting.ts'

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
  logs.founderOf(vaults[0]!) // asked before anything else, as a relay does when it starts: that makes it known to nobody
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

test('what a relay says of one device does not depend on how many accounts and vaults it hosts', async () => {
  const own = await TestReplica.open(laptop, await testGenesis(anna, laptop, 'account'))
  await own.say({ kind: 'import', signed: await certify(anna, phone) })
  await own.say({ kind: 'import', signed: await revoke(anna, phone) })
  let looked = 0
  const counted = (vault: VaultReplica): VaultReplica =>
    ({
      id: vault.id,
      get log() {
        looked++
        return vault.log
      }
    }) as VaultReplica
  const vaults = [{ id: own.log.vault, log: own.log } as VaultReplica]
  for (let n = 0; n < 20; n++) {
    const [account, device] = [await testAccount(`a${n}`), await testDevice(`d${n}`)]
    for (const kind of ['account', 'folder'] as const) {
      const { log } = await TestReplica.open(device, await testGenesis(account, device, kind))
      vaults.push({ id: log.vault, log } as VaultReplica)
    }
  }
  const all = vaults.map(counted)
  const hosting = new Hosting({
    vaults: () => [...all],
    vault: (id) => all.find((one) => one.id === id),
    watch: () => () => undefined,
    addVault: () => Promise.reject(new Error('not asked'))
  })
  assert.equal(hosting.revocationOf(phone.id)?.revocation.statement.device, phone.id)
  looked = 0
  assert.equal(hosting.revocationOf(desk.id), null)
  assert.equal(hosting.revocationOf(laptop.id), null)
  assert.notEqual(hosting.revocationOf(phone.id), null)
  assert.deepEqual([hosting.hasRevoked(anna.id, phone.id), hosting.hasRevoked(anna.id, laptop.id)], [true, false])
  assert.equal(hosting.accountLog(anna.id), own.log.membership())
  assert.deepEqual(hosting.accountsListing(desk.id), [])
  assert.ok(looked < 10, `${looked} logs were looked at`)
})
