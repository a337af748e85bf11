import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VaultId } from '../../base/ids.ts'
import { certify, revoke, testAccount } from '../../log/testing.ts'
import { connect, exchange, TestHome, testVault } from '../testing/test-home.ts'

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000; turn++) {
    if (condition()) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.fail('it never came to be so')
}

async function withTablet(): Promise<{ id: VaultId; laptop: TestHome; relay: TestHome; tablet: TestHome }> {
  const { id, devices, relay } = await testVault()
  const [laptop] = devices as [TestHome]
  await exchange(laptop, relay)
  const tablet = await TestHome.open('tablet', { incarnation: 7 })
  const genesis = (await laptop.vault(id).store.entryBytes(id as never))!
  await tablet.replica.addVault(genesis, [relay.device.id])
  return { id, laptop, relay, tablet }
}

test('a device that is certified while it is connected is told of the vault at once', async () => {
  const { id, laptop, relay, tablet } = await withTablet()
  const link = connect(tablet, relay)
  await link.idle()
  assert.deepEqual(link.a.state.shared, [])
  const other = connect(laptop, relay)
  await laptop.say(id, {
    kind: 'import',
    signed: await certify(await testAccount('anna'), tablet.device, laptop.device)
  })
  await until(() => link.a.state.shared.length === 1)
  await Promise.all([link.idle(), other.idle()])
  assert.deepEqual(tablet.vault(id).heads(), laptop.vault(id).heads())
  link.close()
  other.close()
})

test('a device that is revoked while it is connected is told of nothing that comes after', async () => {
  const { id, laptop, relay, tablet } = await withTablet()
  const account = await testAccount('anna')
  await laptop.say(id, { kind: 'import', signed: await certify(account, tablet.device, laptop.device) })
  await exchange(laptop, relay)
  const [link, other] = [connect(tablet, relay), connect(laptop, relay)]
  await Promise.all([link.idle(), other.idle()])
  await laptop.say(id, { kind: 'import', signed: await revoke(account, tablet.device, laptop.device) })
  await until(() => link.b.state.shared.length === 0)
  await laptop.newEpoch(id, 'second')
  const secret = await laptop.change(id, 'not for the tablet')
  await other.idle()
  assert.ok(relay.vault(id).holds(secret))
  assert.equal(tablet.vault(id).holds(secret), false)
  link.close()
  other.close()
})

test('a vault that a relay begins to host while its owner is connected is synced without a new link', async () => {
  const { id, devices } = await testVault()
  const [laptop] = devices as [TestHome]
  const pi = await TestHome.open('pi', { role: 'relay' })
  const link = connect(laptop, pi)
  await link.idle()
  assert.deepEqual(link.a.state.shared, [])
  await pi.replica.addVault((await laptop.vault(id).store.entryBytes(id as never))!)
  await until(() => link.a.state.shared.length === 1)
  await link.idle()
  assert.deepEqual(pi.vault(id).heads(), laptop.vault(id).heads())
  link.close()
})

test('a store that fails acknowledges nothing, ends the link, and the entries come again', async () => {
  const { id, devices, relay } = await testVault()
  const [laptop] = devices as [TestHome]
  await exchange(laptop, relay)
  const hash = await laptop.change(id, 'one')
  const problems: string[] = []
  relay.replica.onProblem(({ code }) => problems.push(code))
  relay.kv.failing = true
  const link = connect(laptop, relay)
  await assert.rejects(link.idle(), { code: 'DISCONNECTED' })
  assert.deepEqual(problems, ['STORE_FULL'])
  assert.equal(relay.vault(id).holds(hash), false)
  relay.kv.failing = false
  await exchange(laptop, relay)
  assert.ok(relay.vault(id).holds(hash))
})
