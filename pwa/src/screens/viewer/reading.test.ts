import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '@holdfast/core/base/limits'
import { HoldfastError } from '@holdfast/core/base/errors'
import { readBlob } from './reading.ts'

const bytes = LIMITS.chunkMaxBytes + 10

test('every piece is asked of the version that was listed, and a new one meanwhile ends the reading', async () => {
  let current = 'v1'
  const read = async (_path: string, start: number, end: number, _signal?: AbortSignal, version?: string) => {
    if (version !== current) throw new HoldfastError('FILE_CHANGED')
    return new Uint8Array(end - start)
  }
  const file = { path: '/a', bytes, version: 'v1' }
  assert.equal((await readBlob({ read }, file, 'text/plain')).size, bytes)
  const onProgress = (): void => void (current = 'v2')
  await assert.rejects(readBlob({ read }, file, 'text/plain', { onProgress }), { code: 'FILE_CHANGED' })
})

test('a piece that is too short is no success', async () => {
  const read = async () => new Uint8Array(5)
  await assert.rejects(readBlob({ read }, { path: '/a', bytes, version: 'v1' }, ''), { code: 'FILE_CHANGED' })
})
