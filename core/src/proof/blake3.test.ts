import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { toHex, utf8 } from '../base/bytes.ts'
import { isHoldfastError } from '../base/errors.ts'
import { blake3, blake3Id, blake3Keyed, createBlake3Hasher, deriveKey } from './blake3.ts'
import { blake3Backend, loadWasmBlake3 } from './platform.node.ts'
import * as web from './platform.web.ts'
import type { Blake3Backend } from './platform.ts'
import { BLAKE3_CONTEXT, BLAKE3_KEY, BLAKE3_VECTORS } from './vectors/blake3.ts'

const key = utf8(BLAKE3_KEY)

await test('the web backend says what is missing when it was not initialised', () => {
  assert.throws(
    () => web.blake3Backend.hash(key),
    (error) => isHoldfastError(error, 'INTERNAL')
  )
})

await web.initBlake3(
  new WebAssembly.Module(readFileSync(createRequire(import.meta.url).resolve('blake3/dist/wasm/web/blake3_js_bg.wasm')))
)

const backends = new Map<string, Blake3Backend>([
  ['the one Node chose', blake3Backend],
  ['wasm on Node', await loadWasmBlake3()],
  ['wasm of the web', web.blake3Backend]
])

for (const [name, backend] of backends) {
  await test(`official vectors hold: ${name}`, () => {
    for (const vector of BLAKE3_VECTORS) {
      const bytes = input(vector.length)
      assert.equal(toHex(backend.hash(bytes)), vector.hash)
      assert.equal(toHex(backend.keyed(key, bytes)), vector.keyed)
      for (const step of [1, 63, 1024, 100_000]) {
        assert.equal(inSteps(backend, undefined, bytes, step), vector.hash)
        assert.equal(inSteps(backend, { key }, bytes, step), vector.keyed)
        assert.equal(inSteps(backend, { context: BLAKE3_CONTEXT }, bytes, step), vector.derived)
      }
    }
  })

  await test(`a view into a larger buffer hashes as a copy does: ${name}`, () => {
    const whole = input(5000)
    for (const view of [whole.subarray(7, 4099), Buffer.from(whole.buffer, 7, 4092)]) {
      assert.deepEqual(backend.hash(view), backend.hash(whole.slice(7, 4099)))
      assert.deepEqual(backend.keyed(key, view), backend.keyed(key, whole.slice(7, 4099)))
      assert.deepEqual(backend.keyed(new Uint8Array([0, ...key]).subarray(1), view), backend.keyed(key, view))
    }
  })

  await test(`results are plain arrays of their own: ${name}`, () => {
    const first = backend.hash(key)
    const kept = toHex(first)
    backend.hash(utf8('another'))
    assert.equal(toHex(first), kept)
    assert.equal(first.constructor, Uint8Array)
    assert.equal(backend.start().digest().constructor, Uint8Array)
  })
}

await test('hundreds of megabytes through the wasm leave its memory as it was', async () => {
  const wasm = await loadWasmBlake3()
  const bytes = input(4 * 1024 * 1024)
  for (let i = 0; i < 4; i++) wasm.keyed(key, bytes)
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().external
  for (let i = 0; i < 40; i++) wasm.keyed(key, bytes)
  for (let i = 0; i < 50_000; i++) wasm.keyed(key, key)
  const grown = process.memoryUsage().arrayBuffers + process.memoryUsage().external - before
  assert.ok(grown < 16 * 1024 * 1024, `grew by ${grown} bytes`)
})

await test('the module in front of the backends gives the official results', () => {
  const vector = BLAKE3_VECTORS.find((item) => item.length === 1025)!
  const bytes = input(1025)
  assert.equal(toHex(blake3(bytes)), vector.hash)
  assert.equal(blake3Id(bytes), vector.hash)
  assert.equal(toHex(blake3Keyed(key, bytes)), vector.keyed)
  assert.equal(toHex(deriveKey(BLAKE3_CONTEXT, bytes.subarray(0, 1000), bytes.subarray(1000))), vector.derived)
})

await test('a key of another length is refused before the native code could abort the process', () => {
  for (const length of [0, 31, 33]) {
    assert.throws(
      () => blake3Keyed(new Uint8Array(length), key),
      (error) => isHoldfastError(error, 'INTERNAL')
    )
    assert.throws(
      () => createBlake3Hasher({ key: new Uint8Array(length) }),
      (error) => isHoldfastError(error, 'INTERNAL')
    )
  }
})

await test('a hash cannot be used after its end', () => {
  const hasher = createBlake3Hasher()
  hasher.update(key)
  hasher.digest()
  assert.throws(
    () => hasher.update(key),
    (error) => isHoldfastError(error, 'INTERNAL')
  )
  assert.throws(
    () => hasher.digest(),
    (error) => isHoldfastError(error, 'INTERNAL')
  )
})

function inSteps(
  backend: Blake3Backend,
  mode: Parameters<Blake3Backend['start']>[0],
  bytes: Uint8Array,
  step: number
): string {
  const stream = backend.start(mode)
  for (let at = 0; at < bytes.length; at += step) stream.update(bytes.subarray(at, at + step))
  return toHex(stream.digest())
}

function input(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i % 251)
}
