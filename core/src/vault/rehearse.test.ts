import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idFromBytes } from '../base/ids.ts'
import type { DeviceId, EpochId } from '../base/ids.ts'
import { signAccountStatement } from '../log/account-statement.ts'
import { recipientKey } from '../log/epoch-body.ts'
import { signEntry } from '../log/write.ts'
import { accountSecretsFromWords } from '../secret/words.ts'
import { draftEntry } from './author.ts'
import { handedOut } from './handed-out.ts'
import { rehearse } from './rehearse.ts'
import { exchangeLogs, VaultHome } from './testing.ts'

/** What the words of this home's account give. */
function wordsOf({ account }: VaultHome): {
  rootSeed: Uint8Array
  recovery: { account: typeof account.account; secret: Uint8Array }
} {
  const { rootSeed, recoverySecret } = accountSecretsFromWords(account.words)
  return { rootSeed, recovery: { account: account.account, secret: recoverySecret } }
}

test('the words alone open a vault and let a new device write in it; without them it stays closed', async () => {
  const anna = await VaultHome.found('anna')
  const { rootSeed, recovery } = wordsOf(anna)
  await anna.write('letters/first.txt', 'dear reader')
  const back = await VaultHome.join(anna, 'back', { isCertified: false, recovery })
  const closed = await VaultHome.join(anna, 'closed', { isCertified: false })
  await anna.vault.replica.introduce([back.secrets.device, closed.secrets.device])
  await exchangeLogs(anna, back)
  await exchangeLogs(anna, closed)
  assert.deepEqual([back.names(), closed.names()], [['letters', 'letters/first.txt'], []])

  const issuer = idFromBytes<DeviceId>(anna.account.root)
  const { device, xPublic } = back.secrets
  const who = { account: anna.account.account, issuer, device, xPublic, name: '' }
  await back.vault.state([
    { kind: 'import', signed: await signAccountStatement({ kind: 'certify', ...who }, rootSeed) }
  ])
  await back.write('letters/second.txt', 'it is me')
  await exchangeLogs(anna, back)
  assert.ok(anna.names().includes('letters/second.txt'))

  // The words are forgotten: what they opened it has handed to itself.
  await back.vault.close()
  await back.open()
  await back.vault.settled()
  assert.deepEqual(back.names(), ['letters', 'letters/first.txt', 'letters/second.txt'])
})

test('whoever is added later gets every epoch by their recovery key too', async () => {
  const anna = await VaultHome.found('anna')
  const bert = await VaultHome.found('bert')
  const { root, recovery } = bert.account
  await anna.write('a.txt', 'a')
  await anna.vault.state([{ kind: 'add', root, recovery, role: 'reader', name: '' }])
  await anna.vault.ensureEpoch()
  const words = wordsOf(bert)
  assert.deepEqual(await rehearse(anna.vault.replica, words.recovery), { epochs: anna.log.epochs().length, closed: [] })
  for (const { id } of anna.log.epochs()) {
    const bodies = await Promise.all(anna.log.epochEntries(id).map((hash) => handedOut(anna.vault.replica.store, hash)))
    const given = bodies.flatMap(({ wraps }) => wraps.map(recipientKey))
    assert.ok(given.includes(recipientKey({ kind: 'recovery', id: bert.account.account })))
  }
})

test('an epoch that a member wrapped falsely to the recovery key is seen by the rehearsal', async () => {
  const anna = await VaultHome.found('anna')
  const { recovery } = wordsOf(anna)
  assert.deepEqual(await rehearse(anna.vault.replica, recovery), { epochs: 1, closed: [] })
  const [first] = anna.log.epochs()
  const body = await handedOut(anna.vault.replica.store, anna.log.epochEntries(first!.id)[0]!)
  const epoch = 'cd'.repeat(32) as EpochId
  const parents: [] = []
  const entry = await signEntry(
    draftEntry(anna.vault.replica, anna.author, 'epoch'),
    { kind: 'epoch', epoch, parents, wraps: body.wraps },
    anna.secrets.seed
  )
  await anna.vault.replica.append(entry.bytes, [])
  assert.deepEqual(await rehearse(anna.vault.replica, recovery), { epochs: 2, closed: [epoch] })
})
