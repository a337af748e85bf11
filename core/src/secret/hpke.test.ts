import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concat, fromHex, toHex, utf8 } from '../base/bytes.ts'
import { isHoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import type { Random } from '../ports/random.ts'
import { HPKE_OVERHEAD_BYTES, hpkeOpen, hpkeSeal, isGoodX25519Public, x25519PublicKey } from './hpke.ts'
import { RFC9180_VECTOR } from './vectors/rfc9180.ts'

const vector = RFC9180_VECTOR
const secret = new Uint8Array(32).fill(1)
const epoch = new Uint8Array(32).fill(2)
const info = utf8('info')
const aad = utf8('aad')
const fixed = (bytes: Uint8Array): Random => ({ bytes: () => bytes })
const code = (expected: ErrorCode) => (error: unknown) => isHoldfastError(error, expected)

await test('the vector of RFC 9180 holds in both directions', async () => {
  assert.equal(toHex(await x25519PublicKey(fromHex(vector.skRm))), vector.pkRm)
  const sealed = await hpkeSeal(
    fromHex(vector.pkRm),
    fromHex(vector.info),
    fromHex(vector.aad),
    fromHex(vector.plaintext),
    fixed(fromHex(vector.ikmE))
  )
  assert.equal(toHex(sealed), vector.enc + vector.ciphertext)
  const opened = await hpkeOpen(
    fromHex(vector.skRm),
    fromHex(vector.info),
    fromHex(vector.aad),
    fromHex(vector.enc + vector.ciphertext)
  )
  assert.equal(toHex(opened), vector.plaintext)
})

await test('a wrap opens for its recipient, info and associated data only', async () => {
  const sealed = await hpkeSeal(await x25519PublicKey(secret), info, aad, epoch, fixed(new Uint8Array(32).fill(3)))
  assert.equal(sealed.length, 32 + HPKE_OVERHEAD_BYTES)
  assert.deepEqual(await hpkeOpen(secret, info, aad, sealed), epoch)
  await assert.rejects(hpkeOpen(epoch, info, aad, sealed), code('DECRYPT_FAILED'))
  await assert.rejects(hpkeOpen(secret, aad, aad, sealed), code('DECRYPT_FAILED'))
  await assert.rejects(hpkeOpen(secret, info, info, sealed), code('DECRYPT_FAILED'))
})

await test('a changed byte anywhere in a wrap is noticed', async () => {
  const sealed = await hpkeSeal(await x25519PublicKey(secret), info, aad, epoch, fixed(new Uint8Array(32).fill(3)))
  for (let at = 0; at < sealed.length; at += 5) {
    const bad = sealed.slice()
    bad[at]! ^= 4
    await assert.rejects(hpkeOpen(secret, info, aad, bad), code('DECRYPT_FAILED'))
  }
  await assert.rejects(hpkeOpen(secret, info, aad, sealed.subarray(0, HPKE_OVERHEAD_BYTES - 1)), code('MALFORMED'))
})

await test('public keys of small order are refused: every shared secret with them is zero', async () => {
  const prime = 2n ** 255n - 19n
  const order8 = [
    325606250916557431795983626356110631294008115727848805560023387167927233504n,
    39382357235489614581723060781553021112529911719440698176882885853963445705823n
  ]
  for (const u of [0n, 1n, ...order8, prime - 1n, prime, prime + 1n]) {
    for (const encoded of [littleEndian(u), littleEndian(u + 2n ** 255n)]) {
      assert.equal(isGoodX25519Public(encoded), false)
      await assert.rejects(hpkeSeal(encoded, info, aad, epoch, fixed(secret)), code('MALFORMED'))
      await assert.rejects(hpkeOpen(secret, info, aad, concat(encoded, new Uint8Array(48))), code('MALFORMED'))
    }
  }
  assert.equal(isGoodX25519Public(new Uint8Array(31)), false)
})

await test('garbage is refused with a named code', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 120 }), async (bytes) => {
      await assert.rejects(
        hpkeOpen(secret, info, aad, bytes),
        (error) => isHoldfastError(error) && ['MALFORMED', 'DECRYPT_FAILED'].includes(error.code)
      )
    }),
    { numRuns: 30 }
  )
})

function littleEndian(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0')).reverse()
}
