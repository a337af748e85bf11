// Hostile relays on the real protocol: what they give to somebody who comes back with the words.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { logIdOf } from '@holdfast/core/base/ids'
import type { DeviceId, EntryHash, EpochId, Incarnation, LogId, VaultId } from '@holdfast/core/base/ids'
import { signAccountRecord } from '@holdfast/core/log/account-record'
import type { AccountRecord } from '@holdfast/core/log/account-record'
import { decodeRecoveryClaim } from '@holdfast/core/log/recovery-claim'
import type { SignedStatement } from '@holdfast/core/log/account-statement'
import { decodeHeader } from '@holdfast/core/log/header'
import { decodeAccountRequest, encodeAccountReply } from '@holdfast/core/sync/wire/account-messages'
import { createAccount } from '@holdfast/core/vault/account'
import type { NewAccount } from '@holdfast/core/vault/account'
import { sealAccountRecord } from '@holdfast/core/vault/account-contents'
import { foundVault } from '@holdfast/core/vault/found'
import type { Contact, Floor, FloorHead } from '@holdfast/core/vault/pairing-messages'
import { newDeviceSecrets } from '@holdfast/core/vault/secrets'
import type { DeviceSecrets } from '@holdfast/core/vault/secrets'
import { systemClock, systemRandom, systemWait } from '@holdfast/node/home/platform'
import { ACCOUNT_PROTOCOL } from '@holdfast/core/net/protocols'
import { serveRpc } from '@holdfast/core/net/rpc'
import { testHost } from '@holdfast/node/net/testing'
import { askForRecord, certifyByRoot, recoveryKeysOf } from '@holdfast/core/engine/account/ask-recovery'
import type { RecoveryKeys } from '@holdfast/core/engine/account/ask-recovery'
import { findRecord, openOwnRecord } from '@holdfast/core/engine/account/find-record'

interface Owner {
  readonly account: NewAccount
  readonly laptop: DeviceSecrets
  readonly keys: RecoveryKeys
}

const [anna, bert] = [await owner(), await owner()]
const back = await newDeviceSecrets(systemRandom)
const host = await testHost({ key: back.seed, listen: [] })
const certificate: SignedStatement = await certifyByRoot(anna.keys, back)

async function owner(): Promise<Owner> {
  const laptop = await newDeviceSecrets(systemRandom)
  const account = await createAccount({ secrets: laptop, random: systemRandom, clock: systemClock })
  return { account, laptop, keys: await recoveryKeysOf(account.words) }
}

function recordOf(
  { account, laptop }: Owner,
  number: number,
  relays: readonly Contact[] = [],
  of = account,
  floors: readonly Floor[] = []
): Promise<AccountRecord> {
  const { chain } = decodeHeader(account.accountGenesis.header).genesis!
  const named = relays.map((relay) => ({ ...relay, name: 'pi' }))
  const { accountGenesis, personalGenesis } = of
  return sealAccountRecord(
    { accountGenesis, personalGenesis, relays: named, floors },
    { keys: account, number, chain, secrets: laptop, random: systemRandom }
  )
}

/** What the first device of an account can make at any time. */
function otherPersonal({ account, laptop }: Owner): Promise<NewAccount['personalGenesis']> {
  const { chain } = decodeHeader(account.accountGenesis.header).genesis!
  const author = { secrets: laptop, incarnation: () => account.incarnation, clock: systemClock }
  return foundVault({ ...account, author, chain, kind: 'folder', documents: 16, random: systemRandom })
}

/** A relay that gives this record to whoever asks; it keeps the claims that it hears. */
async function relayWith(
  record: AccountRecord | null,
  options: { isKnown?: boolean; nonce?: Uint8Array } = {}
): Promise<Contact & { claims: Uint8Array[] }> {
  const server = await testHost()
  const claims: Uint8Array[] = []
  const answer = async (header: Uint8Array): Promise<{ header: Uint8Array }> => {
    const request = decodeAccountRequest(header)
    if (request.kind === 'nonce')
      return { header: encodeAccountReply({ kind: 'nonce', nonce: options.nonce ?? new Uint8Array(16) }) }
    if (request.kind === 'recover') claims.push(request.claim.bytes)
    return { header: encodeAccountReply({ kind: 'recovered', isKnown: options.isKnown ?? true, record }) }
  }
  await server.handle(ACCOUNT_PROTOCOL, (channel) => void serveRpc(channel, answer, { maxConcurrent: 4 }), {
    maxInboundStreams: 4
  })
  return { peer: server.peerKey, addresses: server.addresses(), claims }
}

const find = (...relays: readonly Contact[]): ReturnType<typeof findRecord> =>
  findRecord({ host, wait: systemWait }, relays, anna.keys, certificate)
const codeOf = async (relay: Contact): Promise<unknown> =>
  (await askForRecord({ host, wait: systemWait }, relay, anna.keys, certificate)).code

