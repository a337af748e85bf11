import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concat, fromHex, toHex, utf8 } from '../base/bytes.ts'
import { isHoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import { DERIVE } from '../base/labels.ts'
import type { BlobId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { Random } from '../ports/random.ts'
import { blake3Id, blake3Keyed, deriveKey } from '../proof/blake3.ts'
import * as aead from './aead.ts'
import { aesGcm as nodeGcm } from './platform.node.ts'
import { aesGcm as webGcm } from './platform.web.ts'
import { AES_256_GCM_VECTORS } from './vectors/aes-256-gcm.ts'

const { CHUNK_OVERHEAD_BYTES, openChunk, openSealed, SEALED_OVERHEAD_BYTES, sealChunk, sealWithFreshSalt } = aead
const key = new Uint8Array(32).fill(5)
const otherKey = new Uint8Array(32).fill(6)
const empty = new Uint8Array(0)
const code = (expected: ErrorCode) => (error: unknown) => isHoldfastError(error, expected)

for (const [name, gcm] of [
  ['node:crypto', nodeGcm],
  ['WebCrypto', webGcm]
] as const) {
  await test(`the published vectors of AES-256-GCM hold: ${name}`, async () => {
    for (const vector of AES_256_GCM_VECTORS) {
      const [aesKey, nonce, aad, plaintext] = [
        fromHex(vector.key),
        fromHex(vector.nonce),
        fromHex(vector.aad),
        fromHex(vector.plaintext)
      ]
      const sealed = await gcm.seal(aesKey, nonce, aad, utf8('head'), [plaintext.subarray(0, 5), plaintext.subarray(5)])
      assert.equal(toHex(sealed), toHex(utf8('head')) + vector.sealed)
      assert.equal(sealed.constructor, Uint8Array)
      const opened = await gcm.open(aesKey, nonce, aad, sealed.subarray(4))
      assert.equal(toHex(opened!), vector.plaintext)
      assert.equal(opened!.constructor, Uint8Array)
    }
  })

  await test(`a changed, shortened or empty ciphertext opens to nothing: ${name}`, async () => {
    const nonce = new Uint8Array(12)
    const sealed = await gcm.seal(key, nonce, empty, empty, [utf8('content')])
    for (const bad of [
      flipped(sealed, 0),
      flipped(sealed, sealed.length * 8 - 1),
      sealed.subarray(1),
      sealed.subarray(0, -1),
      sealed.subarray(0, 15),
      empty
    ])
      assert.equal(await gcm.open(key, nonce, empty, bad), undefined)
    assert.equal(await gcm.open(otherKey, nonce, empty, sealed), undefined)
    assert.equal(await gcm.open(key, nonce, utf8('aad'), sealed), undefined)
  })
}

await test('both platforms make the same bytes, around every boundary of the pieces', async () => {
  const nonce = new Uint8Array(12).fill(9)
  for (const length of [0, 1, 15, 16, 17, 98_303, 98_304, 98_305, 300_000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => i)
    assert.deepEqual(
      await nodeGcm.seal(key, nonce, key, key, [bytes]),
      await webGcm.seal(key, nonce, key, key, [bytes])
    )
  }
})

await test('a chunk opens under the key it was sealed with, and only that', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const sealed = await sealChunk(key, bytes)
      assert.deepEqual(await openChunk(sealed.key, sealed.blob), bytes)
      await assert.rejects(openChunk(otherKey, sealed.blob), code('DECRYPT_FAILED'))
      assert.equal(sealed.blob.length, bytes.length + CHUNK_OVERHEAD_BYTES)
    }),
    { numRuns: 30 }
  )
})

await test('a chunk key is the keyed hash of the exact bytes, a blob id the hash of the blob: one blob for the same bytes', async () => {
  const bytes = utf8('the same bytes')
  const sealed = await sealChunk(key, bytes)
  assert.deepEqual(sealed.key, blake3Keyed(key, bytes))
  assert.equal(sealed.id, blake3Id(sealed.blob))
  assert.deepEqual(await sealChunk(key, [bytes.subarray(0, 3), empty, bytes.subarray(3)]), sealed)
  assert.notDeepEqual((await sealChunk(otherKey, bytes)).blob, sealed.blob)
})

