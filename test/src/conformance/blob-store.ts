// What every blob store must do. A store runs it by giving a way to make an empty medium of its kind.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { equalBytes } from '@holdfast/core/base/bytes'
import type { BlobId } from '@holdfast/core/base/ids'
import type { BlobStore } from '@holdfast/core/ports/blob-store'
import { blake3Id } from '@holdfast/core/proof/blake3'
import { all, code, noise, type Subject } from './subject.ts'

/** Around every boundary a store may have: nothing, small, between a pack and a file of its own, the largest blob. */
const SIZES = [0, 1, 100, 8192, 65_536, 98_303, 98_304, 98_305, 131_072, 2_260_000]

export function blobStoreConformance(name: string, make: () => Promise<Subject<BlobStore>>): void {
  const check: Check = (title, work) => {
    test(title, async () => {
      const subject = await make()
      try {
        const store = await subject.open()
        try {
          await work(store, subject)
        } finally {
          await store.close()
        }
      } finally {
        await subject.remove()
      }
    })
  }

  describe(`${name} is a BlobStore`, () => {
    keeping(check)
    counting(check)
    atOnce(check)
    erasing(check)
    ending(check)
  })
}

type Check = (title: string, work: (store: BlobStore, subject: Subject<BlobStore>) => Promise<void>) => void

interface Blob {
  readonly id: BlobId
  readonly bytes: Uint8Array
}

function keeping(check: Check): void {
  check('what is not here is a value, not an error', async (store) => {
    const { id } = blobOf(1, 10)
    assert.equal(await store.get(id), undefined)
    assert.equal(await store.get(id, { check: true }), undefined)
    assert.deepEqual(await store.has([id, id]), [false, false])
    assert.deepEqual(await store.has([]), [])
    await store.delete([id])
    await store.delete([])
    assert.deepEqual(await all(store.list()), [])
    assert.deepEqual(await store.stats(), { blobs: 0, bytes: 0 })
  })

  check('blobs of every size come back as they were, also after opening anew', async (store, subject) => {
    const blobs = SIZES.map((size, at) => blobOf(at, size))
    await putAll(store, blobs)
    await sameAs(store, blobs)
    await store.close()
    const again = await subject.open()
    await sameAs(again, blobs)
    await again.close()
  })

  check('many at once come back in the order asked, those that are not here as undefined', async (store) => {
    const blobs = SIZES.slice(1).map((size, at) => blobOf(at, size))
    await putAll(store, blobs)
    const absent = blobOf(99, 50).id
    const asked = [blobs[3]!.id, absent, ...blobs.toReversed().map(({ id }) => id), blobs[0]!.id]
    const found = await store.getMany(asked)
    assert.equal(found.length, asked.length)
    for (const [at, id] of asked.entries()) {
      const bytes = found[at]
      assert.deepEqual(bytes === undefined ? undefined : blake3Id(bytes), id === absent ? undefined : id)
    }
    assert.deepEqual(await store.getMany([]), [])
  })

  check('putting a blob that is here does nothing', async (store) => {
    const blobs = [blobOf(1, 1000), blobOf(2, 200_000)]
    await putAll(store, [...blobs, ...blobs])
    await putAll(store, blobs)
    await sameAs(store, blobs)
  })

  check('a returned array belongs to the caller', async (store) => {
    const blobs = [blobOf(1, 1000), blobOf(2, 200_000)]
    await putAll(store, blobs)
    for (const { id } of blobs) (await store.get(id))?.fill(0)
    await sameAs(store, blobs)
  })
}

function counting(check: Check): void {
  check('has, list and stats agree with what was put and deleted', async (store, subject) => {
    const blobs = Array.from({ length: 60 }, (_, at) => blobOf(at, SIZES[at % 9]! + at))
    await putAll(store, blobs.slice(0, 40))
    await sameAs(store, blobs.slice(0, 40))
    await store.delete(blobs.slice(10, 30).map(({ id }) => id))
    await putAll(store, blobs.slice(30))
    const left = [...blobs.slice(0, 10), ...blobs.slice(30)]
    await sameAs(store, left)
    const gone = blobs.slice(10, 30).map(({ id }) => id)
    assert.deepEqual(
      await store.has(gone),
      gone.map(() => false)
    )
    assert.equal(await store.get(gone[0]!), undefined)
    await store.close()
    const again = await subject.open()
    await sameAs(again, left)
    await again.close()
  })

  check('counting while blobs come and go ends with the right numbers', async (store) => {
    const blobs = Array.from({ length: 64 }, (_, at) => blobOf(at, at % 2 === 0 ? 500 : 150_000))
    await Promise.all([
      putAll(store, blobs),
      store.stats(),
      store.delete(blobs.slice(0, 8).map(({ id }) => id)),
      store.stats()
    ])
    await sameAs(store, blobs.slice(8))
  })
}

