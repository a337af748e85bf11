import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryDisk } from '../fakes/memory-disk.ts'
import { exchange } from './scene/link.ts'
import { assertSame } from './scene/picture.ts'
import { twoDevicesAndRelay } from './scene/scene.ts'
import { Device } from './scene/device.ts'

test('A17 one device whose keys sign two entries with one number is frozen, the proof is kept, all agree, and honest devices go on', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ 'mine.txt': 'mine' })
  const thief = await Device.join(laptop, 'stolen', { relay })
  await exchange(laptop, thief)
  await thief.write('common', 'before the fork')
  await exchange(laptop, thief)
  await exchange(laptop, phone)
  await thief.close()
  const disk = new MemoryDisk()
  disk.restore(thief.disk.image())
  const twin = thief.twin(disk)
  await twin.open()
  await thief.open()
  await thief.write('one', 'told to the laptop')
  await twin.write('two', 'told to the phone')
  await exchange(laptop, thief)
  await exchange(phone, twin)
  await laptop.write('built on one', 'honest')
  await exchange(laptop, phone)
  for (const device of [laptop, phone]) {
    assert.ok(device.codes().includes('FORKED'))
    const [frozen, ...others] = device.vault.replica.log.frozenLogs()
    assert.deepEqual(others, [])
    assert.ok(frozen!.log.startsWith(thief.id))
    assert.equal(frozen!.proof?.length, 2)
    assert.equal(await device.text('mine.txt'), 'mine')
    assert.equal(await device.text('common'), 'before the fork')
    assert.equal(await device.text('built on one'), 'honest')
  }
  assertSame(laptop, phone)
  await laptop.restart()
  await phone.restart()
  assertSame(laptop, phone)
  assert.equal(laptop.vault.replica.log.frozenLogs()[0]?.proof?.length, 2)
  await thief.write('three', 'on a frozen log')
  await exchange(laptop, thief)
  assert.equal(laptop.vault.index.tree.resolve(['three']), undefined)
  await laptop.write('after', 'a')
  await phone.write('after too', 'b')
  await exchange(laptop, relay)
  await exchange(phone, relay)
  await exchange(laptop, relay)
  assertSame(laptop, phone)
})
