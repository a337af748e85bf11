import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Vault } from '@holdfast/core/vault/vault'
import { HoldfastError } from '@holdfast/core/base/errors'
import { isPropagationDue, revoke } from '@holdfast/core/engine/account/devices'
import { accountStatementsIn } from '@holdfast/core/log/account-statements'
import { mountNew } from '../mounts/scene.ts'
import { friends, namesIn, shareAndAccept } from '../sharing/friends.ts'
import type { Friend } from '../sharing/friends.ts'
import { Device } from './scene/device.ts'
import { exchange } from './scene/link.ts'

interface Stage {
  readonly anna: Friend
  readonly bert: Friend
  /** A second device of Anna's, with everything she has. */
  readonly phone: Device
  readonly mine: Vault
  readonly berts: Vault
  readonly phones: Vault
}

/** Anna's laptop and phone share /docs with Bert. */
async function stage(): Promise<Stage> {
  const [anna, bert] = (await friends('anna', 'Bert')) as [Friend, Friend]
  const phone = await Device.join(anna.device, 'phone', { relay: anna.relay })
  await anna.device.write('docs/a.txt', 'alpha')
  const { mine, theirs } = await shareAndAccept(anna, 'docs', bert)
  for (let round = 0; round < 2; round++) {
    await exchange(anna.device, anna.relay)
    await exchange(phone, anna.relay)
    await exchange(bert.device, anna.relay)
  }
  const phones = phone.engine.vaultOf(mine.id)
  assert.ok(phones !== undefined)
  assert.deepEqual(namesIn(phones), ['a.txt'])
  return { anna, bert, phone, mine, berts: theirs, phones }
}

test('A14 a revoked device is out of every vault, and none of them is written under a key it has', async () => {
  const { anna, bert, phone, mine, berts, phones } = await stage()
  const vaults = [anna.device.vault, mine]
  const before = vaults.map(({ replica }) => replica.log.writableEpoch())
  await revoke(anna.device.engine, phone.id, [])
  for (const [i, { replica, id }] of vaults.entries()) {
    assert.ok(replica.log.isRevoked(phone.id))
    const epoch = replica.log.writableEpoch()
    assert.ok(epoch !== null && epoch !== before[i])
    const theirs = phone.engine.vaultOf(id)!
    assert.equal(theirs.keys(epoch), undefined)
  }
  await anna.device.write('secret', 'not for the phone')
  await mine.makeFolder(['later'])
  await exchange(anna.device, anna.relay)
  await exchange(bert.device, anna.relay)
  assert.deepEqual(namesIn(berts), ['a.txt', 'later'])
  // Neither the relay nor Bert names it a vault any more.
  for (const other of [anna.relay, bert.device, anna.device]) await exchange(phone, other)
  assert.deepEqual(namesIn(phones), ['a.txt'])
  assert.equal(phone.vault.index.tree.resolve(['secret']), undefined)
  // Everything leaked: it opens nothing that was written since.
  for (const hash of mine.replica.log.order()) {
    const entry = (await mine.replica.store.entryBytes(hash))!
    if (!phones.replica.log.has(hash)) await phones.replica.append(entry, []).catch(() => undefined)
  }
  await phone.settle()
  assert.deepEqual(namesIn(phones), ['a.txt'])
})

test('A15 what a revoked device backdates and feeds to one member does not count, the same everywhere, and nobody is stuck', async () => {
  const { anna, bert, phone, mine, berts, phones } = await stage()
  await revoke(anna.device.engine, phone.id, [])
  // Bert has not heard of it: what the phone writes reaches him alone.
  await phones.makeFolder(['backdated'])
  await exchange(phone, bert.device)
  assert.deepEqual(namesIn(berts), ['a.txt', 'backdated'])
  await exchange(anna.device, anna.relay)
  await exchange(bert.device, anna.relay)
  assert.deepEqual(namesIn(berts), ['a.txt'], 'taken back')
  await berts.makeFolder(['by Bert'])
  await exchange(bert.device, anna.relay)
  await exchange(anna.device, anna.relay)
  assert.deepEqual(namesIn(mine), ['a.txt', 'by Bert'])
  assert.deepEqual([...mine.replica.log.counted()].sort(), [...berts.replica.log.counted()].sort())
})

test('A15 what others had built on before they heard of the revocation counts for everybody', async () => {
  const { anna, bert, phone, mine, berts, phones } = await stage()
  await phones.makeFolder(['by the phone'])
  await exchange(phone, bert.device)
  await berts.makeFolder(['on top'])
  await revoke(anna.device.engine, phone.id, [])
  for (let round = 0; round < 2; round++) {
    await exchange(bert.device, anna.relay)
    await exchange(anna.device, anna.relay)
  }
  assert.deepEqual(namesIn(mine), ['a.txt', 'by the phone', 'on top'])
  assert.deepEqual(namesIn(berts), namesIn(mine))
})

