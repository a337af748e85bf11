import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toHex } from '@holdfast/core/base/bytes'
import { encode, idValue } from '@holdfast/core/base/codec'
import { isHoldfastError } from '@holdfast/core/base/errors'
import type { FileId, ObjectId } from '@holdfast/core/base/ids'
import { MapKv } from '@holdfast/core/sync/testing/map-stores'
import { decodeRow, encodeRow } from './base-row.ts'
import { BaseRows } from './base-rows.ts'
import type { BaseRow } from './trees.ts'

const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => toHex(bytes))
const number = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const row: fc.Arbitrary<BaseRow> = fc.record({
  id: id as fc.Arbitrary<FileId>,
  parent: fc.option(id as fc.Arbitrary<FileId>),
  name: fc.string({ minLength: 1 }),
  kind: fc.constantFrom('file', 'folder', 'link'),
  executable: fc.boolean(),
  object: fc.option(id as fc.Arbitrary<ObjectId>, { nil: undefined }),
  mtimeMs: fc.integer(),
  stamp: fc.record(
    { size: number, mtimeNs: number, ctimeNs: number, birthNs: number, inode: number },
    { noNullPrototype: true }
  )
})

test('what was last in step comes back as it was', () => {
  fc.assert(
    fc.property(row, fc.boolean(), (one, isOwnTime) => {
      const mtimeMs = isOwnTime ? Number(one.stamp.mtimeNs / 1_000_000n) : one.mtimeMs
      const written = { ...one, mtimeMs }
      assert.deepEqual(decodeRow(one.id, encodeRow(written)), written)
    })
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      try {
        decodeRow('00'.repeat(16) as FileId, bytes)
      } catch (error) {
        assert.ok(isHoldfastError(error))
      }
    })
  )
})

test('rows of an earlier version are still what was last in step, and are written anew', async () => {
  const [kv, file] = [new MapKv(), 'ab'.repeat(16) as FileId]
  const stamps = ['1', '2000000', '3', '4', '5']
  const value = encode([1, idValue(file), null, 'a.txt', 0, true, null, 2, stamps])
  await kv.write([{ put: `folder/base/F/${file}`, value }])
  const base = await BaseRows.load(kv, 'F')
  const stamp = { size: 1n, mtimeNs: 2_000_000n, ctimeNs: 3n, birthNs: 4n, inode: 5n }
  const expected = { id: file, parent: null, name: 'a.txt', kind: 'file', executable: true, object: undefined }
  assert.deepEqual([...base.rows.values()], [{ ...expected, mtimeMs: 2, stamp }])
  await base.write()
  assert.equal(kv.rows.has(`folder/base/F/${file}`), false)
  assert.deepEqual([...(await BaseRows.load(kv, 'F')).rows.values()], [...base.rows.values()])
  base.delete(file)
  await base.write()
  assert.equal(kv.rows.size, 0)
})
