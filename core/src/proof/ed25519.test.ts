import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concat, fromHex, toHex, utf8 } from '../base/bytes.ts'
import { isHoldfastError } from '../base/errors.ts'
import { ed25519Over, isGoodPublicKey } from './ed25519.ts'
import { nodeEd25519 } from './ed25519.node.ts'
import { webEd25519 } from './ed25519.web.ts'
import { LruCache } from './lru-cache.ts'
import { RFC8032_VECTORS } from './vectors/rfc8032.ts'

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n
const message = utf8('message')
const seed = new Uint8Array(32).fill(7)

for (const [name, backend] of [
  ['node:crypto', nodeEd25519],
  ['WebCrypto', webEd25519]
] as const) {
  const { signEd25519, verifyEd25519, ed25519PublicKey } = ed25519Over(backend)

  await test(`the vectors of RFC 8032 hold: ${name}`, async () => {
    for (const vector of RFC8032_VECTORS) {
      const bytes = fromHex(vector.message)
      assert.equal(toHex(await ed25519PublicKey(fromHex(vector.seed))), vector.publicKey)
      const signature = await signEd25519(fromHex(vector.seed), bytes)
      assert.equal(toHex(signature), vector.signature)
      assert.equal(signature.constructor, Uint8Array)
      assert.equal(await verifyEd25519(fromHex(vector.publicKey), bytes, signature), true)
      assert.equal(await verifyEd25519(fromHex(vector.publicKey), concat(bytes, bytes, message), signature), false)
    }
  })

  await test(`every flipped bit of a signature or key is noticed: ${name}`, async () => {
    const publicKey = await ed25519PublicKey(seed)
    const signature = await signEd25519(seed, message)
    for (let bit = 0; bit < 512; bit += 3)
      assert.equal(await verifyEd25519(publicKey, message, flipped(signature, bit)), false)
    for (let bit = 0; bit < 256; bit += 3)
      assert.equal(await verifyEd25519(flipped(publicKey, bit), message, signature), false)
  })

  await test(`a signature whose S is not reduced is refused, so that one entry has one signature: ${name}`, async () => {
    const publicKey = await ed25519PublicKey(seed)
    const signature = await signEd25519(seed, message)
    const lifted = concat(signature.subarray(0, 32), littleEndian(number(signature.subarray(32)) + ORDER))
    assert.equal(await verifyEd25519(publicKey, message, lifted), false)
  })

  await test(`a key of small order signs nothing: ${name}`, async () => {
    // With the neutral point as key and as R, S = 0 satisfies the equation for every message.
    const neutral = littleEndian(1n)
    assert.equal(await verifyEd25519(neutral, message, concat(neutral, new Uint8Array(32))), false)
  })

  await test(`wrong lengths are false or an error, never a crash: ${name}`, async () => {
    const publicKey = await ed25519PublicKey(seed)
    const signature = await signEd25519(seed, message)
    assert.equal(await verifyEd25519(publicKey.subarray(1), message, signature), false)
    assert.equal(await verifyEd25519(publicKey, message, signature.subarray(1)), false)
    assert.equal(await verifyEd25519(publicKey, message, concat(signature, signature)), false)
    assert.throws(
      () => signEd25519(seed.subarray(1), message),
      (error) => isHoldfastError(error, 'INTERNAL')
    )
    assert.throws(
      () => ed25519PublicKey(concat(seed, seed)),
      (error) => isHoldfastError(error, 'INTERNAL')
    )
  })

  await test(`a key that is no point of the curve is false: ${name}`, async () => {
    const signature = await signEd25519(seed, message)
    for (let y = 2n; y < 12n; y++) assert.equal(await verifyEd25519(littleEndian(y), message, signature), false)
  })
}

await test('keys that cannot be anybody’s are told from those that can', () => {
  const prime = 2n ** 255n - 19n
  for (const y of [0n, 1n, prime - 1n, prime, prime + 1n, prime + 5n]) {
    assert.equal(isGoodPublicKey(littleEndian(y)), false)
    assert.equal(isGoodPublicKey(littleEndian(y + 2n ** 255n)), false)
  }
  for (const vector of RFC8032_VECTORS) assert.equal(isGoodPublicKey(fromHex(vector.publicKey)), true)
})

await test('the key cache stays bounded and drops what was unused for longest', () => {
  const cache = new LruCache<number>(2)
  let made = 0
  const get = (key: string): number => cache.get(key, () => ++made)
  get('a')
  get('b')
  get('a')
  get('c')
  assert.equal(cache.size, 2)
  assert.equal(get('a'), 1)
  assert.equal(get('b'), 4)
})

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const out = bytes.slice()
  out[bit >> 3]! ^= 1 << (bit & 7)
  return out
}

function littleEndian(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0')).reverse()
}

function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.slice().reverse())}`)
}
