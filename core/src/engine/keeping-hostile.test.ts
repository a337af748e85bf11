import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blobsOf } from '../log/blob-index.ts'
import { encodeMessage } from '../sync/wire/messages.ts'
import type { Message } from '../sync/wire/messages.ts'
import { SyncSession } from '../sync/session/session.ts'
import { memoryLinkPair } from '../sync/testing/memory-link.ts'
import { RelayScene } from '../sync/testing/relay-scene.ts'
import type { Peer } from '../sync/testing/relay-scene.ts'
import { droppableOf } from './keeping-droppable.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a device that says it holds everything is shown as a copy, and nothing is dropped or spared because of it', async () => {
  const scene = await RelayScene.make(turn, { relays: 1, copies: 1, repairAfterMs: 1000, devices: 2 })
  const [laptop, liar] = scene.devices as [Peer, Peer]
  const { replica, clock, blobs } = laptop.home
  const vault = laptop.home.vault(scene.vault)
  const record = await scene.add(laptop, 'letter')
  const [own, theirs] = memoryLinkPair(liar.home.device.id, laptop.home.device.id, { window: 1000 })
  const session = new SyncSession({ replica, link: theirs, clock })
  session.start()
  const say = async (message: Message): Promise<void> => {
    await own.send(encodeMessage(message))
    await turn()
  }
  const id = scene.vault
  await say({ kind: 'hello', role: 'device', vaults: [{ vault: id, digest: '00'.repeat(32), told: null }], nowMs: 0 })
  await say({ kind: 'heads', vault: id, heads: vault.heads(), numbers: [] })
  const upTo = vault.heads().map(({ log }) => ({ log, seq: Number.MAX_SAFE_INTEGER }))
  await say({ kind: 'holdings', vault: id, holdings: { kind: 'allBut', upTo, records: [] } })
  assert.deepEqual(replica.devicesWith(id, record.hash), [liar.home.device.id])

  const sizes = new Map([...blobsOf(record)].map((blob) => [blob, 1]))
  const droppable = (): number => droppableOf({ replica, here: sizes, isKept: () => false }).length
  assert.equal(droppable(), 0, 'only a relay that says so is reason enough')
  const relay = scene.relays[0]!
  assert.deepEqual(replica.peers.objectState(id, record.hash), { complete: [], incomplete: [] })
  assert.deepEqual(replica.peers.completeAt(liar.home.device.id, id), [])
  scene.link(laptop, relay)
  await scene.quiet()
  assert.ok(relay.has(record), 'the relay is brought it all the same')
  assert.equal(droppable(), 1)
  assert.ok([...blobsOf(record)].every((blob) => blobs.blobs.has(blob)))

  await say({
    kind: 'state',
    vault: id,
    entry: vault.log.pins().bringersOf(record.hash)[0]!,
    incomplete: [{ record: record.hash, missing: [] }],
    elsewhere: []
  })
  assert.deepEqual(
    replica.peers.objectState(id, record.hash).incomplete,
    [],
    'nor is anything brought to a device that asks for it'
  )
  session.stop()
})
