import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { utf8 } from '../base/bytes.ts'
import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import type { AccountId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { decodeMetadata, encodeMetadata, metadataText } from './conversation-metadata.ts'

const anna = '0a'.repeat(32) as AccountId
const bob = '0b'.repeat(32) as AccountId

test('metadata comes back as it was written, headers of other versions too', () => {
  const metadata = {
    title: 'Holiday: where?',
    members: [
      { account: anna, name: 'Anna' },
      { account: bob, name: 'Bob B.' }
    ],
    headers: new Map([['topic', 'the sea']])
  }
  assert.deepEqual(decodeMetadata(encodeMetadata(metadata)), metadata)
})

test('what is not exactly of the form is refused', () => {
  const head = 'holdfast-conversation 1\n'
  const bad = [
    '',
    head,
    'title: x\n',
    `${head}title: x`,
    `${head}title: x\ntitle: y\n`,
    `${head}title:  x\n`,
    `${head}title: a\u202eb\n`,
    `${head}title: x\r\n`,
    `${head}Title: x\n`,
    `${head}title: x\n\n`,
    `${head}title: x\nmember: ${anna}\n`,
    `${head}title: x\nmember: ${anna} A\nmember: ${anna} B\n`,
    `${head}title: x\nmember: ${anna.toUpperCase()} A\n`,
    `${head}title: x\nmember: zz Anna\n`,
    `${head}title: x\ntopic: a\ntopic: b\n`,
    `${head}title: ${'x'.repeat(LIMITS.metadataLineBytes + 1)}\n`,
    `${head}title: x\n${Array.from({ length: LIMITS.metadataHeaders + 1 }, (_, i) => `h${i}: x\n`).join('')}`
  ]
  for (const text of bad)
    assert.throws(
      () => decodeMetadata(utf8(text)),
      (error) => error instanceof HoldfastError,
      JSON.stringify(text.slice(0, 80))
    )
  assert.throws(
    () => decodeMetadata(new Uint8Array(LIMITS.metadataBytes + 1)),
    (error) => isHoldfastError(error, 'TOO_LARGE')
  )
})

test('garbage never does more than be refused', () => {
  const lines = fc.array(
    fc.constantFrom('title: x', `member: ${anna} A`, 'x: y', '', ': ', 'title: \u0000', '__proto__: x')
  )
  const text = lines.map((some) => utf8(['holdfast-conversation 1', ...some, ''].join('\n')))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), text), (bytes) => {
      try {
        assert.deepEqual(encodeMetadata(decodeMetadata(bytes)).length, bytes.length)
      } catch (error) {
        assert.ok(error instanceof HoldfastError, String(error))
      }
    })
  )
})

test('any text can be made a value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
      encodeMetadata({
        title: metadataText(text),
        members: [{ account: anna, name: metadataText(text).slice(0, 50).trim() || '_' }],
        headers: new Map()
      })
    }),
    { numRuns: 50 }
  )
})
