import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryDisk } from '../fakes/memory-disk.ts'
import { exchange } from './scene/link.ts'
import { assertSame } from './scene/picture.ts'
import { twoDevicesAndRelay } from './scene/scene.ts'

test('A12 a relay that shows one device less than another is named as soon as the two have met, and nobody loses anything', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ first: '1' })
  const disk = new MemoryDisk()
  disk.restore(relay.disk.image())
  const otherFace = await relay.on(disk)
  await laptop.write('second', '2')
  await exchange(laptop, relay)
  await exchange(laptop, relay)
  await exchange(phone, otherFace)
  assert.equal(phone.vault.index.tree.resolve(['second']), undefined)
  await exchange(phone, laptop)
  assertSame(phone, laptop)
  // The laptop has passed on what the relay signed about itself: now the phone knows what it must show.
  await exchange(phone, otherFace)
  assert.ok(phone.codes(relay.id).includes('ROLLED_BACK') || phone.codes(relay.id).includes('PEER_LIES'))
  assert.equal(await phone.text('second'), '2')
  await phone.restart()
  assertSame(phone, laptop)
})
