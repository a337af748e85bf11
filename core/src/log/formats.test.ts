import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encode } from '../base/codec.ts'
import type { Value } from '../base/codec.ts'
import { isHoldfastError } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import { decodeAccountStatement } from './account-statement.ts'
import { decodeEntry, ENTRY_BYTES } from './entry.ts'
import { decodeEpochBody, decodeWrapBody } from './epoch-body.ts'
import { decodeFreezeBody } from './freeze-body.ts'
import { decodeHeader } from './header.ts'
import { decodeHeadStatement } from './head-statement.ts'
import { decodePinList } from './pin-list.ts'
import { decodeRecord } from './record.ts'
import { decodeStatements } from './statement.ts'

const DECODERS = {
  header: decodeHeader,
  entry: decodeEntry,
  'pin list': decodePinList,
  record: decodeRecord,
  statements: decodeStatements,
  'account statement': decodeAccountStatement,
  'epoch body': decodeEpochBody,
  'wrap body': decodeWrapBody,
  'freeze body': decodeFreezeBody,
  'head statement': decodeHeadStatement
}

/** Values of the codec that look a little like records: versions in front, ids, lists of lists. */
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<Value>(null, 0, 1, 2, -1, 'name', new Uint8Array(32), new Uint8Array(64), new Uint8Array(16)),
    fc.array(tie('value'), { maxLength: 16 }),
    fc.array(tie('value'), { maxLength: 7 }).map((items) => [1, ...items])
  )
}))

for (const [name, decode] of Object.entries(DECODERS)) {
  const refusesOrReads = (bytes: Uint8Array): void => {
    try {
      decode(bytes)
    } catch (error) {
      assert.ok(isHoldfastError(error), String(error))
    }
  }
  test(`garbage never gets out of the decoder of a ${name} as anything but a code`, () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), refusesOrReads))
    fc.assert(fc.property(value, (one) => refusesOrReads(encode(one))))
  })
}

test('what is too large is refused before it is read', () => {
  const cases: [(bytes: Uint8Array) => unknown, number][] = [
    [decodeHeader, LIMITS.headerBytes],
    [decodeEntry, ENTRY_BYTES],
    [decodePinList, LIMITS.pinListBytes],
    [decodeRecord, LIMITS.recordBytes],
    [decodeStatements, LIMITS.payloadBytes]
  ]
  for (const [decode, limit] of cases) {
    assert.throws(
      () => decode(new Uint8Array(limit + 1)),
      (error) => isHoldfastError(error, 'TOO_LARGE')
    )
  }
})
