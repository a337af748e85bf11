import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concat, equalBytes, fromHex, fromUtf8, toHex, utf8 } from './bytes.ts'

const bytes = fc.uint8Array({ maxLength: 40 })

await test('hex comes back, and is lowercase', () => {
  fc.assert(fc.property(bytes, (value) => assert.deepEqual(fromHex(toHex(value)), value)))
  assert.equal(toHex(Uint8Array.of(0, 9, 10, 159, 160, 255)), '00090a9fa0ff')
})

await test('text comes back, malformed UTF-8 is an error, a byte order mark is kept', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => assert.equal(fromUtf8(utf8(text)), text)))
  for (const bad of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]])
    assert.throws(() => fromUtf8(Uint8Array.from(bad)), TypeError)
  assert.equal(fromUtf8(utf8('\ufefftext')), '\ufefftext')
})

await test('joining and comparing agree with one another', () => {
  fc.assert(
    fc.property(bytes, bytes, bytes, (a, b, c) => {
      const joined = concat(a, b, c)
      assert.deepEqual([...joined], [...a, ...b, ...c])
      assert.equal(equalBytes(a, b), toHex(a) === toHex(b))
    })
  )
})
