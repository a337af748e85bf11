import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entryHash } from '@holdfast/core/log/entry'
import { Device } from './scene/device.ts'
import { connect, exchange, until } from './scene/link.ts'
import { changeEntries, hostile } from './scene/malice.ts'
import { assertSame, picture } from './scene/picture.ts'
import { Relay } from './scene/relay.ts'
import { noise, twoDevicesAndRelay } from './scene/scene.ts'

test('A13 a relay that keeps back blobs leaves visible gaps, never wrong content, and any honest peer closes them', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ old: 'seen before' })
  await laptop.write('big', noise(900_000))
  await laptop.write('small', 'inline')
  await exchange(laptop, relay)
  const link = connect(phone, relay, { hostile: hostile({ gives: (blobs) => blobs.map(() => null) }) })
  await link.settled()
  assert.equal((await phone.engine.status()).missingBlobs, phone.engine.exchange.wanted.size)
  assert.ok(phone.engine.exchange.wanted.size > 2)
  for (const path of ['big', 'small']) await assert.rejects(phone.bytes(path), { code: 'NOT_HERE' })
  assert.equal(await phone.text('old'), 'seen before')
  link.close()
  await exchange(phone, laptop)
  assert.equal(phone.engine.exchange.wanted.size, 0)
  assert.deepEqual(new Uint8Array(await phone.bytes('big')), noise(900_000))
  assert.equal(await phone.text('small'), 'inline')
  assertSame(laptop, phone)
})

test('A13 a relay that keeps back one entry of a log stops what stands on it, and the gap is named', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ first: '1' })
  const before = picture(phone)
  await laptop.write('second', '2')
  const kept = laptop.vault.replica.log.heads().find(({ log }) => log.startsWith(laptop.id))!.hash
  await laptop.write('third', '3')
  await exchange(laptop, relay)
  const link = connect(phone, relay, {
    hostile: hostile(changeEntries((bytes) => (entryHash(bytes) === kept ? null : {})))
  })
  await until(() => phone.vault.replica.waitingEntries > 0, 'the later entry waits')
  await phone.settle()
  assert.deepEqual(picture(phone), before)
  link.close()
  await exchange(phone, laptop)
  assert.equal(phone.vault.replica.waitingEntries, 0)
  assertSame(laptop, phone)
})

test('A11 A13 a relay that shows less than before is named, and loses nothing for those it shows it to', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ first: '1' })
  const old = relay.disk.image()
  await laptop.write('second', '2')
  await exchange(laptop, relay)
  await exchange(phone, relay)
  const before = picture(phone)
  relay.disk.restore(old)
  const lessNow = await relay.on(relay.disk)
  await exchange(phone, lessNow)
  assert.ok(phone.codes(relay.id).includes('ROLLED_BACK'))
  assert.deepEqual(picture(phone), before)
  assert.equal(await phone.text('second'), '2')
  await phone.restart()
  await phone.write('third', '3')
  await exchange(phone, laptop)
  assertSame(laptop, phone)
})

test('A13 a freshly paired device signs nothing on top of the old state a relay shows it', async () => {
  const laptop = await Device.found('laptop')
  const relay = await Relay.of(laptop)
  await laptop.write('first', '1')
  await exchange(laptop, relay)
  const old = relay.disk.image()
  await laptop.write('second', '2')
  await exchange(laptop, relay)
  const phone = await Device.join(laptop, 'phone', { relay, floor: true })
  await assert.rejects(phone.write('mine', 'x'), { code: 'WRITES_HELD' })
  relay.disk.restore(old)
  const liar = await relay.on(relay.disk)
  const link = connect(phone, liar)
  await assert.rejects(phone.vault.makeFolder(['mine']), { code: 'WRITES_HELD' })
  link.close()
  await phone.restart()
  await assert.rejects(phone.vault.makeFolder(['mine']), { code: 'WRITES_HELD' })
  await exchange(phone, laptop)
  await phone.vault.makeFolder(['mine'])
  await exchange(phone, laptop)
  assertSame(laptop, phone)
})
