import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '@holdfast/core/base/bytes'
import type { BlobId } from '@holdfast/core/base/ids'
import { replaceContent } from '@holdfast/core/index/edits'
import { makeRecord } from '@holdfast/core/log/record'
import type { ObjectRecord } from '@holdfast/core/log/record'
import { blake3Id } from '@holdfast/core/proof/blake3'
import { openManifest, sealManifest } from '@holdfast/core/seal/manifest-blob'
import type { Chunk, Manifest } from '@holdfast/core/seal/manifest'
import { objectKeyOf } from '@holdfast/core/vault/read-object'
import { systemRandom } from '@holdfast/node/home/platform'
import type { Device } from './scene/device.ts'
import { plantIntents, secretsOf } from './scene/forge.ts'
import { connect, exchange } from './scene/link.ts'
import { hostile } from './scene/malice.ts'
import type { Malice } from './scene/malice.ts'
import { assertSame } from './scene/picture.ts'
import { noise, twoDevicesAndRelay } from './scene/scene.ts'

/** With chunks of at most 2 MiB always at least three of them. */
const BIG = noise(4_400_000)

/** What a relay gives instead of the blobs it was asked for. */
const SWAPS: Record<string, NonNullable<Malice['gives']>> = {
  'in another order': (blobs) => blobs.toReversed(),
  'one for another': (blobs) => blobs.map((_, at) => blobs[(at + 1) % blobs.length]!),
  'the first for all': (blobs) => blobs.map(() => blobs[0]!),
  'cut short': (blobs) => blobs.map((blob) => blob?.subarray(0, blob.length - 1) ?? null),
  'longer than they are': (blobs) => blobs.map((blob) => (blob === null ? null : Buffer.concat([blob, Buffer.of(0)]))),
  'of nothing': (blobs) => blobs.map(() => new Uint8Array(0)),
  'of another file': (blobs) => blobs.map(() => utf8('another blob altogether'))
}

test('A6 chunks that a relay reorders, repeats, cuts, stretches or takes from elsewhere are refused and never stored', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ 'old.txt': 'old' })
  await laptop.write('big', BIG)
  await exchange(laptop, relay)
  await laptop.write('big', noise(4_400_000, 2))
  await exchange(laptop, relay)
  const { object } = laptop.content('big')
  const record = laptop.vault.replica.log.pins().recordsFor(object)[0]!
  assert.ok(record.blobs.length > 2)
  const wanted = new Set<string>([record.manifest, ...record.blobs].map(({ id }) => id))
  for (const [name, gives] of Object.entries(SWAPS)) {
    const link = connect(phone, relay, {
      hostile: hostile({
        gives: (blobs, question) =>
          blobs.length > 1 || name !== 'in another order' ? gives(blobs, question) : [blobs[0]!]
      })
    })
    await link.settled()
    link.close()
    for (const [id, bytes] of phone.disk.blobs) assert.equal(blake3Id<BlobId>(bytes), id, name)
    for (const id of phone.disk.blobs.keys()) wanted.delete(id)
  }
  assert.ok(phone.codes(relay.id).includes('PEER_LIES'))
  assert.equal(await phone.text('old.txt'), 'old')
  await exchange(phone, laptop)
  assert.deepEqual(new Uint8Array(await phone.bytes('big')), noise(4_400_000, 2))
})

test('A6 a member who knows the key cannot bring another manifest, another record or the chunks of another version for a file', async () => {
  const { laptop, phone: member } = await twoDevicesAndRelay({ big: BIG, other: noise(1_500_000, 3) })
  const victim = laptop.content('big')
  const { record, key, manifest } = await opened(member, 'big')
  const other = await opened(member, 'other')
  const chunks = (manifest.content as { chunks: readonly Chunk[] }).chunks
  const foreign = (other.manifest.content as { chunks: readonly Chunk[] }).chunks
  const spliced: Record<string, readonly Chunk[]> = {
    reordered: chunks.toReversed(),
    dropped: chunks.slice(1),
    repeated: [...chunks, chunks[0]!],
    spliced: [foreign[0]!, ...chunks.slice(1)]
  }
  for (const [name, list] of Object.entries(spliced)) {
    const size = list.reduce((sum, { length }) => sum + length, 0)
    const forged = await sealManifest(key, { ...manifest, size, content: { chunks: list } }, systemRandom)
    await member.home.blobs.put(forged.id, forged.blob)
    const instead = makeRecord({
      ...record,
      manifest: { id: forged.id, sizeBytes: forged.blob.length },
      blobs: blobsOf(record, other.record)
    })
    await plantIntents(
      member,
      [{ key: `n/${laptop.vault.index.tree.resolve(['big'])!.id}/${name}`, value: utf8(name) }],
      [instead]
    )
    await exchange(laptop, member)
    // The file as its owner wrote it, whatever else was brought for the same object …
    assert.deepEqual(new Uint8Array(await laptop.bytes('big')), BIG, name)
    // … and who names the forged manifest in the index without its commitment is caught when it is read.
    const { tree } = member.vault.index
    const id = tree.resolve(['big'])!.id
    await plantIntents(member, replaceContent(tree, id, { ...victim, manifest: forged.id, mtimeMs: 9 }), [])
    await exchange(laptop, member)
    await assert.rejects(laptop.bytes('big'), { code: 'COMMITMENT_MISMATCH' }, name)
    await plantIntents(laptop, replaceContent(laptop.vault.index.tree, id, victim), [])
    await exchange(laptop, member)
    assert.deepEqual(new Uint8Array(await laptop.bytes('big')), BIG, name)
  }
  await laptop.restart()
  assert.deepEqual(new Uint8Array(await laptop.bytes('big')), BIG)
  assertSame(laptop, member)
})

async function opened(
  member: Device,
  path: string
): Promise<{ record: ObjectRecord; key: Uint8Array; manifest: Manifest }> {
  const content = member.content(path)
  const record = member.vault.recordOf(content)
  const keys = await secretsOf(member)
  const key = await objectKeyOf(record, { vault: member.vault.id, keys: () => keys })
  return { record, key, manifest: await openManifest(key, (await member.home.blobs.get(record.manifest.id))!, content) }
}

function blobsOf(...records: readonly ObjectRecord[]): ObjectRecord['blobs'] {
  return [...new Map(records.flatMap(({ blobs }) => blobs).map((blob) => [blob.id, blob])).values()]
}
