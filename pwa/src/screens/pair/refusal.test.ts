import assert from 'node:assert/strict'
import test from 'node:test'
import { encodePairingLink } from '@holdfast/core/vault/pairing-messages'
import { refusalOf } from './refusal.ts'

const code = async (invitation: string) => ((await refusalOf(invitation)) as { code?: string } | undefined)?.code

test('a link or words that are not whole are refused before a passphrase is asked for', async () => {
  const link = encodePairingLink({ secret: new Uint8Array(16), meetAt: [] })
  assert.equal(await code(link), undefined)
  assert.equal(await code(link.slice(0, -2)), 'BAD_LINK')
  const words = Array.from({ length: 12 }, () => 'abandon').join(' ')
  assert.equal(await code(`${words}\n/ip4/127.0.0.1/tcp/1/ws`), 'BAD_WORDS')
})
