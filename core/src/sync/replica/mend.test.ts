import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VaultId } from '../../base/ids.ts'
import { recordKey } from '../../log/record-rows.ts'
import { testIncarnation, testRecord } from '../../log/testing.ts'
import { exchange, TestHome, testVault } from '../testing/test-home.ts'
import { MapKv } from '../testing/map-stores.ts'

interface Scene {
  readonly id: VaultId
  readonly laptop: TestHome
  readonly phone: TestHome
  readonly relay: TestHome
}

/** Three homes that have everything, each with every kind of row. */
async function scene(): Promise<Scene> {
  const { id, devices, relay } = await testVault()
  const [laptop, phone] = devices as [TestHome, TestHome]
  for (const home of [laptop, phone]) {
    await exchange(home, relay)
    for (let i = 0; i < 3; i++) await home.change(id, `${i}`)
  }
  for (const home of [laptop, phone, laptop]) await exchange(home, relay)
  for (const { replica } of [laptop, phone, relay]) await replica.tick()
  for (const { replica } of [laptop, phone, relay]) await replica.peers.flush()
  return { id, laptop, phone, relay }
}

const kindOf = (key: string): string => key.replace(/[0-9a-f]{16,}/g, 'X').replace(/\/o\/.*/, '/o/X')

async function reopened(home: TestHome, name: string, rotten: readonly string[]): Promise<TestHome> {
  const kv = new MapKv(home.kv.rows)
  for (const key of rotten) kv.rotten.add(key)
  const role = home.replica.role
  return TestHome.open(name, { kv, role, incarnation: name === 'phone' ? 2 : 1 })
}

function entryRows({ kv }: TestHome): string[] {
  return [...kv.rows.keys()].filter((key) => /^log\/.*\/e\//.test(key)).sort()
}

function asideRows({ kv }: TestHome): string[] {
  return [...kv.rows.keys()].filter((key) => key.startsWith('aside/log/'))
}

for (const name of ['laptop', 'phone', 'pi']) {
  test(`${name}: whatever row is damaged, it opens, and one exchange makes it whole`, async () => {
    const { id, laptop, phone, relay } = await scene()
    const home = { laptop, phone, pi: relay }[name]!
    const other = name === 'pi' ? laptop : relay
    const heads = home.vault(id).heads()
    const kinds = new Set<string>()
    for (const key of [...home.kv.rows.keys()].sort()) {
      kinds.add(kindOf(key))
      const again = await reopened(home, name, [key])
      const twice = await reopened(again, name, [])
      assert.deepEqual(twice.vault(id).heads(), again.vault(id).heads(), key)
      await exchange(twice, other)
      await exchange(twice, other)
      assert.deepEqual(twice.vault(id).heads(), heads, key)
      assert.equal(twice.vault(id).asideEntries, 0, key)
      assert.deepEqual(asideRows(twice), [], key)
      for (const hash of twice.vault(id).log.order()) assert.ok(await twice.vault(id).wireEntry(hash), key)
      await twice.replica.mend()
      assert.equal(twice.vault(id).asideEntries, 0, key)
      assert.deepEqual(await twice.vault(id).withdrawn(), [], key)
    }
    assert.ok(
      kinds.has('log/X/e/X') && kinds.has('log/X/p/X') && kinds.has('log/X/n/X') && kinds.size > 7,
      [...kinds].join(' ')
    )
  })
}

test('own entries that nobody has heard of and that stand on a damaged one are written again, in another incarnation', async () => {
  const { id, laptop, relay } = await scene()
  await laptop.change(id, 'damaged')
  const kept = await laptop.change(id, 'kept')
  const again = await reopened(laptop, 'laptop', [entryRows(laptop).at(-2)!])
  assert.equal(again.vault(id).asideEntries, 1)
  assert.deepEqual(
    (await again.vault(id).withdrawn()).map(({ entry }) => entry.hash),
    [kept]
  )
  assert.equal(await again.replica.incarnationIsDue(), true)
  again.incarnation = testIncarnation(9)
  await again.replica.setIncarnation(again.incarnation)
  assert.equal(await again.replica.incarnationIsDue(), false)
  await again.change(id, 'kept')
  await exchange(again, relay)
  assert.deepEqual(again.vault(id).heads(), relay.vault(id).heads())
  // Nobody has it: it stays where it can be found, and is named.
  assert.equal(again.vault(id).asideEntries, 1)
})

test('damage that is found while links are open ends them, and the next exchange brings what is missing', async () => {
  const { id, laptop, relay } = await scene()
  const order = laptop.vault(id).log.order()
  laptop.kv.rotten.add(`log/${id}/p/${order[4]!}`)
  await laptop.replica.mend()
  assert.ok(laptop.vault(id).asideEntries > 1)
  await exchange(laptop, relay)
  assert.equal(laptop.vault(id).asideEntries, 0)
  assert.deepEqual(laptop.vault(id).heads(), relay.vault(id).heads())
})

test('a damaged record is dropped and asked for again', async () => {
  const { id, laptop } = await scene()
  const record = testRecord('a file', ['one'])
  await laptop.change(id, 'brings', { records: [record] })
  const again = await reopened(laptop, 'laptop', [recordKey(id, record.hash)])
  assert.equal(again.vault(id).lacksRecords, true)
  assert.equal(again.vault(id).asideEntries, 0)
  await again.vault(id).addRecords([record])
  assert.deepEqual(await again.vault(id).store.record(record.hash), record)
})

test('rows of records that are damaged while the home is open are written again from what is known', async () => {
  const { id, laptop } = await scene()
  const record = testRecord('a file', ['one'])
  await laptop.change(id, 'brings', { records: [record] })
  const names = [...laptop.kv.rows.keys()].filter((key) => /\/[iz]\/\d+$/.test(key))
  assert.equal(names.length, 2)
  for (const key of [recordKey(id, record.hash), ...names]) laptop.kv.rotten.add(key)
  assert.equal(await laptop.vault(id).mend(), true)
  const again = await reopened(laptop, 'laptop', [])
  assert.equal(again.vault(id).lacksRecords, false)
  assert.deepEqual(await again.vault(id).store.record(record.hash), record)
})
