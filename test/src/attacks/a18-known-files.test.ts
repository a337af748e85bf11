import assert from 'node:assert/strict'
import { test } from 'node:test'
import { padme } from '@holdfast/core/seal/padme'
import { CHUNK_OVERHEAD_BYTES, SEALED_OVERHEAD_BYTES } from '@holdfast/core/secret/aead'
import { Device } from './scene/device.ts'
import { noise } from './scene/scene.ts'

test('A18 the same file in two vaults has no blob, no boundary and no exact size in common that would confirm it', async () => {
  const known = noise(6_000_000)
  const devices = [await Device.found('one'), await Device.found('other')]
  for (const device of devices) {
    await device.write('known', known)
    await device.write('small', 'a known small file')
  }
  const blobs = devices.map((device) => device.vault.recordOf(device.content('known')).blobs)
  const ids = new Set(devices[0]!.disk.blobs.keys())
  for (const id of devices[1]!.disk.blobs.keys()) assert.ok(!ids.has(id))
  assert.notDeepEqual(
    blobs[0]!.map(({ sizeBytes }) => sizeBytes),
    blobs[1]!.map(({ sizeBytes }) => sizeBytes)
  )
  for (const [id, { length }] of devices.flatMap(({ disk }) => [...disk.blobs])) {
    const inner = [length - CHUNK_OVERHEAD_BYTES, length - SEALED_OVERHEAD_BYTES]
    assert.ok(
      inner.some((bytes) => padme(bytes) === bytes),
      id
    )
  }
})

test('A18 the same file twice in one vault tells the relay only that its pieces are equal, not what it is', async () => {
  const device = await Device.found('one')
  await device.write('a', 'the same small content')
  await device.write('b', 'the same small content')
  assert.notEqual(device.content('a').manifest, device.content('b').manifest)
  assert.notDeepEqual(device.content('a').commitment, device.content('b').commitment)
  await device.write('large a', noise(700_000))
  await device.write('large b', noise(700_000))
  const [a, b] = ['large a', 'large b'].map((path) => device.vault.recordOf(device.content(path)))
  assert.deepEqual(a!.blobs, b!.blobs)
  assert.notEqual(a!.manifest.id, b!.manifest.id)
})
