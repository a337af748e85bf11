import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex, utf8 } from '../base/bytes.ts'
import { MapKv } from '../sync/testing/map-stores.ts'
import { SealedRows } from './sealed-rows.ts'
import { seededRandom } from './testing.ts'

const random = seededRandom('rows')
const rowsIn = (kv: MapKv, prefix = 'mail-key/', secret = 1): SealedRows =>
  new SealedRows({ kv, random, prefix, deviceSecret: new Uint8Array(32).fill(secret) })

test('a secret is read back by the device that kept it, and nothing of it lies in the store', async () => {
  const kv = new MapKv()
  const rows = rowsIn(kv)
  await kv.write([await rows.put('b', utf8('second secret')), await rows.put('a', utf8('first secret'))])
  assert.deepEqual(await rows.get('a'), utf8('first secret'))
  assert.deepEqual(
    (await rows.all()).map(([name]) => name),
    ['a', 'b']
  )
  const raw = [...kv.rows.values()].map(toHex).join()
  assert.ok(!raw.includes(toHex(utf8('secret'))))
  await kv.write([rows.del('a')])
  assert.equal(await rows.get('a'), undefined)
})

test('a row that is damaged, moved, or of another device or use is as good as none', async () => {
  const kv = new MapKv()
  await kv.write([await rowsIn(kv).put('a', utf8('secret'))])
  const sealed = kv.rows.get('mail-key/a')!
  await kv.write([
    { put: 'mail-key/b', value: sealed },
    { put: 'mail-out/a', value: sealed }
  ])
  assert.equal(await rowsIn(kv).get('b'), undefined)
  assert.equal(await rowsIn(kv, 'mail-out/').get('a'), undefined)
  assert.equal(await rowsIn(kv, 'mail-key/', 2).get('a'), undefined)
  await kv.write([{ put: 'mail-key/c', value: sealed.slice(0, 20) }])
  kv.rotten.add('mail-key/a')
  assert.equal(await rowsIn(kv).get('a'), undefined)
  assert.deepEqual(await rowsIn(kv).all(), [])
})
