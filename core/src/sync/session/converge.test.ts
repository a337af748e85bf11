import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testRecord } from '../../log/testing.ts'
import { decodeMessage } from '../wire/messages.ts'
import { connect, exchange, testVault } from '../testing/test-home.ts'
import type { TestHome, TestLink } from '../testing/test-home.ts'

const SEEDS = Number(process.env['HOLDFAST_SEEDS'] ?? 12)

for (let seed = 1; seed <= SEEDS; seed++) {
  test(`three devices and a relay come to hold the same after edits and broken links (seed ${seed})`, async () => {
    const random = generator(seed)
    const { id, devices, relay } = await testVault(['laptop', 'phone', 'desk'])
    await meetAll([...devices, relay])
    const homes = [...devices, relay]
    let links: TestLink[] = []
    for (let step = 0; step < 40; step++) {
      const home = devices[random(devices.length)]!
      const other = homes[random(homes.length)]!
      const what = random(6)
      if (what < 3) await home.change(id, `step ${step}`)
      else if (what < 5 && other !== home)
        links.push(connect(home, other, { knobs: { closeAt: 2 + random(20), window: 1 + random(4) } }))
      else links = dropOne(links, random)
      for (let turn = random(8); turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve))
    }
    for (const link of links) link.close()
    await meetAll(homes)
    await meetAll(homes)
    for (const one of homes) assert.deepEqual(one.vault(id).heads(), relay.vault(id).heads())
    for (const device of devices) assert.deepEqual(await exchange(device, relay), [1, 1])
    for (const one of homes)
      assert.deepEqual(
        one.replica.peers.list().filter(({ lies, rollbacks }) => lies + rollbacks > 0),
        []
      )
  })
}

test('a backlog that two peers have is fetched once', async () => {
  const { id, devices, relay } = await testVault(['laptop', 'phone', 'desk'])
  const [laptop, phone, desk] = devices as [TestHome, TestHome, TestHome]
  await meetAll([laptop, phone, desk, relay])
  for (let i = 0; i < 600; i++) await laptop.change(id, `entry ${i}`)
  await exchange(laptop, relay)
  await exchange(phone, relay)
  const links = [connect(desk, relay), connect(desk, phone)]
  await Promise.all(links.map((link) => link.idle()))
  const came = links
    .flatMap(({ ends }) => ends[1].sent.map(decodeMessage))
    .filter((message) => message.kind === 'entries')
  assert.equal(
    came.reduce((sum, { entries }) => sum + entries.length, 0),
    600
  )
  assert.deepEqual(desk.vault(id).heads(), relay.vault(id).heads())
  for (const link of links) link.close()
})

test('a large import goes in frames of about a mebibyte, the next asked for when the last was dealt with', async () => {
  const { id, devices, relay } = await testVault()
  const [laptop] = devices as [TestHome]
  await exchange(laptop, relay)
  for (let i = 0; i < 4; i++) {
    const records = Array.from({ length: 1024 }, (_, k) => testRecord(`object ${i} ${k}`, [`blob ${i} ${k}`]))
    await laptop.change(id, `entry ${i}`, { records })
  }
  const link = connect(laptop, relay)
  await link.idle()
  const sent = link.ends[0].sent.filter((bytes) => decodeMessage(bytes).kind === 'entries')
  assert.ok(sent.length >= 2 && sent.length <= 4)
  assert.ok(sent.every(({ length }) => length < 1.5 * 1024 * 1024))
  const wants = link.ends[1].sent.filter((bytes) => decodeMessage(bytes).kind === 'want')
  assert.equal(wants.length, sent.length)
  assert.equal([...relay.vault(id).log.pins().liveRecords()].length, 4 * 1024)
  link.close()
})

/** Everybody exchanges with the last one, twice, so that what the last one learnt late reaches all. */
async function meetAll(homes: readonly TestHome[]): Promise<void> {
  const hub = homes.at(-1)!
  for (let round = 0; round < 2; round++) for (const home of homes.slice(0, -1)) await exchange(home, hub)
}

function dropOne(links: readonly TestLink[], random: (below: number) => number): TestLink[] {
  const at = random(links.length + 1)
  links[at]?.close()
  return links.filter((_, i) => i !== at)
}

/** Mulberry32: enough for choosing steps. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}
