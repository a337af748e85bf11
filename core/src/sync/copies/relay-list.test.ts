import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addSome, FOUR, names, placed, RelayScene, turn } from '../testing/relay-scene.ts'
import type { Peer } from '../testing/relay-scene.ts'

test('a relay that is named later takes its part from the others, and one that is taken out leaves its part to them', async () => {
  const scene = await RelayScene.make(turn, FOUR)
  const [laptop] = scene.devices as [Peer]
  const [first, , , last] = scene.relays as [Peer, Peer, Peer, Peer]
  await scene.name(scene.relays.slice(0, 3), FOUR)
  scene.linkAll()
  await scene.quiet()
  const records = await addSome(scene, laptop, 12)
  await scene.quiet()
  assert.ok(records.every((record) => !last.has(record)))
  await scene.name(scene.relays, FOUR)
  await scene.quiet()
  const its = records.filter((record) => placed(scene, record).includes(last.home.device.name))
  assert.ok(its.length > 0 && its.every((record) => last.has(record)))
  assert.ok(records.every((record) => its.includes(record) || !last.has(record)))
  await scene.name(scene.relays.slice(1), FOUR)
  await scene.quiet()
  const left = scene.relays.slice(1)
  for (const record of records) {
    const holders = names(scene.holders(record))
    for (const name of placed(scene, record)) assert.ok(holders.includes(name))
    const { complete } = laptop.home.replica.peers.objectState(scene.vault, record.hash)
    assert.ok(!complete.includes(first.home.device.id), 'what was taken out is no copy any more')
    assert.equal(left.filter(({ home }) => complete.includes(home.device.id)).length, 2)
  }
})

test('more copies, when an owner asks for them, are made by the relays among themselves', async () => {
  const scene = await RelayScene.make(turn, FOUR)
  const [laptop] = scene.devices as [Peer]
  scene.linkAll()
  await scene.quiet()
  const records = await addSome(scene, laptop, 8)
  await scene.quiet()
  await scene.name(scene.relays, { ...FOUR, copies: 3 })
  await scene.quiet()
  for (const record of records) assert.equal(scene.holders(record).length, 3)
})
