import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '../base/bytes.ts'
import { SIGN } from '../base/labels.ts'
import { ed25519PublicKey, verifyEd25519 } from './ed25519.ts'
import { sign, verify } from './sign.ts'

const seed = new Uint8Array(32).fill(3)
const bytes = utf8('canonical bytes')

await test('no label’s signature verifies under another, or without a label', async () => {
  const publicKey = await ed25519PublicKey(seed)
  const labels = Object.values(SIGN)
  for (const made of labels) {
    const signature = await sign(made, seed, bytes)
    for (const asked of labels)
      assert.equal(await verify(asked, publicKey, bytes, signature), made === asked, `${made} as ${asked}`)
    assert.equal(await verifyEd25519(publicKey, bytes, signature), false)
  }
})

await test('what is signed is the prefix, the label, a zero byte and the bytes', async () => {
  const publicKey = await ed25519PublicKey(seed)
  const signature = await sign(SIGN.entry, seed, bytes)
  assert.equal(await verifyEd25519(publicKey, utf8('holdfast/1 entry\0canonical bytes'), signature), true)
})

await test('bytes moved between label and message do not keep the signature', async () => {
  const publicKey = await ed25519PublicKey(seed)
  const signature = await sign(SIGN.entry, seed, bytes)
  assert.equal(await verify(SIGN.entry, publicKey, bytes.subarray(1), signature), false)
})
