import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlobId } from '@holdfast/core/base/ids'
import { padme } from '@holdfast/core/seal/padme'
import { CHUNK_OVERHEAD_BYTES, SEALED_OVERHEAD_BYTES } from '@holdfast/core/secret/aead'
import { Device } from '../attacks/scene/device.ts'
import { connect, exchange } from '../attacks/scene/link.ts'
import { Relay } from '../attacks/scene/relay.ts'
import { noise } from '../attacks/scene/scene.ts'
import { Laptop } from './scene.ts'

const KNOWN: Record<string, string> = {
  'public/film.bin': Buffer.from(noise(900_000)).toString('latin1'),
  'public/licence.txt': 'a text that everybody has',
  'public/empty': ''
}

test('A18 the same files in folders of two accounts have nothing in common that relays could compare, nor have copies that are made again', async () => {
  const accounts = [await keptInStep('one'), await keptInStep('other')]
  const held = accounts.map(({ relay }) => new Set(relay.disk.blobs.keys()))
  assertNothingInCommon(held)
  for (const [id, { length }] of accounts.flatMap(({ relay }) => [...relay.disk.blobs])) {
    const inner = [length - CHUNK_OVERHEAD_BYTES, length - SEALED_OVERHEAD_BYTES]
    assert.ok(
      inner.some((bytes) => padme(bytes) === bytes),
      id
    )
  }
  const again: Set<BlobId>[] = []
  for (const { laptop, relay } of accounts) {
    assert.ok((await dropCopies(laptop, relay)) > 0)
    const before = [...relay.disk.blobs.keys()]
    await relay.blobs.delete(before)
    await relay.exchange.lost(before)
    await exchange(laptop.device, relay)
    again.push(new Set(relay.disk.blobs.keys()))
  }
  // What is remade is what was there, to the letter: other bytes would tell that they were sealed twice.
  assert.deepEqual(again, held)
  assertNothingInCommon(again)
})

async function keptInStep(name: string): Promise<{ laptop: Laptop; relay: Relay }> {
  const device = await Device.found(name)
  const relay = await Relay.of(device)
  const laptop = await Laptop.of(device)
  for (const [path, content] of Object.entries(KNOWN)) laptop.write(path, content)
  await laptop.pass()
  await exchange(device, relay)
  return { laptop, relay }
}

/** Returns how many bytes went. */
async function dropCopies(laptop: Laptop, relay: Relay): Promise<number> {
  const link = connect(laptop.device, relay)
  await link.settled()
  const { droppedBytes } = await laptop.folders.copies.look(true)
  await link.settled()
  link.close()
  return droppedBytes
}

function assertNothingInCommon([one, other]: readonly Set<BlobId>[]): void {
  assert.ok(one!.size > Object.keys(KNOWN).length)
  assert.equal(other!.size > 0, true)
  for (const id of other!) assert.ok(!one!.has(id), id)
}
