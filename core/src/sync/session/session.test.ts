import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '../../base/limits.ts'
import { decodeMessage } from '../wire/messages.ts'
import { connect, exchange, testVault } from '../testing/test-home.ts'
import type { TestHome } from '../testing/test-home.ts'
import type { VaultId } from '../../base/ids.ts'

function assertSame(id: VaultId, ...homes: readonly TestHome[]): void {
  for (const home of homes) {
    assert.deepEqual(home.vault(id).heads(), homes[0]!.vault(id).heads())
    assert.deepEqual(new Set(home.vault(id).log.counted()), new Set(homes[0]!.vault(id).log.counted()))
  }
}

test('a device that was offline gets everything from a relay, and what it writes comes back', async () => {
  const { id, devices, relay } = await testVault()
  const [laptop, phone] = devices as [TestHome, TestHome]
  await laptop.change(id, 'one')
  await exchange(laptop, relay)
  assertSame(id, laptop, relay)
  await exchange(phone, relay)
  assertSame(id, laptop, relay, phone)
  await phone.change(id, 'two')
  await exchange(phone, relay)
  await exchange(laptop, relay)
  assertSame(id, laptop, relay, phone)
})

test('after everything was exchanged a new exchange moves nothing but a hello each way', async () => {
  const { id, devices, relay } = await testVault()
  const [laptop, phone] = devices as [TestHome, TestHome]
  await laptop.change(id, 'one')
  await exchange(laptop, relay)
  await exchange(phone, relay)
  await exchange(laptop, relay)
  await exchange(phone, relay)
  assert.deepEqual(await exchange(laptop, relay), [1, 1])
  assert.deepEqual(await exchange(relay, phone), [1, 1])
  assert.deepEqual(await exchange(laptop, phone), [1, 1])
})

test('a new entry is pushed to a connected peer at once, and by the relay to the other device', async () => {
  const { id, devices, relay } = await testVault()
  const [laptop, phone] = devices as [TestHome, TestHome]
  await exchange(laptop, relay)
  const links = [connect(laptop, relay), connect(phone, relay)]
  await Promise.all(links.map((link) => link.idle()))
  const before = links[0]!.ends[0].sent.length
  const hash = await laptop.change(id, 'live')
  while (!phone.vault(id).log.has(hash)) await new Promise((resolve) => setImmediate(resolve))
  const kinds = links[0]!.ends[0].sent.slice(before).map((bytes) => decodeMessage(bytes).kind)
  assert.deepEqual(
    kinds.filter((kind) => kind === 'entries'),
    ['entries']
  )
  assert.ok(!kinds.includes('heads'))
  for (const link of links) link.close()
})

test('clocks more than a day apart are a problem that both sides note of each other, and nothing else changes', async () => {
  const { id, devices, relay } = await testVault()
  const [laptop] = devices as [TestHome]
  const noted: unknown[] = []
  for (const home of [laptop, relay]) home.replica.onProblem(({ code, peer }) => noted.push([code, peer]))
  relay.clock.now += LIMITS.clockApartMs
  await laptop.change(id, 'one')
  await exchange(laptop, relay)
  assert.deepEqual(noted, [])
  relay.clock.now += 1
  await laptop.change(id, 'two')
  await exchange(laptop, relay)
  assertSame(id, laptop, relay)
  assert.deepEqual(
    new Set(noted.map(String)),
    new Set([`CLOCK_OFF,${relay.device.id}`, `CLOCK_OFF,${laptop.device.id}`])
  )
  assert.equal(noted.length, 2)
})