after(() => anna.keys.forget())

test('A11: a record that was rolled back is passed over when another relay has a newer one, and that is said', async () => {
  const [old, newest] = [await relayWith(await recordOf(anna, 3)), await relayWith(await recordOf(anna, 9))]
  const found = await find(old, newest)
  assert.equal(found.number, 9)
  assert.deepEqual(
    found.answers.map((answer) => answer.found?.number),
    [3, 9]
  )
})

test('A11: what any good record holds its reader to must come back, also where another one is newer and asks for less', async () => {
  const vault = 'ab'.repeat(32) as VaultId
  const log = (device: string): LogId => logIdOf(device.repeat(32) as DeviceId, 'cd'.repeat(8) as Incarnation)
  const head = (device: string, seq: number): FloorHead => ({
    log: log(device),
    seq,
    hash: `${seq}`.padStart(64, '0') as EntryHash
  })
  const epoch = 'ee'.repeat(32) as EpochId
  const older = [{ vault, heads: [head('aa', 5), head('bb', 9)], epochs: [epoch] }]
  const newer = [{ vault, heads: [head('aa', 7)], epochs: [] }]
  const one = await relayWith(await recordOf(anna, 3, [], anna.account, older))
  const other = await relayWith(await recordOf(anna, 9, [], anna.account, newer))
  const { number, contents } = await find(one, other)
  assert.equal(number, 9)
  assert.deepEqual(contents.floors, [{ vault, heads: [head('aa', 7), head('bb', 9)], epochs: [epoch] }])
})

test('a record that begins with other vaults than one’s own is told from a good one before it is needed', async () => {
  const keys = { root: anna.account.root, recoverySecret: anna.keys.recoverySecret }
  const personalGenesis = await otherPersonal(anna)
  const swapped = await recordOf(anna, 9, [], { ...anna.account, personalGenesis })
  await assert.rejects(openOwnRecord(swapped, keys, anna.account), { code: 'PEER_LIES' })
  assert.deepEqual((await openOwnRecord(await recordOf(anna, 9), keys, anna.account)).relays, [])
})

test('a newer record is found at a relay that only the older one names', async () => {
  const other = await relayWith(await recordOf(anna, 9))
  const named = await relayWith(await recordOf(anna, 3, [{ peer: other.peer, addresses: other.addresses }]))
  assert.equal((await find(named)).number, 9)
})

test('a forged record, one of another account and one that was changed are refused, and the next relay is asked', async () => {
  const good = await recordOf(anna, 2)
  const thief = await newDeviceSecrets(systemRandom)
  const { account, sealed, chain } = good
  const forged = await signAccountRecord({ account, number: 99, sealed }, chain, (label, bytes) =>
    thief.sign(label, bytes)
  )
  const changed = { ...good, signature: good.signature.map((byte) => byte ^ 1) }
  const liars = await Promise.all([forged, await recordOf(bert, 50), changed].map((record) => relayWith(record)))
  for (const liar of liars) assert.equal(await codeOf(liar), 'PEER_LIES')
  assert.equal((await find(...liars, await relayWith(good))).number, 2)
  await assert.rejects(find(...liars), { code: 'PEER_LIES' })
})

test('two beginnings of one account are no program’s to choose from', async () => {
  // The same root key, other vaults: what the first device could make again.
  const honest = await relayWith(await recordOf(anna, 2))
  const swapped = { ...anna.account, personalGenesis: await otherPersonal(anna) }
  const lying = await relayWith(await recordOf(anna, 3, [], swapped))
  await assert.rejects(find(honest, lying), { code: 'PEER_LIES' })
  assert.equal((await find(honest)).number, 2)
})

test('no record, no such account and no answer are told apart', async () => {
  const [empty, stranger] = [await relayWith(null), await relayWith(null, { isKnown: false })]
  assert.deepEqual([await codeOf(empty), await codeOf(stranger)], ['NO_RECORD', 'WRONG_WORDS'])
  const gone = { peer: stranger.peer, addresses: ['/ip4/127.0.0.1/tcp/1'] }
  assert.notEqual(await codeOf(gone), undefined)
  await assert.rejects(find(empty, stranger), { code: 'NO_RECORD' })
  await assert.rejects(find(stranger), { code: 'WRONG_WORDS' })
})

test('A25: a claim is made for the relay that is asked, with the number it gave', async () => {
  const relay = await relayWith(await recordOf(anna, 1), { nonce: new Uint8Array(16).fill(5) })
  await find(relay)
  const claim = decodeRecoveryClaim(relay.claims[0]!)
  assert.equal(claim.relay, relay.peer)
  assert.deepEqual(claim.nonce, new Uint8Array(16).fill(5))
  assert.equal(claim.certificate.statement.device, back.device)
})
