import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encode } from '../base/codec.ts'
import { isHoldfastError } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import { base64, base64Into, base64Length, fromBase64 } from './base64.ts'
import { contentNamed, fileNamed, throwsCode } from './fake-log.test.ts'
import { contentKey } from './keys.ts'
import { decodeOperations, encodeOperations } from './operations.ts'
import type { Actor } from './operations.ts'
import { decodeContent, decodePlace, encodeContent, encodePlace, kindOf, readPlace } from './records.ts'

test('operations survive their bytes', () => {
  const changes = [
    {
      doc: 3,
      operations: [
        { key: contentKey(fileNamed(1)), value: null, preds: [{ counter: 7, actor: 'ab'.repeat(16) as Actor }] },
        { key: 'n/x', value: Uint8Array.of(1), preds: [] }
      ]
    }
  ]
  assert.deepEqual(decodeOperations(encodeOperations(changes)), changes)
})

test('garbage is refused with a code', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const decoder of [decodeOperations, decodeContent, decodePlace]) {
        try {
          decoder(bytes)
        } catch (error) {
          assert.ok(isHoldfastError(error))
        }
      }
    })
  )
})

test('a payload that is only well-formed CBOR is refused', () => {
  const one = ['k', null, []]
  const bad = [
    [2, []],
    [1],
    [1, [[16, []]]],
    [1, [[0, [['k', 5, []]]]]],
    [1, [[0, [['k', new Uint8Array(LIMITS.scalarBytes + 1), []]]]]],
    [1, [[0, [['k'.repeat(100), null, []]]]]],
    [1, [[0, [['k', null, [[0, new Uint8Array(16)]]]]]]],
    [1, [[0, [['k', null, [[1e8, new Uint8Array(16)]]]]]]],
    [1, [[0, [['k', null, [[1, new Uint8Array(15)]]]]]]],
    [
      1,
      [
        [0, Array.from({ length: 4000 }, () => one)],
        [1, Array.from({ length: 97 }, () => one)]
      ]
    ]
  ]
  for (const value of bad) throwsCode(['MALFORMED', 'UNSUPPORTED_VERSION'], () => decodeOperations(encode(value)))
  throwsCode('TOO_LARGE', () => decodeOperations(new Uint8Array(LIMITS.payloadBytes + 1)))
})

test('records survive their bytes, and the quick readers read what the strict ones do', () => {
  const contents = [
    contentNamed(1),
    { ...contentNamed(2), kind: 'link' as const, mtimeMs: -5 },
    { kind: 'folder' as const, mtimeMs: 9 }
  ]
  for (const content of contents) {
    assert.deepEqual(decodeContent(encodeContent(content)), content)
    assert.equal(kindOf(encodeContent(content)), content.kind)
  }
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.boolean(), (name, atRoot) => {
      const place = { parent: atRoot ? null : fileNamed(name), name }
      const bytes = encodePlace(place)
      assert.deepEqual(decodePlace(bytes), place)
      assert.deepEqual(readPlace(bytes), place)
    })
  )
})

test('base64 is what everybody calls base64, without padding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      assert.equal(base64(bytes), Buffer.from(bytes).toString('base64').replace(/=+$/, ''))
      assert.deepEqual(fromBase64(base64(bytes)), bytes)
      const written = new Uint8Array(base64Length(bytes) + 2)
      assert.equal(base64Into(written, 1, bytes), base64Length(bytes) + 1)
      assert.equal(Buffer.from(written.subarray(1, -1)).toString(), base64(bytes))
    })
  )
})
