import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concat, toHex } from '../base/bytes.ts'
import { LIMITS } from '../base/limits.ts'
import { blake3, blake3Keyed } from '../proof/blake3.ts'
import { createChunker } from './chunker.ts'

const FROZEN_CUTS = [333587, 894615, 1581116, 304906, 1250046, 1541573, 1190080, 770782]
const MiB = 1024 * 1024
const key = Uint8Array.from({ length: 16 }, (_, i) => i)
const otherKey = new Uint8Array(16).fill(9)
const data = pseudoRandom(24 * MiB, 1)
const whole = cuts(key, data, data.length)

await test('the cuts of a known stream are frozen: a changed one would store every file again', () => {
  assert.deepEqual(whole.slice(0, 8), FROZEN_CUTS)
})

await test('how the bytes arrive does not matter', () => {
  for (const size of [4095, 65_536, 300_001, MiB, 5 * MiB]) assert.deepEqual(cuts(key, data, size), whole)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 * MiB }), { maxLength: 12 }), (sizes) =>
      assert.deepEqual(cutsOf(key, split(data, sizes)), whole)
    ),
    { numRuns: 15 }
  )
})

await test('one byte at a time gives the same first chunk', () => {
  const chunker = createChunker(key)
  let length = 0
  for (let at = 0; length === 0; at++) length = chunker.push(data.subarray(at, at + 1))[0]?.length ?? 0
  assert.equal(length, whole[0])
})

await test('the chunks joined are the bytes, although both sides reuse their buffers', () => {
  for (const size of [50_000, 700_000, 6 * MiB]) {
    const chunker = createChunker(key)
    const buffer = new Uint8Array(size)
    const out: Uint8Array[] = []
    for (let at = 0; at < data.length; at += size) {
      const piece = data.subarray(at, at + size)
      buffer.set(piece)
      for (const chunk of chunker.push(buffer.subarray(0, piece.length))) out.push(chunk.slice())
      buffer.fill(0xee)
    }
    for (const chunk of chunker.finish()) out.push(chunk.slice())
    assert.deepEqual(blake3(concat(...out)), blake3(data))
  }
})

await test('sizes stay between minimum and maximum, about 768 KiB on average', () => {
  assert.ok(whole.slice(0, -1).every((length) => length >= LIMITS.chunkMinBytes && length <= LIMITS.chunkMaxBytes))
  let total = 0
  let count = 0
  for (let i = 0; i < 12; i++) {
    const lengths = cuts(
      Uint8Array.from({ length: 16 }, () => i),
      data,
      MiB
    ).slice(0, -1)
    total += lengths.reduce((sum, length) => sum + length, 0)
    count += lengths.length
  }
  const averageKiB = total / count / 1024
  assert.ok(averageKiB > 680 && averageKiB < 860, `average ${averageKiB} KiB`)
})

await test('one byte inserted at the start changes the first chunk or two only', () => {
  const inserted = cutsOf(key, [Uint8Array.of(7), data])
  const before = new Set(ends(whole))
  const changed = ends(inserted).filter((end) => !before.has(end - 1))
  assert.ok(changed.length <= 2, `${changed.length} chunks changed`)
})

await test('a change in the middle leaves the chunks before it and most after it', () => {
  const edited = data.slice()
  edited[12 * MiB]! ^= 1
  const before = new Set(ends(whole))
  assert.ok(ends(cuts(key, edited, MiB)).filter((end) => !before.has(end)).length <= 2)
})

await test('another key cuts elsewhere: sizes tell nothing about a known file', () => {
  const mine = new Set(ends(whole))
  const theirs = ends(cuts(otherKey, data, MiB)).slice(0, -1)
  assert.ok(theirs.filter((end) => mine.has(end)).length <= 1)
})

await test('bytes without any content to cut at are cut at the maximum', () => {
  const lengths = cuts(key, new Uint8Array(5 * MiB), MiB)
  assert.ok(lengths.slice(0, -1).every((length) => length === LIMITS.chunkMaxBytes || length === LIMITS.chunkMinBytes))
})

await test('nothing gives no chunk, little gives one, and a chunker serves many streams', () => {
  const chunker = createChunker(key)
  assert.deepEqual([...chunker.push(new Uint8Array(0)), ...chunker.finish()], [])
  for (let round = 0; round < 2; round++) {
    assert.deepEqual(chunker.push(data.subarray(0, 1000)), [])
    assert.deepEqual(
      chunker.finish().map((chunk) => toHex(blake3(chunk))),
      [toHex(blake3(data.subarray(0, 1000)))]
    )
    assert.deepEqual(chunker.finish(), [])
  }
})

function cuts(gateKey: Uint8Array, bytes: Uint8Array, size: number): number[] {
  return cutsOf(
    gateKey,
    split(
      bytes,
      Array.from({ length: Math.floor(bytes.length / size) }, () => size)
    )
  )
}

function cutsOf(gateKey: Uint8Array, pieces: Uint8Array[]): number[] {
  const chunker = createChunker(gateKey)
  return [
    ...pieces.flatMap((piece) => chunker.push(piece).map((chunk) => chunk.length)),
    ...chunker.finish().map((chunk) => chunk.length)
  ]
}

function ends(lengths: number[]): number[] {
  let end = 0
  return lengths.map((length) => (end += length))
}

/** Pieces of the given sizes, and the rest. */
function split(bytes: Uint8Array, sizes: number[]): Uint8Array[] {
  let at = 0
  const pieces = sizes.map((size) => bytes.subarray(at, (at += size)))
  return [...pieces, bytes.subarray(at)]
}

/** The same bytes on every platform: keyed BLAKE3 of a counter, stretched by a xorshift. */
function pseudoRandom(length: number, seed: number): Uint8Array {
  const start = blake3Keyed(new Uint8Array(32).fill(seed), new Uint8Array(0))
  let [x, y, z, w] = [...new Int32Array(start.slice().buffer)] as [number, number, number, number]
  const words = new Int32Array(length / 4)
  for (let i = 0; i < words.length; i++) {
    const t = x ^ (x << 11)
    ;[x, y, z] = [y, z, w]
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8)
    words[i] = w
  }
  return new Uint8Array(words.buffer)
}
