import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isHoldfastError } from '@holdfast/core/base/errors'
import { MemoryDisk } from '../fakes/memory-disk.ts'
import type { DiskImage } from '../fakes/memory-disk.ts'
import type { Device } from './scene/device.ts'
import { FragileDisk } from './scene/fragile-disk.ts'
import { exchange, until } from './scene/link.ts'
import { assertSame } from './scene/picture.ts'
import { noise, twoDevicesAndRelay } from './scene/scene.ts'

const BIG = noise(700_000)

test('A27 a kill between any two writes of an add loses nothing that was acknowledged, and the next add works by itself', async () => {
  const { laptop, phone } = await twoDevicesAndRelay({ 'kept.txt': 'kept' })
  await laptop.close()
  const image = laptop.disk.image()
  for (let writes = 0, done = false; !done; writes++) {
    const { device, disk } = await opened(laptop, image, new FragileDisk())
    disk.dieAfter(writes)
    const added = device.write('new.bin', BIG).then(
      () => true,
      () => false
    )
    let acknowledged = false
    void added.then((yes) => {
      acknowledged = yes
      done = yes
    })
    await until(() => disk.isStuck || done, 'it dies or is done')
    await device.die()
    await device.open()
    assert.equal(await device.text('kept.txt'), 'kept')
    const there = device.vault.index.tree.resolve(['new.bin']) !== undefined
    if (acknowledged) assert.ok(there)
    if (there) assert.deepEqual(new Uint8Array(await device.bytes('new.bin')), BIG)
    await device.write('new.bin', BIG, 2)
    assert.deepEqual(new Uint8Array(await device.bytes('new.bin')), BIG)
    await device.write('after.txt', 'after')
    assert.deepEqual(device.vault.problems().voids, [])
    assert.equal(device.vault.replica.log.frozenLogs().length, 0)
    await device.close()
    if (done) await sameOn(phone, device)
  }
})

test('A27 an add that meets a full disk anywhere is one clear error, keeps everything before it, and works when there is room', async () => {
  const { laptop, phone } = await twoDevicesAndRelay({ 'kept.txt': 'kept' })
  await laptop.close()
  const image = laptop.disk.image()
  const { device, disk } = await opened(laptop, image, new MemoryDisk())
  let refused = 0
  for (let room = 0, fits = false; !fits; room += 60_000) {
    disk.capacityBytes = disk.usedBytes + room
    fits = await device.write('new.bin', BIG).then(
      () => true,
      (error: unknown) => {
        assert.ok(isHoldfastError(error, 'STORE_FULL'), String(error))
        return false
      }
    )
    if (fits) break
    refused++
    assert.equal(device.vault.index.tree.resolve(['new.bin']), undefined)
    assert.equal(await device.text('kept.txt'), 'kept')
    // Where there is no room at all, that a minute has passed cannot be written down either.
    await device.engine.exchange.collect(0).catch((error: unknown) => {
      if (!isHoldfastError(error, 'STORE_FULL')) throw error
    })
  }
  assert.ok(refused > 3)
  assert.deepEqual(new Uint8Array(await device.bytes('new.bin')), BIG)
  disk.capacityBytes = disk.usedBytes
  await assert.rejects(device.vault.makeFolder(['no room']), { code: 'STORE_FULL' })
  await device.die()
  disk.capacityBytes = Number.POSITIVE_INFINITY
  await device.open()
  assert.equal(await device.text('kept.txt'), 'kept')
  assert.deepEqual(new Uint8Array(await device.bytes('new.bin')), BIG)
  await device.vault.makeFolder(['room again'])
  await device.close()
  await sameOn(phone, device)
})

test('A27 a receiver whose disk is full takes nothing half, and has everything once there is room', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ 'kept.txt': 'kept' })
  await laptop.write('new.bin', BIG)
  await exchange(laptop, relay)
  for (const room of [200, 3_000, 300_000]) {
    phone.disk.capacityBytes = phone.disk.usedBytes + room
    await exchange(phone, relay).catch((error: unknown) => assert.ok(isHoldfastError(error), String(error)))
    assert.equal(await phone.text('kept.txt'), 'kept')
    assert.ok(phone.codes().includes('STORE_FULL'))
    await phone.die()
    await phone.open()
  }
  phone.disk.capacityBytes = Number.POSITIVE_INFINITY
  await exchange(phone, relay)
  assert.deepEqual(new Uint8Array(await phone.bytes('new.bin')), BIG)
  assertSame(laptop, phone)
})

test('A27 a clock that jumps years either way changes shown times and nothing else: nothing expires, nothing is collected', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ 'kept.txt': 'kept' })
  const years = 365.25 * 86_400_000
  for (const [number, jump] of [30, -60, 10_000, 0].entries()) {
    for (const { clock } of [laptop, relay]) clock.offsetMs = jump * years
    await laptop.write(`written ${number}`, `in year ${jump}`)
    await laptop.engine.exchange.collect(60_000)
    await relay.exchange.collect(60_000)
    await exchange(laptop, relay)
    await laptop.restart()
    await exchange(phone, relay)
    assertSame(laptop, phone)
    assert.equal(await phone.text(`written ${number}`), `in year ${jump}`)
    assert.equal(await laptop.text('kept.txt'), 'kept')
  }
})

async function opened<T extends MemoryDisk>(
  device: Device,
  image: DiskImage,
  disk: T
): Promise<{ device: Device; disk: T }> {
  disk.restore(image)
  const twin = device.twin(disk)
  await twin.open()
  return { device: twin, disk }
}

/** What survived is what others get. */
async function sameOn(phone: Device, device: Device): Promise<void> {
  await device.open()
  await exchange(phone, device)
  assertSame(phone, device)
  assert.deepEqual(new Uint8Array(await phone.bytes('new.bin')), BIG)
}
