import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '../../base/bytes.ts'
import { encode, idValue } from '../../base/codec.ts'
import type { ObjectId, VaultId } from '../../base/ids.ts'
import type { BlobId } from '../../base/ids.ts'
import { blake3Id } from '../../proof/blake3.ts'
import { MapBlobs, MapKv } from '../testing/map-stores.ts'
import { RemadeBlobStore } from './remade-blobs.ts'
import type { Remaking } from './remade-rows.ts'

const BLOB = blake3Id<BlobId>(utf8('blob'))
const from = (vault: string): Remaking => ({
  vault: blake3Id<VaultId>(utf8(vault)),
  object: '0b'.repeat(16) as ObjectId,
  header: new Uint8Array(45).fill(7)
})

test('of a blob that was let go one row speaks, whatever became of it and whatever vault it is made from', async () => {
  const kv = new MapKv()
  const opened = () => RemadeBlobStore.open(new MapBlobs(), kv)
  const held = (store: RemadeBlobStore) => [[...store.remade()], [...store.left()]]
  const store = await opened()
  const steps: [() => Promise<void>, rows: number][] = [
    [() => store.letGo(new Map([[BLOB, from('one')]])), 1],
    [() => store.letGo(new Map([[BLOB, from('one')]])), 1],
    [() => store.madeFrom(new Map([[BLOB, from('another')]])), 1],
    [() => store.leave([BLOB]), 1],
    [() => store.madeFrom(new Map([[BLOB, from('another')]])), 1],
    [() => store.leave([BLOB]), 1],
    [() => store.put(BLOB, utf8('blob')), 0]
  ]
  for (const [step, rows] of steps) {
    await step()
    assert.equal(kv.rows.size, rows)
    assert.deepEqual(held(await opened()), held(store))
  }
})

test('rows of an earlier version are read, and written anew', async () => {
  const kv = new MapKv()
  const { vault, object, header } = from('one')
  const value = encode([1, idValue(vault), idValue(object), header])
  const other = blake3Id<BlobId>(utf8('other'))
  await kv.write([
    { put: `keep/remade/${BLOB}`, value },
    { put: `keep/left/${other}`, value }
  ])
  for (let i = 0; i < 2; i++) {
    const store = await RemadeBlobStore.open(new MapBlobs(), kv)
    assert.deepEqual([...store.remade()], [[BLOB, from('one')]])
    assert.deepEqual([...store.left()], [[other, from('one')]])
    assert.equal([...kv.rows.keys()].filter((key) => /remade|left/.test(key)).length, 0)
  }
})
