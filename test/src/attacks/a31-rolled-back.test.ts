import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DiskImage } from '../fakes/memory-disk.ts'
import { MemoryDisk } from '../fakes/memory-disk.ts'
import { FragileDisk } from './scene/fragile-disk.ts'
import { connect, exchange, until } from './scene/link.ts'
import { assertSame } from './scene/picture.ts'
import { twoDevicesAndRelay } from './scene/scene.ts'

test('A31 a home put back from a backup goes on in a new life, and no edit of either life is lost', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ kept: 'from before' })
  const backup = laptop.disk.image()
  await laptop.write('after the backup', 'known to the relay')
  await exchange(laptop, relay)
  await laptop.close()
  laptop.disk.restore(backup)
  const old = laptop.home.state.incarnation
  await laptop.open()
  await laptop.write('after the restore', 'written offline')
  await laptop.vault.makeFolder(['made offline'])
  await laptop.vault.remove(['kept'])
  await exchange(laptop, relay)
  assert.ok(laptop.codes(null).includes('ROLLED_BACK'))
  await exchange(laptop, relay)
  assert.notEqual(laptop.home.state.incarnation, old)
  await exchange(phone, relay)
  assertSame(laptop, phone)
  for (const device of [laptop, phone]) {
    assert.equal(await device.text('after the backup'), 'known to the relay')
    assert.equal(await device.text('after the restore'), 'written offline')
    assert.equal(device.vault.index.tree.resolve(['made offline'])?.kind, 'folder')
    assert.equal(device.vault.index.tree.resolve(['kept']), undefined)
    assert.deepEqual(device.vault.replica.log.frozenLogs(), [])
  }
  await laptop.restart()
  await laptop.write('later', 'x')
  await exchange(laptop, relay)
  await exchange(phone, relay)
  assertSame(laptop, phone)
})

test('A31 of a home and its copy that both write, the one that comes second takes its own back and writes it anew', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ kept: 'x' })
  const disk = new MemoryDisk()
  disk.restore(laptop.disk.image())
  const copy = laptop.twin(disk)
  await copy.open()
  await laptop.write('by the original', '1')
  await copy.write('by the copy', '2')
  await exchange(laptop, relay)
  await exchange(copy, relay)
  assert.ok(copy.codes(null).includes('ROLLED_BACK'))
  await exchange(laptop, relay)
  await exchange(phone, relay)
  for (const device of [laptop, copy, phone]) {
    assert.equal(await device.text('by the original'), '1')
    assert.equal(await device.text('by the copy'), '2')
    assert.deepEqual(device.vault.replica.log.frozenLogs(), [])
  }
  assertSame(laptop, phone)
  assertSame(laptop, copy)
})

test('A31 a home that dies while it takes its own entries back still loses none of them', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ kept: 'x' })
  const backup = laptop.disk.image()
  await laptop.write('after the backup', '1')
  await exchange(laptop, relay)
  await laptop.close()
  laptop.disk.restore(backup)
  await laptop.open()
  await laptop.write('after the restore', '2')
  await laptop.close()
  const images = [laptop.disk.image(), relay.disk.image(), phone.disk.image()] as const
  for (let writes = 0, done = false; !done; writes++) {
    const disk = restored(new FragileDisk(), images[0])
    const put = laptop.twin(disk)
    await put.open()
    const pi = await relay.on(restored(new MemoryDisk(), images[1]))
    disk.dieAfter(writes)
    const link = connect(put, pi)
    link.settled().then(
      () => (done = true),
      () => undefined
    )
    await until(() => disk.isStuck || done, 'it dies or is done')
    await put.die()
    link.close()
    await put.open()
    await exchange(put, pi)
    const other = phone.twin(restored(new MemoryDisk(), images[2]))
    await other.open()
    await exchange(other, pi)
    for (const device of [put, other]) {
      assert.equal(await device.text('after the backup'), '1')
      assert.equal(await device.text('after the restore'), '2', `after ${writes} writes`)
      assert.deepEqual(device.vault.replica.log.frozenLogs(), [])
      assert.deepEqual(device.vault.problems().voids, [])
    }
    assertSame(put, other)
    await put.close()
    await other.close()
  }
})

function restored<T extends MemoryDisk>(disk: T, image: DiskImage): T {
  disk.restore(image)
  return disk
}
