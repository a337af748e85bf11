import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concat, toHex } from '@holdfast/core/base/bytes'
import { idBytes } from '@holdfast/core/base/ids'
import type { BlobId, FileId, ObjectId } from '@holdfast/core/base/ids'
import { DERIVE } from '@holdfast/core/base/labels'
import { contentKey, extraKey, placeKey } from '@holdfast/core/index/keys'
import { encodeContent, encodePlace } from '@holdfast/core/index/records'
import { makeRecord } from '@holdfast/core/log/record'
import { blake3Id, deriveKey } from '@holdfast/core/proof/blake3'
import { openSealed } from '@holdfast/core/secret/aead'
import { sealKeySlot } from '@holdfast/core/seal/key-slot'
import { manifestCommitment } from '@holdfast/core/seal/manifest-blob'
import { encodeManifest } from '@holdfast/core/seal/manifest'
import { padded, unpadded } from '@holdfast/core/seal/padded'
import { systemRandom } from '@holdfast/node/home/platform'
import { plantIntents, secretsOf } from './scene/forge.ts'
import { exchange } from './scene/link.ts'
import { assertSame } from './scene/picture.ts'
import { twoDevicesAndRelay } from './scene/scene.ts'
import { underTwoKeys } from './scene/two-keys.ts'

test('A19 a manifest that opens under two keys shows one content to everybody, and under the other key nothing', async () => {
  const { laptop, phone: member } = await twoDevicesAndRelay({ 'mine.txt': 'mine' })
  const { id: epoch, keySlot } = await secretsOf(member)
  const slots = { 'the key it was made for': 200, 'the other key': 'MALFORMED' }
  for (const [number, [path, outcome]] of Object.entries(slots).entries()) {
    const object = toHex(systemRandom.bytes(16)) as ObjectId
    const keys = [systemRandom.bytes(32), systemRandom.bytes(32)] as const
    const { blob, canonical } = await manifestUnder(object, keys)
    const manifest = blake3Id<BlobId>(blob)
    await member.home.blobs.put(manifest, blob)
    const slot = await sealKeySlot(keySlot, keys[number]!, { vault: member.vault.id, object, epoch }, systemRandom)
    const ref = { id: manifest, sizeBytes: blob.length }
    const record = makeRecord({ object, manifest: ref, blobs: [], epoch, keySlot: slot })
    const commitment = manifestCommitment(keys[number]!, canonical)
    const file = toHex(systemRandom.bytes(16)) as FileId
    const value = encodeContent({ kind: 'file', object, manifest, size: 200, mtimeMs: 1, commitment })
    const place = { key: placeKey(file), value: encodePlace({ parent: null, name: path }) }
    await plantIntents(member, [place, { key: contentKey(file), value }], [record])
    await exchange(laptop, member)
    for (const device of [laptop, member]) {
      const read = await device.bytes(path).then(
        (bytes) => bytes.length,
        (error: { code: string }) => error.code
      )
      assert.equal(read, outcome, path)
    }
  }
  await laptop.restart()
  assert.equal(await laptop.text('mine.txt'), 'mine')
  assertSame(laptop, member)
})

test('A19 a second key slot that a member brings for a file of another does not keep anybody from reading it', async () => {
  const { laptop, phone: member } = await twoDevicesAndRelay({ 'mine.txt': 'mine' })
  const { id: epoch, keySlot } = await secretsOf(member)
  const content = laptop.content('mine.txt')
  const record = laptop.vault.recordOf(content)
  const { object } = content
  for (let times = 0; times < 6; times++) {
    const slot = await sealKeySlot(
      keySlot,
      systemRandom.bytes(32),
      { vault: member.vault.id, object, epoch },
      systemRandom
    )
    const file = laptop.vault.index.tree.resolve(['mine.txt'])!.id
    await plantIntents(
      member,
      [{ key: extraKey(file, `x${times}`), value: slot }],
      [makeRecord({ ...record, keySlot: slot })]
    )
  }
  await exchange(laptop, member)
  for (const device of [laptop, member]) {
    await device.restart()
    assert.equal(await device.text('mine.txt'), 'mine')
  }
})

/** A sealed manifest of 200 inline bytes, of which 16 are solved for so that it opens under both keys. */
async function manifestUnder(
  object: ObjectId,
  keys: readonly [Uint8Array, Uint8Array]
): Promise<{ blob: Buffer; canonical: Uint8Array }> {
  const [salt, nonce] = [systemRandom.bytes(32), systemRandom.bytes(12)]
  const content = { inline: new Uint8Array(200) }
  const plaintext = concat(
    ...padded(encodeManifest({ object, kind: 'file', size: 200, gateEpoch: null, epochs: [], content }))
  )
  const [one, two] = keys.map((key) => deriveKey(DERIVE.manifest, key, salt))
  const sealed = underTwoKeys([one!, two!], nonce, idBytes(object), plaintext, 8)
  const blob = Buffer.concat([Buffer.of(1), salt, nonce, sealed])
  const [plain, noise] = await Promise.all(keys.map((key) => openSealed(DERIVE.manifest, key, blob, idBytes(object))))
  assert.ok(!Buffer.from(plain!).equals(noise!), 'it opens under both keys, to different bytes')
  return { blob, canonical: unpadded(plain!) }
}
