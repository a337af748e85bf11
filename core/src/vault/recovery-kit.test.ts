import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isHoldfastError } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import { newRecoveryWords } from '../secret/words.ts'
import { decodeRecoveryKit, encodeRecoveryKit } from './recovery-kit.ts'

const words = newRecoveryWords({ bytes: (length) => new Uint8Array(length).fill(7) })
const relay = {
  peer: 'ab'.repeat(32) as DeviceId,
  addresses: ['/ip4/127.0.0.1/tcp/4256', '/dns4/pi.example/tcp/4257/ws']
}

test('a kit that was printed and typed in again names the same words and relays', () => {
  const text = encodeRecoveryKit({ words, relays: [relay, { peer: 'cd'.repeat(32) as DeviceId, addresses: [] }] })
  const typed = text.replaceAll('\n', '\r\n\r\n').replaceAll(' ', '  ').replace('  recovery  kit  1', ' recovery kit 1')
  assert.deepEqual(decodeRecoveryKit(text).relays[0], relay)
  assert.equal(decodeRecoveryKit(text).words, words)
  assert.deepEqual(decodeRecoveryKit(typed.replaceAll(words.replaceAll(' ', '  '), words)).relays[0], relay)
})

test('a mistyped word, another version and a line that is none are told apart', () => {
  const refused = (text: string, code: 'BAD_WORDS' | 'UNSUPPORTED_VERSION' | 'MALFORMED'): void => {
    assert.throws(
      () => decodeRecoveryKit(text),
      (error) => isHoldfastError(error, code)
    )
  }
  refused(encodeRecoveryKit({ words: words.replace(/^\w+/, 'zebra'), relays: [] }), 'BAD_WORDS')
  refused(`holdfast recovery kit 2\n${words}\n`, 'UNSUPPORTED_VERSION')
  refused(`holdfast recovery kit 1\n${words}\nrelay nobody\n`, 'MALFORMED')
  refused('', 'MALFORMED')
})

test('garbage never gives anything but a named error', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 500 }), (text) => {
      assert.throws(
        () => decodeRecoveryKit(text),
        (error) => isHoldfastError(error)
      )
    })
  )
})
