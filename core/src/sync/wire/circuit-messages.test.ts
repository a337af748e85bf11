import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encode } from '../../base/codec.ts'
import type { Value } from '../../base/codec.ts'
import { isHoldfastError } from '../../base/errors.ts'
import type { DeviceId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { decodeCircuitMessage, encodeCircuitMessage } from './circuit-messages.ts'
import type { CircuitMessage } from './circuit-messages.ts'

const device = '0a'.repeat(32) as DeviceId
const MESSAGES: readonly CircuitMessage[] = [
  { kind: 'who' },
  { kind: 'here', devices: Array.from({ length: LIMITS.circuitDevices }, () => device) },
  { kind: 'here', devices: [] },
  { kind: 'connect', device },
  { kind: 'incoming', device },
  { kind: 'open' }
]

test('circuit messages have one encoding each, and fit a frame', () => {
  for (const message of MESSAGES) {
    const bytes = encodeCircuitMessage(message)
    assert.ok(bytes.length <= LIMITS.circuitHeaderBytes)
    assert.deepEqual(decodeCircuitMessage(bytes), message)
  }
})

test('A23: what is no circuit message is refused by a code, and nothing else decodes to one', () => {
  const tooMany = Array.from({ length: LIMITS.circuitDevices + 1 }, () => device)
  assert.throws(() => decodeCircuitMessage(encodeCircuitMessage({ kind: 'here', devices: tooMany })), {
    code: 'MALFORMED'
  })
  assert.throws(() => decodeCircuitMessage(encode([2, 2, new Uint8Array(32)])), { code: 'UNSUPPORTED_VERSION' })
  assert.throws(() => decodeCircuitMessage(new Uint8Array(LIMITS.circuitHeaderBytes + 1)), { code: 'TOO_LARGE' })
  const items = fc.array(fc.oneof(fc.nat(6), fc.uint8Array({ maxLength: 40 }), fc.constant(null)), { maxLength: 4 })
  const damaged = fc
    .constantFrom(...MESSAGES.map(encodeCircuitMessage))
    .chain((bytes) => fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)).map(([at, to]) => bytes.with(at, to)))
  const garbage = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    damaged,
    items.map((some) => encode(some as Value[]))
  )
  fc.assert(
    fc.property(garbage, (bytes) => {
      try {
        assert.deepEqual(encodeCircuitMessage(decodeCircuitMessage(bytes)), bytes)
      } catch (error) {
        const known = ['MALFORMED', 'UNSUPPORTED_VERSION', 'TOO_LARGE'] as const
        assert.ok(
          known.some((code) => isHoldfastError(error, code)),
          String(error)
        )
      }
    }),
    { numRuns: 300 }
  )
})
