import assert from 'node:assert/strict'
import { mkdtempSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { BlobId } from '@holdfast/core/base/ids'
import { blake3Id } from '@holdfast/core/proof/blake3'
import type { SealedChunk } from '@holdfast/core/vault/content-source'
import type { ListedFile } from './messages.ts'
import { SealPool } from './pool.ts'
import { stampOf } from './stamped-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-pool-'))
after(() => rm(folder, { recursive: true, force: true }))
const KEYS = { convergence: new Uint8Array(32).fill(1), gate: new Uint8Array(16).fill(2) }
let number = 0

test('files sealed at once, more than there are threads, each give their own chunks, the same in every pool', async () => {
  const files = [1, 2, 3, 4, 5].map((seed) => listed(700_000 + seed, seed))
  const pool = new SealPool(2)
  const sealed = await Promise.all(files.map((file) => chunks(pool, file)))
  const again = new SealPool(1)
  for (const [at, file] of files.entries()) {
    assert.equal(
      sealed[at]!.reduce((sum, { length }) => sum + length, 0),
      700_001 + at
    )
    for (const { id, blob } of sealed[at]!) assert.equal(blake3Id<BlobId>(blob), id)
    assert.deepEqual(
      (await chunks(again, file)).map(({ id }) => id),
      sealed[at]!.map(({ id }) => id)
    )
  }
  await pool.close()
  await again.close()
})

test('a file that is not the listed one any more, or is gone, is said by name, and the thread goes on', async () => {
  const pool = new SealPool(1)
  const changed = listed(400_000, 1)
  truncateSync(changed.path.toString(), 100)
  await assert.rejects(chunks(pool, changed), { code: 'FILE_CHANGED' })
  const gone = { ...listed(100, 2), path: Buffer.from(join(folder, 'nothing')) }
  await assert.rejects(chunks(pool, gone), { code: 'FILE_CHANGED' })
  assert.equal((await chunks(pool, listed(400_000, 3))).length > 0, true)
  await pool.close()
})

test('whoever stops taking chunks frees the thread for the next file', async () => {
  const pool = new SealPool(1)
  for await (const chunk of pool.sealFile(listed(6_000_000, 1), KEYS)) {
    assert.ok(chunk.length > 0)
    break
  }
  assert.ok((await chunks(pool, listed(500_000, 2))).length > 0)
  await pool.close()
})

test('a pool that is closed ends what runs and what waits, and takes nothing more', async () => {
  const pool = new SealPool(1)
  const running = pool.sealFile(listed(6_000_000, 1), KEYS)
  await running.next()
  const waiting = chunks(pool, listed(500_000, 2))
  const ended = assert.rejects(waiting, { code: 'ABORTED' })
  await pool.close()
  await ended
  await assert.rejects(
    async () => {
      for (;;) if ((await running.next()).done === true) return
    },
    { code: 'ABORTED' }
  )
  await assert.rejects(chunks(pool, listed(100, 3)), { code: 'ABORTED' })
})

function listed(sizeBytes: number, seed: number): ListedFile & { path: Buffer } {
  const path = join(folder, String(number++))
  const bytes = Buffer.alloc(sizeBytes)
  for (let i = 0; i < sizeBytes; i++) bytes[i] = (Math.imul(i ^ seed, 2654435761) >>> 24) ^ (i >>> 8)
  writeFileSync(path, bytes)
  return { path: Buffer.from(path), stamp: stampOf(statSync(path, { bigint: true })) }
}

async function chunks(pool: SealPool, file: ListedFile): Promise<SealedChunk[]> {
  const all: SealedChunk[] = []
  for await (const chunk of pool.sealFile(file, KEYS)) all.push(chunk)
  return all
}
