import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encode, idValue } from '../base/codec.ts'
import { isHoldfastError } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { chainValue } from '../log/certificate-chain.ts'
import { accountRecordValue, assertAccountRecord, readAccountRecord, signAccountRecord } from '../log/account-record.ts'
import type { AccountRecord } from '../log/account-record.ts'
import { decodeHeader } from '../log/header.ts'
import { accountSecretsFromWords } from '../secret/words.ts'
import { certifyDevice } from './account.ts'
import { decodeContents, encodeContents, openAccountRecord, sealAccountRecord } from './account-contents.ts'
import type { AccountContents } from './account-contents.ts'
import { floorOf } from './floors.ts'
import { newDeviceSecrets } from './secrets.ts'
import { seededRandom, VaultHome } from './testing.ts'

const anna = await VaultHome.found('anna')
const bert = await VaultHome.found('bert')
const words = accountSecretsFromWords(anna.account.words)
const keys = { root: anna.account.root, recoverySecret: words.recoverySecret }

function contentsOf(home: VaultHome): AccountContents {
  return {
    accountGenesis: home.account.accountGenesis,
    personalGenesis: home.account.personalGenesis,
    relays: [{ peer: 'ab'.repeat(32) as DeviceId, name: 'pi', addresses: ['/ip4/10.0.0.2/tcp/4256'] }],
    floors: [floorOf(home.log)]
  }
}

function chainOf(home: VaultHome): AccountRecord['chain'] {
  return decodeHeader(home.account.accountGenesis.header).genesis!.chain
}

function recordOf(home: VaultHome, number: number, contents = contentsOf(home)): Promise<AccountRecord> {
  const { account, secrets, random } = home
  return sealAccountRecord(contents, { keys: account, number, chain: chainOf(home), secrets, random })
}

test('a record opens with the words of its account, to what a device put in', async () => {
  const record = readAccountRecord(accountRecordValue(await recordOf(anna, 7)))
  assert.deepEqual(
    encodeContents(await openAccountRecord(record, keys)),
    encodeContents(contentsOf(anna)),
    'as it was put in'
  )
  assert.equal(record.number, 7)
})

test('a number beyond the highest is none', async () => {
  const { sealed, signature, chain } = await recordOf(anna, 7)
  const of = (number: number): unknown =>
    readAccountRecord([encode([1, idValue(anna.account.account), number, sealed]), signature, chainValue(chain)])
  assert.ok(of(LIMITS.accountRecordNumber))
  assert.throws(() => of(LIMITS.accountRecordNumber + 1), { code: 'MALFORMED' })
})

test('what a relay makes up is refused: another account, another number, another signer, a changed byte', async () => {
  const record = await recordOf(anna, 7)
  await assert.rejects(openAccountRecord(await recordOf(bert, 7), keys), { code: 'NOT_A_MEMBER' })
  const thief = await newDeviceSecrets(seededRandom('thief'))
  const { account, sealed, chain } = record
  const sign: Parameters<typeof signAccountRecord>[2] = (label, bytes) => thief.sign(label, bytes)
  await assert.rejects(openAccountRecord(await signAccountRecord({ account, number: 8, sealed }, chain, sign), keys), {
    code: 'BAD_SIGNATURE'
  })
  const own = await certifyDevice(anna.account.account, thief, thief)
  await assert.rejects(openAccountRecord(await signAccountRecord({ account, number: 8, sealed }, [own], sign), keys), {
    code: 'NOT_A_MEMBER'
  })
  // Signed by the device itself, as another number than the one it was sealed as.
  const again: Parameters<typeof signAccountRecord>[2] = (label, bytes) => anna.secrets.sign(label, bytes)
  await assert.rejects(openAccountRecord(await signAccountRecord({ account, number: 8, sealed }, chain, again), keys), {
    code: 'DECRYPT_FAILED'
  })
  const changed = record.bytes.map((byte, i) => (i === record.bytes.length - 1 ? byte ^ 1 : byte))
  await assert.rejects(assertAccountRecord({ ...record, bytes: changed }, keys.root), { code: 'BAD_SIGNATURE' })
})

test('a record that begins with vaults of somebody else, or of a later device, brings nothing back', async () => {
  const foreign = await recordOf(anna, 1, { ...contentsOf(anna), personalGenesis: bert.account.personalGenesis })
  await assert.rejects(openAccountRecord(foreign, keys), { code: 'MALFORMED' })
  const swapped = await recordOf(anna, 1, { ...contentsOf(anna), accountGenesis: anna.account.personalGenesis })
  await assert.rejects(openAccountRecord(swapped, keys), { code: 'MALFORMED' })
})

test('a device that another one certified signs records too', async () => {
  const phone = await newDeviceSecrets(seededRandom('phone'))
  const chain = [...chainOf(anna), await certifyDevice(anna.account.account, anna.secrets, phone)]
  const record = await sealAccountRecord(contentsOf(anna), {
    keys: anna.account,
    number: 2,
    chain,
    secrets: phone,
    random: anna.random
  })
  assert.equal(await assertAccountRecord(record, keys.root), phone.device)
  await openAccountRecord(record, keys)
})

test('records of different sizes look alike to whoever keeps them', async () => {
  const few = await recordOf(anna, 1, { ...contentsOf(anna), relays: [] })
  assert.equal(few.sealed.length, (await recordOf(anna, 2)).sealed.length)
})

test('garbage is refused with a code', () => {
  const accepted = ['MALFORMED', 'TOO_LARGE', 'UNSUPPORTED_VERSION']
  const refused = (read: () => unknown): void => {
    try {
      read()
    } catch (error) {
      assert.ok(isHoldfastError(error) && accepted.includes(error.code))
    }
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 3 }), (bytes, version) => {
      refused(() => decodeContents(bytes))
      refused(() => decodeContents(encode([version, bytes, [bytes, bytes], [], []])))
      refused(() => readAccountRecord([bytes, bytes, [[bytes, bytes]]]))
      refused(() => readAccountRecord([encode([version, bytes, 1, bytes]), new Uint8Array(64), []]))
    })
  )
})
