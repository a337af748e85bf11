import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from './limits.ts'

await test('every limit is a positive whole number', () => {
  for (const [name, value] of Object.entries(LIMITS)) assert.ok(Number.isSafeInteger(value) && value > 0, name)
})

await test('limits that lean on one another fit together', () => {
  assert.ok(LIMITS.chunkMinBytes < LIMITS.chunkMaxBytes && LIMITS.chunkMaxBytes < LIMITS.blobBytes)
  assert.ok(LIMITS.inlineBytes < LIMITS.chunkMinBytes)
  assert.ok(LIMITS.manifestBytes <= LIMITS.blobBytes)
  assert.ok(LIMITS.chunksPerPage * 77 + LIMITS.epochsPerManifest * 34 < LIMITS.manifestBytes)
  assert.ok(LIMITS.pinListItems * 34 <= LIMITS.pinListBytes)
  assert.ok(LIMITS.blobsPerObject * 40 <= LIMITS.recordBytes)
  assert.ok(LIMITS.blobIdsPerMessage * 34 <= LIMITS.blobFrameHeaderBytes)
  assert.ok(LIMITS.payloadBytes + LIMITS.pinListBytes + LIMITS.headerBytes < LIMITS.syncFrameBytes)
})
