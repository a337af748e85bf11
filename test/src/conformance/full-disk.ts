import assert from 'node:assert/strict'
import { utf8 } from '@holdfast/core/base/bytes'
import { isHoldfastError } from '@holdfast/core/base/errors'
import type { BlobId } from '@holdfast/core/base/ids'
import type { BlobStore } from '@holdfast/core/ports/blob-store'
import type { KvStore } from '@holdfast/core/ports/kv-store'
import { blake3Id } from '@holdfast/core/proof/blake3'
import { noise } from './subject.ts'

export interface FullDisk {
  open(): Promise<{ kv: KvStore; blobs: BlobStore; close(): Promise<void> }>
  /** Gives back some megabytes. */
  makeRoom(): Promise<void>
}

/**
 * Writes rows and blobs until the disk is full and goes on trying. Then: it says STORE_FULL, all that was acknowledged
 * can be read, and once there is room everything works again without opening anew; nothing is lost afterwards either.
 */
export async function surviveFullDisk(disk: FullDisk): Promise<void> {
  let stores = await disk.open()
  const kept = new Map<string, Uint8Array>()
  const blobs = new Map<BlobId, Uint8Array>()
  for (let failures = 0, at = 0; failures < 12; at++) {
    const some = await Promise.all([writeRow(stores.kv, at, kept), putBlob(stores.blobs, at, blobs)])
    failures += some.filter((wrote) => !wrote).length
  }
  assert.ok(kept.size > 10 && blobs.size > 10)
  await check(stores, kept, blobs)

  await disk.makeRoom()
  assert.ok(await writeRow(stores.kv, 1_000_000, kept), 'a row can be written again')
  for (let at = 0; at < 6; at++)
    assert.ok(await putBlob(stores.blobs, 1_000_000 + at, blobs), 'a blob can be put again')
  const [gone] = blobs.keys()
  await stores.blobs.delete([gone!])
  blobs.delete(gone!)
  await check(stores, kept, blobs)
  await stores.close()

  stores = await disk.open()
  await check(stores, kept, blobs)
  await stores.close()
}

async function writeRow(kv: KvStore, at: number, kept: Map<string, Uint8Array>): Promise<boolean> {
  const value = noise(at, 20_000)
  const wrote = await fits(() =>
    kv.write([
      { put: `r/${at}`, value },
      { put: 'last', value: utf8(String(at)) }
    ])
  )
  if (wrote) kept.set(`r/${at}`, value).set('last', utf8(String(at)))
  return wrote
}

/** Small ones and large ones in turn. */
async function putBlob(store: BlobStore, at: number, blobs: Map<BlobId, Uint8Array>): Promise<boolean> {
  const bytes = noise(at + 5_000_000, at % 3 === 0 ? 110_000 : 12_000)
  const id = blake3Id<BlobId>(bytes)
  const wrote = await fits(() => store.put(id, bytes))
  if (wrote) blobs.set(id, bytes)
  return wrote
}

async function fits(work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (isHoldfastError(error, 'STORE_FULL')) return false
    throw error
  }
}

async function check(
  stores: { kv: KvStore; blobs: BlobStore },
  kept: ReadonlyMap<string, Uint8Array>,
  blobs: ReadonlyMap<BlobId, Uint8Array>
): Promise<void> {
  for (const [key, value] of kept) {
    if (key !== 'last') assert.ok(Buffer.from(value).equals((await stores.kv.get(key)) ?? new Uint8Array()), key)
  }
  assert.ok((await stores.kv.get('last')) !== undefined)
  for (const [id, bytes] of blobs) assert.equal((await stores.blobs.get(id, { check: true }))?.length, bytes.length)
}