function atOnce(check: Check): void {
  check('many puts at once, some of them of the same blob', async (store) => {
    const blobs = Array.from({ length: 300 }, (_, at) => blobOf(at % 250, at % 250 < 230 ? 4000 : 120_000))
    await putAll(store, blobs)
    await sameAs(store, blobs.slice(0, 250))
  })

  check('puts and deletes of one blob take effect in the order in which they were asked for', async (store) => {
    for (const blob of [blobOf(1, 3000), blobOf(2, 130_000)]) {
      await Promise.all([store.put(blob.id, blob.bytes), store.delete([blob.id])])
      assert.deepEqual(await store.has([blob.id]), [false])
      await Promise.all([store.put(blob.id, blob.bytes), store.delete([blob.id]), store.put(blob.id, blob.bytes)])
      assert.deepEqual(await store.has([blob.id]), [true])
      assert.deepEqual(await store.get(blob.id, { check: true }), blob.bytes)
    }
  })

  check('a blob read while others are deleted is whole or not here', async (store) => {
    const blobs = Array.from({ length: 100 }, (_, at) => blobOf(at, at % 10 === 0 ? 120_000 : 5000))
    await putAll(store, blobs)
    const read = blobs.map(({ id }) => store.get(id, { check: true }))
    const deleted = blobs.map(({ id }) => store.delete([id]))
    for (const [at, bytes] of (await Promise.all(read)).entries()) {
      assert.ok(bytes === undefined || bytes.length === blobs[at]!.bytes.length)
    }
    await Promise.all(deleted)
    assert.deepEqual(await store.stats(), { blobs: 0, bytes: 0 })
  })
}

function erasing(check: Check): void {
  check('a deleted blob has left no bytes on the raw medium, its neighbours are whole', async (store, subject) => {
    const blobs = Array.from({ length: 30 }, (_, at) => blobOf(at, at % 3 === 0 ? 120_000 : 5000 + at))
    await putAll(store, blobs)
    const gone = blobs.filter((_, at) => at % 4 === 1 || at === 0)
    for (const { bytes } of gone) assert.equal(await subject.rawContains(piece(bytes)), true)
    await store.delete(gone.map(({ id }) => id))
    for (const { bytes } of gone) assert.equal(await subject.rawContains(piece(bytes)), false)
    await sameAs(
      store,
      blobs.filter((blob) => !gone.includes(blob))
    )
  })

  check(
    'a blob deleted after opening anew, and put again, and deleted again, has left nothing',
    async (store, subject) => {
      const blob = blobOf(1, 5000)
      await store.put(blob.id, blob.bytes)
      await store.close()
      const again = await subject.open()
      await again.delete([blob.id])
      await again.put(blob.id, blob.bytes)
      await sameAs(again, [blob])
      await again.delete([blob.id])
      assert.equal(await subject.rawContains(piece(blob.bytes)), false)
      await again.close()
    }
  )
}

function ending(check: Check): void {
  check('a flipped bit is noticed when asked, and a deleted blob can be put again whole', async (store, subject) => {
    const blobs = [blobOf(1, 4000), blobOf(2, 4000), blobOf(3, 140_000)]
    await putAll(store, blobs)
    await store.close()
    for (const { bytes } of blobs.slice(1)) await subject.damage(piece(bytes))
    const again = await subject.open()
    assert.deepEqual(await again.get(blobs[0]!.id, { check: true }), blobs[0]!.bytes)
    for (const { id, bytes } of blobs.slice(1)) {
      await assert.rejects(again.get(id, { check: true }), code('HASH_MISMATCH'))
      assert.equal((await again.get(id))?.length, bytes.length, 'it is left in place')
      await again.delete([id])
      await again.put(id, bytes)
    }
    await sameAs(again, blobs)
    await again.close()
  })

  check('closing twice is closing once, and waits for what was begun', async (store, subject) => {
    const blobs = [blobOf(1, 4000), blobOf(2, 140_000)]
    const begun = putAll(store, blobs)
    await Promise.all([store.close(), store.close()])
    await begun
    const again = await subject.open()
    await sameAs(again, blobs)
    await again.close()
  })

  check('a closed store says that it is closed', async (store) => {
    const { id, bytes } = blobOf(1, 10)
    await store.close()
    await assert.rejects(store.put(id, bytes), code('STORE_CLOSED'))
    await assert.rejects(store.get(id), code('STORE_CLOSED'))
    await assert.rejects(store.has([id]), code('STORE_CLOSED'))
    await assert.rejects(store.delete([id]), code('STORE_CLOSED'))
    await assert.rejects(store.stats(), code('STORE_CLOSED'))
    await assert.rejects(all(store.list()), code('STORE_CLOSED'))
  })
}

/** The store holds exactly these blobs, by every way of asking. */
async function sameAs(store: BlobStore, blobs: readonly Blob[]): Promise<void> {
  assert.deepEqual(
    await store.has(blobs.map(({ id }) => id)),
    blobs.map(() => true)
  )
  for (const { id, bytes } of blobs) {
    assert.ok(equalBytes(bytes, (await store.get(id, { check: true })) ?? new Uint8Array(1)))
  }
  const listed = new Map((await all(store.list())).map(({ id, sizeBytes }) => [id, sizeBytes]))
  assert.deepEqual(
    listed,
    new Map([...listed.keys()].map((id) => [id, blobs.find((blob) => blob.id === id)?.bytes.length]))
  )
  assert.equal(listed.size, blobs.length)
  const bytes = blobs.reduce((sum, blob) => sum + blob.bytes.length, 0)
  assert.deepEqual(await store.stats(), { blobs: blobs.length, bytes })
}

async function putAll(store: BlobStore, blobs: readonly Blob[]): Promise<void> {
  await Promise.all(blobs.map(({ id, bytes }) => store.put(id, bytes)))
}

function blobOf(seed: number, size: number): Blob {
  const bytes = noise(seed, size)
  return { id: blake3Id<BlobId>(bytes), bytes }
}

function piece(bytes: Uint8Array): Uint8Array {
  return bytes.slice(64, 128)
}
