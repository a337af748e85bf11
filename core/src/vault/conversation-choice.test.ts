import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AccountId, VaultId } from '../base/ids.ts'
import { conversationOf } from './conversation-choice.ts'

const [anna, bob, eve] = ['a', 'b', 'e'].map((digit) => digit.repeat(64) as AccountId) as [
  AccountId,
  AccountId,
  AccountId
]

test('both sides take the same of several, in whatever order they came to know them', () => {
  const ids = fc.uniqueArray(fc.stringMatching(/^[0-9a-f]{8}$/), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(ids, (vaults) => {
      const known = vaults.map((vault) => ({ vault: vault as VaultId, members: [anna, bob] }))
      const hers = conversationOf(known, anna, bob)
      const his = conversationOf(
        known.toReversed().map((one) => ({ ...one, members: [bob, anna] })),
        bob,
        anna
      )
      assert.equal(hers?.vault, his?.vault)
      assert.equal(hers?.vault, [...vaults].sort()[0])
    })
  )
})

test('what others hear is no conversation of two', () => {
  const vault = '00' as VaultId
  assert.equal(conversationOf([{ vault, members: [anna, bob, eve] }], anna, bob), undefined)
  assert.equal(conversationOf([{ vault, members: [anna] }], anna, bob), undefined)
})
