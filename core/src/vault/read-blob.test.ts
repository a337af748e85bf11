import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import type { BlobId } from '../base/ids.ts'
import { MapBlobs } from '../sync/testing/map-stores.ts'
import { readBlob } from './read-blob.ts'

const blob = { id: 'ab'.repeat(32) as BlobId, sizeBytes: 3 }
const good = new Uint8Array([1, 2, 3])

test('what is damaged here comes from a peer; where none has it, it is said to be damaged and not to be missing', async () => {
  const damaged = { blobs: new DamagedBlobs() }
  await assert.rejects(readBlob(blob, damaged), { code: 'HASH_MISMATCH' })
  await assert.rejects(readBlob(blob, { ...damaged, fetchBlob: failing('NOT_HERE') }), { code: 'HASH_MISMATCH' })
  await assert.rejects(readBlob(blob, { ...damaged, fetchBlob: failing('ABORTED') }), { code: 'ABORTED' })
  const told: BlobId[] = []
  const onDamaged = async (id: BlobId): Promise<void> => void told.push(id)
  assert.equal(await readBlob(blob, { ...damaged, onDamaged, fetchBlob: async () => good }), good)
  assert.deepEqual(told, [blob.id])
  await assert.rejects(readBlob(blob, { blobs: new MapBlobs(), fetchBlob: failing('NOT_HERE') }), { code: 'NOT_HERE' })
})

class DamagedBlobs extends MapBlobs {
  override async get(): Promise<undefined> {
    throw new HoldfastError('HASH_MISMATCH')
  }
}

function failing(code: ErrorCode): () => Promise<never> {
  return () => Promise.reject(new HoldfastError(code))
}
