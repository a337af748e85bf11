import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toHex, utf8 } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import type { BlobId, FileId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { sourceOfBytes } from './content-source.ts'
import type { SealedChunk } from './content-source.ts'
import { cutBySize } from './cut-by-size.ts'
import { only, VaultHome } from './testing.ts'
import { addTree } from './write.ts'
import type { AddItem, AddTarget } from './write.ts'

test('a file that no object can hold is named, before it is read where its size is known, and the others are added', async () => {
  const home = await VaultHome.found()
  const { contentBytes, blobsPerObject, chunksPerPage, chunkMaxBytes } = LIMITS
  const unread: AddItem = {
    ...small('huge'),
    sizeBytes: contentBytes + 1,
    content: { sizeBytes: contentBytes + 1, bytes: neverRead }
  }
  const mostChunks = Math.ceil(blobsPerObject / chunksPerPage) * chunksPerPage
  const items = [
    small('a'),
    unread,
    chunked('too many blobs', blobsPerObject),
    chunked('too many chunks', mostChunks + 1, { distinct: 3 }),
    chunked('longer than it said', Math.ceil(contentBytes / chunkMaxBytes) + 1, { length: chunkMaxBytes, distinct: 1 }),
    small('b')
  ]
  const report = await home.vault.addTree(only(...items), [])
  assert.deepEqual(report.failed.map(({ path, code }) => `${path.join('/')} ${code}`).sort(), [
    'huge TOO_LARGE',
    'longer than it said TOO_LARGE',
    'too many blobs TOO_LARGE',
    'too many chunks TOO_LARGE'
  ])
  assert.equal(report.files, 2)
  assert.deepEqual(home.names().sort(), ['a', 'b'])
})

test('large files of one batch take as many entries as their records need, and all are there after a restart', async () => {
  const home = await VaultHome.found()
  const entries: number[] = []
  home.replica.onAdmitted(({ admission }) => entries.push(admission.newlyCounted.length))
  const report = await home.vault.addTree(
    only(small('a'), chunked('c', 15_000), chunked('d', 15_000), chunked('e', 15_000), small('z')),
    []
  )
  assert.deepEqual([report.failed, report.files, entries], [[], 5, [1, 1, 1]])
  await home.open()
  assert.deepEqual(home.names().sort(), ['a', 'c', 'd', 'e', 'z'])
  assert.deepEqual(home.log.pins().missingRecords(), [])
})

test('an entry that turns out too large is written in halves, and only what is too large alone is left out', async () => {
  const home = await VaultHome.found()
  await home.vault.settled()
  const written: number[] = []
  const target: AddTarget = {
    vault: home.vault.id,
    blobs: home.blobs,
    random: home.random,
    guard: () => () => undefined,
    newFileId: () => toHex(home.random.bytes(16)) as FileId,
    tree: () => home.vault.index.tree,
    keys: () => home.vault['writer'].writableKeys(),
    nowMs: () => 1,
    async commit(change) {
      const { records } = change()
      if (records.length > 2 || records.some(({ blobs }) => blobs.length > 0)) throw new HoldfastError('TOO_LARGE')
      written.push(records.length)
    }
  }
  const names = ['a', 'b', 'c', 'd', 'e']
  const report = await addTree(only(...names.map(small), chunked('large', 1), small('f')), [], {}, target)
  assert.deepEqual(report.failed, [{ path: ['large'], code: 'TOO_LARGE' }])
  assert.equal(report.files, 6)
  assert.equal(
    written.reduce((sum, count) => sum + count, 0),
    6
  )
})

test('an epoch that begins while a file is sealed is the one its record stands under', async () => {
  const home = await VaultHome.found()
  const text = 'x'.repeat(LIMITS.inlineBytes + 1)
  async function* rotating(): AsyncGenerator<Uint8Array> {
    yield utf8(text)
    await home.vault['writer'].beginEpoch()
  }
  await home.vault.addTree(only({ ...small('f'), content: { bytes: rotating } }), [])
  const content = home.vault.index.tree.resolve(['f'])?.content
  assert.ok(content !== undefined && content.kind !== 'folder')
  assert.equal(home.log.epochs().length, 2)
  assert.equal(home.vault.recordOf(content).epoch, home.log.writableEpoch())
  await home.open()
  assert.deepEqual(await home.read('f'), utf8(text))
})

test('a cut keeps order and all items, and no run is larger than it may be unless it is one item', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(12)), (items) => {
      const runs = cutBySize(items, (size) => size, 10)
      assert.deepEqual(runs.flat(), items)
      for (const run of runs)
        assert.ok(run.length === 1 || (run.length > 1 && run.reduce((sum, size) => sum + size, 0) <= 10))
    })
  )
})

function small(name: string): AddItem & { kind: 'file' } {
  return { kind: 'file', path: [name], executable: false, mtimeMs: 1, content: sourceOfBytes(new Uint8Array([1])) }
}

/** A file of so many chunks that were sealed elsewhere; what is in them does not matter here. */
function chunked(name: string, count: number, { length = 1000, distinct = count } = {}): AddItem {
  const key = new Uint8Array(32)
  const blob = new Uint8Array(1)
  async function* sealedChunks(): AsyncGenerator<SealedChunk> {
    for (let number = 0; number < count; number++) {
      const id = `${toHex(utf8(name))}ff${(number % distinct).toString(16)}`.padStart(64, '0') as BlobId
      yield { id, blob, key, length }
    }
  }
  return { ...small(name), content: { sizeBytes: LIMITS.inlineBytes + 1, bytes: neverRead, sealedChunks } }
}

async function* neverRead(): AsyncGenerator<Uint8Array> {
  assert.fail('read')
}