await test('no function that is exported takes a key, a nonce and a plaintext, but for two that give nothing new', async () => {
  const functions = Object.entries(aead).filter(([, value]) => typeof value === 'function')
  assert.deepEqual(functions.map(([name]) => name).sort(), [
    'openChunk',
    'openSealed',
    'saltedHeaderOf',
    'sealChunk',
    'sealChunkAgain',
    'sealWithFreshSalt',
    'sealWithSaltAgain'
  ])
  const [bytes, others, aad] = [utf8('content'), utf8('contenT'), utf8('aad')]
  const chunk = await sealChunk(key, bytes)
  assert.deepEqual(await aead.sealChunkAgain(chunk.key, [bytes], chunk.id), chunk.blob)
  assert.equal(await aead.sealChunkAgain(chunk.key, [others], chunk.id), undefined)
  const blob = await sealWithFreshSalt(DERIVE.manifest, key, bytes, aad, counting())
  const sealed = { header: aead.saltedHeaderOf(blob), id: blake3Id<BlobId>(blob) }
  assert.deepEqual(await aead.sealWithSaltAgain(DERIVE.manifest, key, [bytes], aad, sealed), blob)
  assert.equal(await aead.sealWithSaltAgain(DERIVE.manifest, key, [others], aad, sealed), undefined)
  assert.equal(await aead.sealWithSaltAgain(DERIVE.manifest, key, [bytes], others, sealed), undefined)
})

await test('shape 2: version, salt, nonce, ciphertext, and a key from the parent key and the salt', async () => {
  const sealed = await sealWithFreshSalt(DERIVE.payload, key, utf8('content'), utf8('aad'), counting())
  const salt = Uint8Array.from({ length: 32 }, (_, i) => i)
  const nonce = Uint8Array.from({ length: 12 }, (_, i) => 32 + i)
  assert.deepEqual(sealed.subarray(0, 45), concat(Uint8Array.of(1), salt, nonce))
  assert.equal(sealed.length, 7 + SEALED_OVERHEAD_BYTES)
  const opened = await nodeGcm.open(
    deriveKey(DERIVE.payload, concat(key, salt)),
    nonce,
    utf8('aad'),
    sealed.subarray(45)
  )
  assert.deepEqual(opened, utf8('content'))
  assert.deepEqual(await openSealed(DERIVE.payload, key, sealed, utf8('aad')), utf8('content'))
})

await test('shape 2 opens under the same label, key and associated data only', async () => {
  const sealed = await sealWithFreshSalt(DERIVE.payload, key, utf8('content'), utf8('aad'), counting())
  await assert.rejects(openSealed(DERIVE.keySlot, key, sealed, utf8('aad')), code('DECRYPT_FAILED'))
  await assert.rejects(openSealed(DERIVE.payload, otherKey, sealed, utf8('aad')), code('DECRYPT_FAILED'))
  await assert.rejects(openSealed(DERIVE.payload, key, sealed, empty), code('DECRYPT_FAILED'))
})

await test('every flipped bit is noticed in both shapes', async () => {
  const salted = await sealWithFreshSalt(DERIVE.payload, key, utf8('content'), empty, counting())
  const chunk = await sealChunk(key, utf8('content'))
  for (let bit = 0; bit < salted.length * 8; bit++)
    await assert.rejects(
      openSealed(DERIVE.payload, key, flipped(salted, bit), empty),
      code(bit < 8 ? 'UNSUPPORTED_VERSION' : 'DECRYPT_FAILED')
    )
  for (let bit = 0; bit < chunk.blob.length * 8; bit++)
    await assert.rejects(
      openChunk(chunk.key, flipped(chunk.blob, bit)),
      code(bit < 8 ? 'UNSUPPORTED_VERSION' : 'DECRYPT_FAILED')
    )
})

await test('garbage is refused with a named code', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      for (const opening of [openChunk(key, bytes), openSealed(DERIVE.payload, key, bytes, empty)])
        await assert.rejects(
          opening,
          (error) =>
            isHoldfastError(error) && ['MALFORMED', 'UNSUPPORTED_VERSION', 'DECRYPT_FAILED'].includes(error.code)
        )
    })
  )
  await assert.rejects(openChunk(key, new Uint8Array(LIMITS.blobBytes + 1)), code('TOO_LARGE'))
  await assert.rejects(openChunk(key.subarray(1), new Uint8Array(100)), code('INTERNAL'))
})

/** 0, 1, 2 … over all calls. */
function counting(): Random {
  let next = 0
  return { bytes: (length) => Uint8Array.from({ length }, () => next++) }
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const out = bytes.slice()
  out[bit >> 3]! ^= 1 << (bit & 7)
  return out
}
