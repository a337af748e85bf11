import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concat, toHex } from '../base/bytes.ts'
import { isHoldfastError } from '../base/errors.ts'
import { blake3 } from '../proof/blake3.ts'
import { createGate } from './gate.ts'
import { GEAR, GEAR_MASK, GEAR_WINDOW_BYTES } from './gear.ts'
import { CHASKEY_12_TAG_OF_16_BYTES, CHASKEY_KEY } from './vectors/chaskey.ts'

const FROZEN_FIRST = ['6fee7f8', '8380cbf7', 'c7e6e2bc', '16bb070']
const FROZEN_GEAR = '582ac6bfe535b820e73ec5b7385ef4b3f47b84d4fbc3714ff99cf80f8ec1bc13'
const key = new Uint8Array(Uint32Array.from(CHASKEY_KEY).buffer)
const message = Uint8Array.from({ length: 16 }, (_, i) => i)

await test('the gate is Chaskey-12: the published vector holds', () => {
  const gate = createGate(key)
  assert.deepEqual(
    [...gate.tag(message, 16)].map((word) => word >>> 0),
    CHASKEY_12_TAG_OF_16_BYTES
  )
  assert.equal(gate.first32(message, 16), CHASKEY_12_TAG_OF_16_BYTES[0])
})

await test('the gate sees exactly the 16 bytes before the position', () => {
  const gate = createGate(key)
  const inside = concat(new Uint8Array(9).fill(1), message, new Uint8Array(9).fill(2))
  assert.equal(gate.first32(inside, 25), gate.first32(message, 16))
  for (let at = 9; at < 25; at++) {
    const changed = inside.slice()
    changed[at]! ^= 1
    assert.notEqual(gate.first32(changed, 25), gate.first32(inside, 25))
  }
})

await test('a key with its highest bit set doubles as the specification says', () => {
  const high = createGate(new Uint8Array(16).fill(0xff))
  assert.notDeepEqual(high.tag(message, 16), createGate(new Uint8Array(16).fill(0x7f)).tag(message, 16))
})

await test('a key of another length is refused', () => {
  assert.throws(
    () => createGate(new Uint8Array(32)),
    (error) => isHoldfastError(error, 'INTERNAL')
  )
})

await test('the Gear table is frozen: another table would cut every file anew', () => {
  assert.equal(GEAR.length, 256)
  assert.deepEqual(
    [...GEAR.subarray(0, 4)].map((number) => (number >>> 0).toString(16)),
    FROZEN_FIRST
  )
  const bytes = new Uint8Array(1024)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < 256; i++) view.setInt32(i * 4, GEAR[i]!, true)
  assert.equal(toHex(blake3(bytes)), FROZEN_GEAR)
})

await test('the candidate bits depend on exactly the window', () => {
  const hash = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => ((sum << 1) + GEAR[byte]!) | 0, 0)
  const bytes = Uint8Array.from({ length: 40 }, (_, i) => (i * 37) & 255)
  const window = bytes.subarray(40 - GEAR_WINDOW_BYTES)
  assert.equal(hash(bytes) & GEAR_MASK, hash(window) & GEAR_MASK)
  const changed = window.slice()
  changed[0]! ^= 1 // the oldest byte reaches the highest candidate bit only, so an odd difference of the table shows there
  assert.equal((GEAR[changed[0]!]! ^ GEAR[window[0]!]!) & 1, ((hash(changed) ^ hash(window)) >>> 15) & 1)
})
