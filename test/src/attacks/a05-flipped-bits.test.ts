import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DiskImage } from '../fakes/memory-disk.ts'
import { MemoryDisk } from '../fakes/memory-disk.ts'
import type { Device } from './scene/device.ts'
import { connect, exchange, turns } from './scene/link.ts'
import { flipped } from './scene/malice.ts'
import { assertSame } from './scene/picture.ts'
import { noise, twoDevicesAndRelay } from './scene/scene.ts'

test('A5 one bit of a blob flipped at the relay is refused, named, and fetched from an honest peer', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay()
  await laptop.write('big', noise(300_000))
  await laptop.write('small', 'inline')
  await exchange(laptop, relay)
  const { record } = recordsOf(laptop, 'big')
  for (const { id, sizeBytes } of [record.manifest, ...record.blobs]) relay.disk.rotBlob(id, 7919 % (sizeBytes * 8))
  relay.disk.rotBlob(laptop.content('small').manifest, 13)
  const link = connect(phone, relay)
  await link.settled()
  assert.ok(phone.codes(relay.id).includes('PEER_LIES'))
  for (const path of ['big', 'small']) await assert.rejects(phone.bytes(path), { code: 'NOT_HERE' })
  link.close()
  await exchange(phone, laptop)
  assert.deepEqual(new Uint8Array(await phone.bytes('big')), noise(300_000))
  assert.equal(await phone.text('small'), 'inline')
  await phone.restart()
  assert.equal(await phone.text('small'), 'inline')
})

test('A5 one bit of a blob flipped on the own disk is noticed when it is read, and a good copy takes its place', async () => {
  const { phone, laptop } = await twoDevicesAndRelay({ big: noise(300_000) })
  const { record } = recordsOf(phone, 'big')
  for (const { id, sizeBytes } of [record.manifest, ...record.blobs]) {
    phone.disk.rotBlob(id, 4001 % (sizeBytes * 8))
    await assert.rejects(phone.bytes('big'), { code: 'HASH_MISMATCH' })
    const link = connect(phone, laptop)
    assert.deepEqual(new Uint8Array(await phone.bytes('big')), noise(300_000))
    await link.settled()
    link.close()
    assert.deepEqual(new Uint8Array(await phone.bytes('big')), noise(300_000))
  }
})

test('A5 one bit flipped in any message on the wire changes nothing unnoticed, and the next honest exchange makes it whole', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ first: '1' })
  await phone.close()
  const image = phone.disk.image()
  await laptop.write('second', '2')
  await laptop.vault.makeFolder(['folder'])
  await exchange(laptop, relay)
  const messages = await countMessages(await reopened(phone, image), relay)
  assert.ok(messages > 3)
  for (let number = 0; number < messages; number++) {
    for (const place of [3, 5501]) {
      const victim = await reopened(phone, image)
      let at = 0
      const tamper = (from: string, bytes: Uint8Array): Uint8Array =>
        from === relay.id && at++ === number ? flipped(bytes, place + number * 31) : bytes
      const link = connect(victim, relay, { knobs: { tamper } })
      // What a flipped bit made unreadable leaves the other side waiting: so it is given a while, not waited for.
      await Promise.race([link.settled().catch(() => undefined), turns(60)])
      link.close()
      await victim.settle()
      assertNothingForeign(victim, laptop)
      await exchange(victim, laptop)
      assertSame(victim, laptop)
      await victim.close()
    }
  }
})

async function reopened(device: Device, image: DiskImage): Promise<Device> {
  const disk = new MemoryDisk()
  disk.restore(image)
  const twin = device.twin(disk)
  await twin.open()
  return twin
}

function recordsOf(device: Device, path: string) {
  const { object } = device.content(path)
  return { record: device.vault.replica.log.pins().recordOf(object)! }
}

async function countMessages(phone: Device, relay: Parameters<typeof connect>[1]): Promise<number> {
  let count = 0
  const link = connect(phone, relay, { knobs: { tamper: (from, bytes) => (from === relay.id && count++, bytes) } })
  await link.settled()
  link.close()
  return count
}

/** Whatever is there came from the laptop. */
function assertNothingForeign(victim: Device, laptop: Device): void {
  for (const hash of victim.vault.replica.log.order()) assert.ok(laptop.vault.replica.log.has(hash))
  for (const { path, node } of victim.vault.index.tree.walk(null)) {
    assert.deepEqual(laptop.vault.index.tree.resolve(path)?.content, node.content)
  }
}