test('A14 a revoked device cannot let a helper in, nor come back by an old certificate', async () => {
  const { anna, bert, phone, mine } = await stage()
  const helper = await Device.join(phone, 'helper')
  await exchange(phone, helper)
  await revoke(anna.device.engine, phone.id, [])
  await exchange(anna.device, anna.relay)
  await exchange(bert.device, anna.relay)
  for (const other of [anna.device, anna.relay, bert.device]) {
    await exchange(phone, other)
    await exchange(helper, other)
  }
  const { account } = anna.device.home.state
  for (const { replica } of [mine, anna.device.vault, bert.device.engine.vaultOf(mine.id)!]) {
    assert.deepEqual([...replica.log.membership().accounts.get(account)!.devices.keys()], [anna.device.id])
    const certificate = accountStatementsIn(phone.engine.accountVault.log, account).find(
      ({ statement }) => statement.kind === 'certify' && statement.device === phone.id
    )!
    if (replica !== mine.replica) continue
    await assert.rejects(mine.state([{ kind: 'import', signed: certificate }]), { code: 'NOT_A_MEMBER' })
  }
  await helper.close()
})

test('A16 two devices that revoke each other both fall in every vault, and the one that is left goes on alone', async () => {
  const { anna, bert, phone, mine, berts } = await stage()
  const desk = await Device.join(anna.device, 'desk', { relay: anna.relay })
  for (const device of [anna.device, phone, desk, desk]) await exchange(device, anna.relay)
  assert.deepEqual(namesIn(desk.engine.vaultOf(mine.id)!), ['a.txt'], 'let into what was shared before it came')
  await revoke(phone.engine, desk.id, [])
  await revoke(desk.engine, phone.id, [])
  // Each tells somebody else first; the relay turns away whoever comes second.
  await exchange(phone, anna.relay)
  await exchange(desk, anna.device)
  for (let round = 0; round < 2; round++) {
    await exchange(anna.device, anna.relay)
    await exchange(bert.device, anna.relay)
  }
  const { account } = anna.device.home.state
  await anna.device.write('alone', 'and well')
  await mine.makeFolder(['later'])
  await exchange(anna.device, anna.relay)
  await exchange(bert.device, anna.relay)
  for (const { replica } of [anna.device.vault, mine, berts]) {
    assert.deepEqual([...replica.log.membership().accounts.get(account)!.devices.keys()], [anna.device.id])
    assert.ok(replica.log.isRevoked(phone.id) && replica.log.isRevoked(desk.id))
  }
  assert.deepEqual(namesIn(berts), ['a.txt', 'later'])
  for (const device of [phone, desk]) {
    const epoch = anna.device.vault.replica.log.writableEpoch()!
    assert.equal(device.vault.keys(epoch), undefined)
  }
  await desk.close()
})

test('A14 a reader removes a device of its own from what is shared with it; the next who writes locks it out', async () => {
  const [anna, bert] = (await friends('anna', 'Bert')) as [Friend, Friend]
  const phone = await Device.join(bert.device, 'phone', { relay: bert.relay })
  await anna.device.write('docs/a.txt', 'alpha')
  const { mine, theirs } = await shareAndAccept(anna, 'docs', bert, 'reader')
  for (const device of [bert.device, phone, bert.device]) await exchange(device, bert.relay)
  await exchange(bert.device, anna.relay)
  await exchange(anna.device, anna.relay)
  const before = mine.replica.log.writableEpoch()!
  await revoke(bert.device.engine, phone.id, [])
  assert.ok(theirs.replica.log.isRevoked(phone.id))
  await exchange(bert.device, anna.relay)
  await exchange(anna.device, anna.relay)
  await mine.makeFolder(['later'])
  const epoch = mine.replica.log.writableEpoch()!
  assert.notEqual(epoch, before)
  const { account } = bert.device.home.state
  assert.deepEqual([...mine.replica.log.membership().accounts.get(account)!.devices.keys()], [bert.device.id])
  await exchange(anna.device, anna.relay)
  await exchange(bert.device, anna.relay)
  assert.deepEqual(namesIn(theirs), ['a.txt', 'later'])
  assert.notEqual(theirs.keys(epoch), undefined)
  await phone.close()
})

test('A14 a vault that cannot be written now keeps a revocation from no other, and hears of it later', async () => {
  const [anna] = (await friends('anna')) as [Friend]
  const { engine } = anna.device
  const phone = await Device.join(anna.device, 'phone', { relay: anna.relay })
  for (const name of ['a', 'b', 'c']) await mountNew(anna.device, name)
  const [, first, full, last] = engine.vaults() as [Vault, Vault, Vault, Vault]
  const outOf = (): boolean[] => [first, full, last].map(({ replica }) => replica.log.isRevoked(phone.id))
  const real = first.state.bind(first)
  first.state = () => Promise.reject(new HoldfastError('STORE_FULL'))
  // Somebody has filled it with logs.
  full.state = () => Promise.reject(new HoldfastError('TOO_LARGE'))
  await assert.rejects(revoke(engine, phone.id, []), { code: 'STORE_FULL' })
  assert.deepEqual(outOf(), [false, false, true])
  assert.equal(isPropagationDue(engine), true)
  assert.ok(engine.problems().some(({ vault, code }) => vault === first.id && code === 'STORE_FULL'))
  assert.ok(engine.problems().every(({ vault }) => vault !== full.id))
  first.state = real
  await anna.device.write('x', 'life goes on')
  await engine.settled()
  assert.deepEqual(outOf(), [true, false, true])
  assert.equal(isPropagationDue(engine), false)
})
