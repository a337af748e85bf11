import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlobId, EpochId, ObjectId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { decodeRecord, encodeRecord, KEY_SLOT_BYTES, makeRecord } from './record.ts'
import type { BlobRef } from './record.ts'

test('a record is made exactly when it can be read again: at most so many blobs, each at most so large', () => {
  const full = makeRecord(parts(LIMITS.blobsPerObject))
  const bytes = encodeRecord(full)
  assert.ok(bytes.length <= LIMITS.recordBytes)
  assert.equal(decodeRecord(bytes).hash, full.hash)
  for (const wrong of [parts(LIMITS.blobsPerObject + 1), parts(1, LIMITS.blobBytes + 1)]) {
    assert.throws(() => makeRecord(wrong), { code: 'TOO_LARGE' })
    assert.throws(() => decodeRecord(encodeRecord(wrong)))
  }
})

function parts(count: number, sizeBytes: number = LIMITS.blobBytes): Parameters<typeof makeRecord>[0] {
  const blob = (number: number): BlobRef => ({ id: number.toString(16).padStart(64, '0') as BlobId, sizeBytes })
  return {
    object: 'ab'.repeat(16) as ObjectId,
    manifest: { id: 'ff'.repeat(32) as BlobId, sizeBytes: 1000 },
    blobs: Array.from({ length: count }, (_, number) => blob(number)),
    epoch: 'cd'.repeat(32) as EpochId,
    keySlot: new Uint8Array(KEY_SLOT_BYTES)
  }
}
