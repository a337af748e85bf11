import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlobId } from '../../base/ids.ts'
import { blake3Id } from '../../proof/blake3.ts'
import { content, objectId, VAULT } from '../testing/blob-doubles.ts'
import { ANNA, objectOf, ServiceHome } from '../testing/service-home.ts'

test('what is pinned is taken only with the size its record says: that is what its vault pays for', async () => {
  const home = await ServiceHome.make()
  const bytes = content(1, 1000)
  const blob = blake3Id<BlobId>(bytes)
  home.view.pin(VAULT, { object: objectId(1), manifest: { id: blob, sizeBytes: 1 }, blobs: [] })
  assert.equal(await home.put(ANNA, 1, bytes), 1)
  assert.equal(home.blobs.map.size, 0)
  home.view.pin(VAULT, objectOf(1, bytes))
  assert.equal(await home.put(ANNA, 1, bytes), 0)
})

test('what an entry pins that nobody announced is taken only while its vault has room, and before anything is stored', async () => {
  const home = await ServiceHome.make()
  const [bytes, other] = [content(1, 1000), content(2, 1000)]
  home.view.pin(VAULT, objectOf(1, bytes))
  let room = false
  home.view.charge = (account, more) => {
    assert.deepEqual([account, more], [null, 0])
    if (!room) home.view.refuse()
  }
  await assert.rejects(home.put(ANNA, 1, bytes), { code: 'QUOTA_EXCEEDED' })
  assert.equal(home.blobs.puts.length, 0)
  assert.equal(await home.put(ANNA, 2, other), 1, 'what is not wanted at all asks for no room')
  room = true
  assert.equal(await home.put(ANNA, 1, bytes), 0)
})

test('what was damaged here is taken again, however little room there is', async () => {
  const home = await ServiceHome.make()
  const bytes = content(1, 1000)
  home.view.pin(VAULT, objectOf(1, bytes))
  await home.damaged.add(blake3Id<BlobId>(bytes))
  home.view.charge = () => home.view.refuse()
  assert.equal(await home.put(ANNA, 1, bytes), 0)
})
