import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isHoldfastError } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import { encodeMessage, readMessage } from './conversation-text.ts'

test('text and attachments come back', () => {
  const message = { text: 'See there.\n\nAnna', attachments: ['report_2.pdf', 'a [b] (c).txt'] }
  assert.deepEqual(readMessage(encodeMessage(message)), message)
  assert.deepEqual(readMessage(encodeMessage({ text: '', attachments: ['x'] })), { text: '', attachments: ['x'] })
})

test('nothing at all is no message, and neither is a book', () => {
  assert.throws(
    () => encodeMessage({ text: ' \n', attachments: [] }),
    (error) => isHoldfastError(error, 'USAGE')
  )
  const text = 'x'.repeat(LIMITS.messageBytes)
  assert.throws(
    () => encodeMessage({ text, attachments: [] }),
    (error) => isHoldfastError(error, 'TOO_LARGE')
  )
})

test('a name that leads elsewhere is no attachment', () => {
  for (const link of [
    '[x](<attachments/../metadata>)',
    '[x](<attachments/a/b>)',
    '[x](<other/x>)',
    '[x](attachments/x)'
  ]) {
    const read = readMessage(new TextEncoder().encode(`hello\n${link}\n`))
    assert.deepEqual(read, { text: `hello\n${link}`, attachments: [] })
  }
})

test('whatever bytes a member wrote, something is read', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => void readMessage(bytes)))
})
