import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SignedStatement } from '@holdfast/core/log/account-statement'
import { certify, revoke, testAccount, testDevice } from '@holdfast/core/log/testing'
import { livingDevicesIn } from '@holdfast/core/vault/mail-recipients'
import { shownStatements } from './shown-statements.ts'

test('of more statements than a stranger is shown no revocation is left out that could leave a lost device standing', async () => {
  const account = await testAccount('anna')
  const [first, admin, lost, phone] = await Promise.all(['first', 'admin', 'lost', 'phone'].map(testDevice))
  const statements: SignedStatement[] = [
    await certify(account, first!),
    await certify(account, admin!, first),
    await certify(account, lost!, admin)
  ]
  for (let i = 0; i < 6; i++) {
    const old = await testDevice(`old ${i}`)
    statements.push(await certify(account, old, first), await revoke(account, old, first))
  }
  statements.push(await certify(account, phone!, first), await revoke(account, lost!, admin))
  const living = [first!.id, admin!.id, phone!.id]
  assert.deepEqual(shownStatements(statements, living, statements.length), statements)
  for (let most = 5; most < statements.length; most++) {
    const shown = shownStatements(statements, living, most)
    assert.equal(shown.length, most)
    assert.deepEqual(
      shown,
      statements.filter((one) => shown.includes(one))
    )
    // A card of long ago still shows the certificate of what was lost since.
    assert.deepEqual(new Set(livingDevicesIn([statements[2]!, ...shown])), new Set(living), `${most} shown`)
  }
})
