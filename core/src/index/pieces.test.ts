import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concat, utf8 } from '../base/bytes.ts'
import { isHoldfastError } from '../base/errors.ts'
import { cut, join } from './pieces.ts'
import type { Pieces } from './pieces.ts'
import { fromVarints, toVarints } from './varints.ts'

const NUMBERS = fc.array(fc.oneof(fc.nat(300), fc.nat(2 ** 32 - 1)))

test('numbers come back as they were, and half a number is refused', () => {
  fc.assert(fc.property(NUMBERS, (numbers) => assert.deepEqual(fromVarints(toVarints(numbers)), numbers)))
  for (const bytes of [Uint8Array.of(128), Uint8Array.of(255, 255, 255, 255, 255, 1)])
    assert.throws(
      () => fromVarints(bytes),
      (error) => isHoldfastError(error, 'MALFORMED')
    )
})

test('what was cut comes back byte for byte, whether the pieces are in it, in their order, or not', () => {
  const word = fc.constantFrom('one piece', 'another piece', 'a third piece', 'short', '')
  fc.assert(
    fc.property(fc.array(word), fc.array(word), (texts, known) => {
      const bytes = utf8(texts.join(','))
      assert.deepEqual(join(cut(bytes, piecesOf(known)), piecesOf(known)), bytes)
    })
  )
  const names = Array.from({ length: 100 }, (_, i) => `a name of number ${i}`)
  assert.equal(cut(utf8(names.join('')), piecesOf(names)).rest.length, 0)
})

test('a cut that nobody made is refused or gives other bytes, and takes no more room than it says', () => {
  const bytes = fc.uint8Array({ maxLength: 40 })
  fc.assert(
    fc.property(bytes, bytes, fc.array(fc.constantFrom('one piece', 'two')), (rest, places, known) => {
      const pieces = piecesOf(known)
      try {
        assert.ok(join({ rest, places }, pieces).length <= rest.length + pieces.bytes.length)
      } catch (error) {
        assert.ok(isHoldfastError(error, 'MALFORMED'))
      }
    })
  )
})

function piecesOf(texts: readonly string[]): Pieces {
  const parts = texts.map(utf8)
  return { bytes: concat(...parts), lengths: parts.map((part) => part.length) }
}
