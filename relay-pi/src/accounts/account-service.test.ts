import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isHoldfastError } from '@holdfast/core/base/errors'
import { certify, testAccount, testDevice, testGenesis } from '@holdfast/core/log/testing'
import type { TestAccount, TestDevice } from '@holdfast/core/log/testing'
import type { VaultKind } from '@holdfast/core/log/genesis'
import { signGenesis } from '@holdfast/core/log/write'
import type { UnverifiedEntry } from '@holdfast/core/log/entry'
import { testIncarnation } from '@holdfast/core/log/testing'
import { decodeAccountReply, encodeAccountRequest } from '@holdfast/core/sync/wire/account-messages'
import type { AccountReply, AccountRequest } from '@holdfast/core/sync/wire/account-messages'
import { Replica } from '@holdfast/core/sync/replica/replica'
import { HandClock, MapBlobs, MapKv } from '@holdfast/core/sync/testing/map-stores'
import { systemRandom } from '../home/platform.ts'
import { AccountService } from './account-service.ts'
import { Accounts } from './accounts.ts'
import { Guests } from './guests.ts'
import { Hosting } from './hosting.ts'
import { Invites } from './invites.ts'
import { Quota } from './quota.ts'
import { Records } from './records.ts'
import { RecoveryDesk } from './recovery-desk.ts'

const anna = await testAccount('anna')
const bert = await testAccount('bert')
const [laptop, phone] = [await testDevice('laptop'), await testDevice('phone')]

async function relay(): Promise<{
  clock: HandClock
  ask(from: TestDevice, request: AccountRequest): Promise<AccountReply>
  service: AccountService
  letIn(account: TestAccount, device: TestDevice): Promise<void>
}> {
  const [kv, blobs, clock] = [new MapKv(), new MapBlobs(), new HandClock()]
  const pi = await testDevice('pi')
  const replica = await Replica.open({
    kv,
    blobs,
    clock,
    identity: { device: pi.id, role: 'relay', sign: () => new Uint8Array(64) }
  })
  const hosting = new Hosting(replica)
  const invites = new Invites({ kv, clock, random: systemRandom, daysSeen: () => 1 })
  const accounts = await Accounts.open({
    kv,
    invites,
    accountLog: (account) => hosting.accountLog(account),
    accountsListing: (device) => hosting.accountsListing(device),
    hasRevoked: (account, device) => hosting.hasRevoked(account, device)
  })
  const quota = new Quota({ replica, hosting, clock, bytes: 0, intents: () => undefined, isRegistered: () => true })
  const guests = await Guests.open({
    kv,
    daysSeen: () => 1,
    isRevoked: (one, device) => hosting.hasRevoked(one, device)
  })
  const recovery = new RecoveryDesk({
    relay: pi.id,
    clock,
    random: systemRandom,
    records: new Records(kv, () => false),
    guests,
    rootOf: (account) => accounts.rootOf(account),
    isKnown: (account) => accounts.has(account),
    onGuest: () => undefined
  })
  const service = new AccountService({ clock, accounts, hosting, quota, recovery })
  const ask = async (from: TestDevice, request: AccountRequest): Promise<AccountReply> => {
    clock.now += 60_000
    return decodeAccountReply(await service.answer(from.id, encodeAccountRequest(request)))
  }
  const letIn = async (account: TestAccount, device: TestDevice): Promise<void> => {
    const { secret } = await invites.make()
    const chain = [await certify(account, device)]
    const keys = { rootPublicKey: account.root, recoveryPublicKey: account.recovery }
    await ask(device, { kind: 'register', secret, ...keys, chain, name: 'x' })
  }
  return { clock, ask, service, letIn }
}

const host = ({ bytes }: UnverifiedEntry): AccountRequest => ({
  kind: 'hostVault',
  genesisHeader: bytes.header,
  signature: bytes.signature
})

/** Another vault than testGenesis makes: its nonce differs. */
async function otherGenesis(
  account: TestAccount,
  device: TestDevice,
  kind: VaultKind,
  n: number
): Promise<UnverifiedEntry> {
  const chain = [await certify(account, device)]
  const genesis = {
    kind,
    documents: kind === 'account' ? 0 : 16,
    root: account.root,
    recovery: account.recovery,
    chain,
    nonce: new Uint8Array(16).fill(n)
  }
  return signGenesis(genesis, { device: device.id, incarnation: testIncarnation(1), timeMs: 1, seed: device.seed })
}

test('only a vault that a registered account founded is hosted, and only for that account', async () => {
  const { ask, letIn } = await relay()
  const vault = await testGenesis(anna, laptop)
  await assert.rejects(ask(laptop, host(vault)), { code: 'REFUSED' })
  await letIn(anna, laptop)
  await letIn(bert, phone)
  await assert.rejects(ask(phone, host(vault)), { code: 'REFUSED' })
  assert.deepEqual(await ask(laptop, host(vault)), { kind: 'hosted' })
  assert.deepEqual(await ask(laptop, host(vault)), { kind: 'hosted' }, 'the answer was lost')
  assert.deepEqual(await ask(laptop, { kind: 'account' }), {
    kind: 'account',
    account: anna.id,
    vaults: 1,
    bytes: 0,
    quotaBytes: 0
  })
})

test('a genesis with a wrong signature is not hosted', async () => {
  const { ask, letIn } = await relay()
  await letIn(anna, laptop)
  const { bytes } = await testGenesis(anna, laptop)
  const signature = bytes.signature.map((byte, i) => (i === 3 ? byte ^ 1 : byte))
  await assert.rejects(ask(laptop, { kind: 'hostVault', genesisHeader: bytes.header, signature }), {
    code: 'BAD_SIGNATURE'
  })
  assert.equal(((await ask(laptop, { kind: 'account' })) as { vaults: number }).vaults, 0)
})

test('an account has one log of its own: a second one could bring revoked devices back', async () => {
  const { ask, letIn } = await relay()
  await letIn(anna, laptop)
  await ask(laptop, host(await testGenesis(anna, laptop, 'account')))
  await assert.rejects(ask(laptop, host(await otherGenesis(anna, laptop, 'account', 9))), { code: 'EXISTS' })
  await ask(laptop, host(await otherGenesis(anna, laptop, 'folder', 9)))
})

test('two logs of one account that come at the same moment are not both hosted', async () => {
  const { ask, letIn } = await relay()
  await letIn(anna, laptop)
  const [first, second] = [await testGenesis(anna, laptop, 'account'), await otherGenesis(anna, laptop, 'account', 9)]
  const results = await Promise.allSettled([ask(laptop, host(first)), ask(laptop, host(second))])
  assert.deepEqual(
    results.map((result) => (result.status === 'rejected' ? (result.reason as { code: string }).code : 'hosted')),
    ['hosted', 'EXISTS']
  )
})

test('whatever bytes a stranger sends, it hears one of a few refusals and nothing else happens', async () => {
  const { service, clock } = await relay()
  const allowed = ['MALFORMED', 'TOO_LARGE', 'REFUSED', 'INVITE_USED', 'RATE_LIMITED', 'UNSUPPORTED_VERSION']
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      clock.now += 60_000
      const error: unknown = await service.answer(phone.id, bytes).then(
        () => undefined,
        (reason: unknown) => reason
      )
      assert.ok(isHoldfastError(error) && allowed.includes(error.code))
    })
  )
})
