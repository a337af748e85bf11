import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { argon2id } from 'hash-wasm'
import { toHex, utf8 } from '../base/bytes.ts'
import { asArray, decode, encode } from '../base/codec.ts'
import type { Value } from '../base/codec.ts'
import { isHoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import { DEFAULT_ARGON_COST, keyFromPassphrase } from './argon.ts'
import { unwrapWithKey, unwrapWithPassphrase, wrapWithKey, wrapWithPassphrase } from './key-box.ts'

const FROZEN_KEY = 'd836918f2f97b3e32959ec98d566f476ed6bde9484cfe186e3fa5b609f77a266'
const random = { bytes: (length: number) => new Uint8Array(length).fill(4) }
const secrets = utf8('the secrets of a device')
const salt = utf8('sixteen bytes ok')
const code = (expected: ErrorCode) => (error: unknown) => isHoldfastError(error, expected)
const box = await wrapWithPassphrase('correct horse', secrets, random)

await test('Argon2id gives the answer of the reference implementation, and ours is frozen', async () => {
  const known = {
    password: 'password',
    salt: 'somesalt',
    memorySize: 65536,
    iterations: 2,
    parallelism: 1,
    hashLength: 32
  }
  assert.equal(
    await argon2id({ ...known, outputType: 'hex' }),
    '09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7'
  )
  assert.equal(toHex(await keyFromPassphrase('password', salt, DEFAULT_ARGON_COST)), FROZEN_KEY)
})

await test('the same letters typed on another system are the same passphrase', async () => {
  assert.deepEqual(
    await keyFromPassphrase('Caf\u00e9 \ufb01', salt, DEFAULT_ARGON_COST),
    await keyFromPassphrase('Cafe\u0301 fi', salt, DEFAULT_ARGON_COST)
  )
})

await test('the right passphrase opens the box; a wrong one says so and nothing else', async () => {
  assert.deepEqual(await unwrapWithPassphrase('correct horse', box), secrets)
  await assert.rejects(unwrapWithPassphrase('correct horse ', box), code('WRONG_PASSPHRASE'))
  await assert.rejects(unwrapWithPassphrase('', box), code('WRONG_PASSPHRASE'))
})

await test('the box is the canonical array of FORMAT.md, its cost readable before any guess', () => {
  const [version, algorithm, memoryKiB, passes, lanes, boxSalt] = asArray(decode(box, LIMITS.keyBoxBytes), 7)
  assert.deepEqual([version, algorithm, memoryKiB, passes, lanes], [1, 'argon2id', 65536, 3, 1])
  assert.deepEqual(boxSalt, random.bytes(16))
})

await test('a cost under the floor (a downgrade) or over the ceiling (an attack on memory) is refused before any work', async () => {
  const changes: [number, Value][] = [
    [2, 65535],
    [2, 0],
    [3, 2],
    [3, 0],
    [4, 0],
    [2, LIMITS.argonCeilingMemoryKiB + 1],
    [3, LIMITS.argonCeilingPasses + 1],
    [4, 17]
  ]
  for (const [item, value] of changes)
    await assert.rejects(unwrapWithPassphrase('correct horse', changed(item, value)), code('MALFORMED'))
  await assert.rejects(
    wrapWithPassphrase('weak', secrets, random, { memoryKiB: 1024, passes: 3, lanes: 1 }),
    code('MALFORMED')
  )
})

await test('another version or algorithm, a short salt, trailing bytes and too many bytes are refused', async () => {
  await assert.rejects(unwrapWithPassphrase('x', changed(0, 2)), code('UNSUPPORTED_VERSION'))
  await assert.rejects(unwrapWithPassphrase('x', changed(1, 'argon2i')), code('UNSUPPORTED_VERSION'))
  await assert.rejects(unwrapWithPassphrase('x', changed(5, new Uint8Array(8))), code('MALFORMED'))
  await assert.rejects(unwrapWithPassphrase('x', changed(6, new Uint8Array(60))), code('MALFORMED'))
  await assert.rejects(unwrapWithPassphrase('x', new Uint8Array([...box, 0])), code('MALFORMED'))
  await assert.rejects(unwrapWithPassphrase('x', new Uint8Array(LIMITS.keyBoxBytes + 1)), code('TOO_LARGE'))
})

await test('garbage is refused without any work', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), (bytes) =>
      assert.rejects(
        unwrapWithPassphrase('x', bytes),
        (error) => isHoldfastError(error) && ['MALFORMED', 'UNSUPPORTED_VERSION'].includes(error.code)
      )
    )
  )
})

await test('a stored unlock key opens what it sealed', async () => {
  const key = new Uint8Array(32).fill(1)
  const sealed = await wrapWithKey(key, secrets, random)
  assert.deepEqual(await unwrapWithKey(key, sealed), secrets)
  await assert.rejects(unwrapWithKey(new Uint8Array(32), sealed), code('DECRYPT_FAILED'))
  await assert.rejects(unwrapWithKey(key, new Uint8Array(LIMITS.keyBoxBytes + 1)), code('TOO_LARGE'))
})

function changed(item: number, value: Value): Uint8Array {
  const items = [...asArray(decode(box, LIMITS.keyBoxBytes), 7)]
  items[item] = value
  return encode(items)
}
