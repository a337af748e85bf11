import assert from 'node:assert/strict'
import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import type { CopiesReport } from '@holdfast/core/engine/copies/local-copies'
import type { BlobId } from '@holdfast/core/base/ids'
import { DEFAULTS } from '@holdfast/node/config/keys'
import { lookAtCopies } from '@holdfast/node/folder/copies-duty'
import { Folders } from '@holdfast/node/folder/folders'
import { syncAll } from '@holdfast/core/engine/sync-once'
import type { SyncReport } from '@holdfast/core/engine/sync-once'
import type { Network } from '@holdfast/core/engine/network'
import type { SyncSession } from '@holdfast/core/sync/session/session'
import { connect, exchange, turns } from '../attacks/scene/link.ts'
import type { Party } from '../attacks/scene/link.ts'
import type { Relay } from '../attacks/scene/relay.ts'
import { Pair } from './scene.ts'
import type { Laptop } from './scene.ts'

const LARGE = noise(1_500_000)
const SMALL = 'a small one'

test('what lies in a folder is not kept a second time once the relay has shown it, and is made again for whoever asks', async () => {
  const pair = await filled()
  const { a, relay } = pair
  const before = await bytesOf(a)
  assert.deepEqual(await a.folders.copies.look(true), { droppedBytes: 0, broughtBack: 0 }, 'nobody shows anything now')

  const { droppedBytes } = await online(pair)
  const after = await bytesOf(a)
  assert.equal(before - after, droppedBytes)
  assert.ok(after < before / 50, `${after} of ${before} bytes are left`)
  assert.equal((await online(pair)).droppedBytes, 0)
  await restart(a)
  assert.equal((await a.device.engine.status()).missingBlobs, 0)

  // Offline: made from the file.
  assert.equal(await a.device.text('small.txt'), SMALL)
  assert.deepEqual(await a.device.bytes('large.bin'), LARGE)
  assert.equal(await bytesOf(a), after)

  // The relay has lost it: it is brought again by the one laptop that is there, byte by byte what it had.
  await loses(relay, pair)
  await exchange(a.device, relay)
  for (const path of ['small.txt', 'large.bin'])
    assert.deepEqual((await relay.blobs.has(blobsOf(a, path))).includes(false), false, path)
})

test('a relay that says it holds what it does not give is no reason to drop anything, and one that is gone brings it back', async () => {
  const pair = await filled()
  const { a, relay } = pair
  const { get, getMany } = relay.blobs
  relay.blobs.get = async () => undefined
  relay.blobs.getMany = async (ids) => ids.map(() => undefined)
  assert.equal((await online(pair)).droppedBytes, 0)
  assert.ok(a.device.home.replica.peers.list().some(({ peer, lies }) => peer === relay.id && lies > 0))
  Object.assign(relay.blobs, { get, getMany })

  assert.ok((await online(pair)).droppedBytes > 0, 'it is asked again what it holds')
  await a.device.vault.state([{ kind: 'relays', relays: [], copies: 1, repairAfterMs: 1000 }])
  assert.ok((await a.folders.copies.look(true)).broughtBack > 1)
  assert.equal(a.device.home.blobs.remade().size, 0)
  rmSync(a.at('large.bin'))
  assert.deepEqual(await a.device.bytes('large.bin'), LARGE)
})

test('keep.localCopies: with `always`, and for a folder that is kept in step no more, it lies here again', async () => {
  const pair = await filled()
  const { a } = pair
  await online(pair)
  assert.ok(a.device.home.blobs.remade().size > 1)
  await lookAtCopies(a.device.engine, a.folders, { ...DEFAULTS, 'keep.localCopies': 'always' })
  assert.equal(a.device.home.blobs.remade().size, 0)
  await online(pair)
  assert.ok(a.device.home.blobs.remade().size > 1)
  await a.folders.remove(a.path)
  rmSync(a.path, { recursive: true })
  assert.deepEqual(await a.device.bytes('large.bin'), LARGE)
  assert.equal(await a.device.text('small.txt'), SMALL)
})

test('a file that is edited while its ciphertext goes is never made into what was there before; both versions can be had', async () => {
  const pair = await filled()
  const { a, b, relay } = pair
  const old = a.device.content('small.txt')
  let link = connect(a.device, relay)
  await link.settled()
  a.write('small.txt', 'another one')
  assert.ok((await a.folders.copies.look(true)).droppedBytes > 0)
  link.close()
  assert.equal(await textOf(a, old), undefined, 'offline, the version before the edit is at the relay alone')
  link = connect(a.device, relay)
  assert.equal(await textOf(a, old), SMALL)
  await link.settled()
  link.close()
  await pair.agree({ 'large.bin': LARGE.toString(), 'small.txt': 'another one' })
  await online(pair)
  assert.equal(await a.device.text('small.txt'), 'another one')

  // What was let go does not come by itself, but when a folder needs it: another device restores it.
  const dropped = a.device.content('small.txt')
  a.write('small.txt', 'a third one')
  await pair.sync()
  await online(pair)
  await restart(a)
  await exchange(a.device, relay)
  assert.equal(await textOf(a, dropped), undefined)
  assert.ok(a.device.engine.exchange.wanted.size > 0)
  const { missing, inStep } = await syncOnce(a, relay)
  assert.deepEqual({ missing, inStep }, { missing: 0, inStep: true }, 'what was let go is with the relay')
  await b.device.vault.restore(b.device.vault.index.tree.resolve(['small.txt'])!.id, dropped.object)
  await pair.agree({ 'large.bin': LARGE.toString(), 'small.txt': 'another one' })
})

test('a file that was only touched is the same without anybody being asked; one that gives other bytes than were sealed is a new version', async () => {
  const pair = await filled()
  const { a } = pair
  await online(pair)
  for (const path of ['large.bin', 'small.txt']) {
    const { object } = a.device.content(path)
    utimesSync(a.at(path), 1, 1)
    await a.pass()
    assert.deepEqual([a.device.content(path).object, a.device.content(path).mtimeMs], [object, 1000])
  }
  await a.folders.copies.look(true)
  assert.equal(await a.device.text('small.txt'), SMALL)

  // As if it were compressed in another way by now: no blob of it can be made, and no relay has it.
  const { object, manifest } = a.device.content('small.txt')
  const { blobs } = a.device.home
  await blobs.madeFrom(new Map([[manifest, { ...blobs.remade().get(manifest)!, header: new Uint8Array(45).fill(1) }]]))
  assert.equal(await blobs.get(manifest), undefined)
  await a.device.vault.state([{ kind: 'relays', relays: [], copies: 1, repairAfterMs: 1000 }])
  await a.folders.copies.look(true)
  await a.pass()
  assert.notEqual(a.device.content('small.txt').object, object)
  assert.equal(await a.device.text('small.txt'), SMALL)
})

test('killed at any moment while ciphertext goes or comes back, every file can still be read', async () => {
  const pair = await filled()
  const { a, relay } = pair
  for (let steps = 0; steps < 40; steps += 7) {
    const link = connect(a.device, relay)
    await link.settled()
    const looked = a.folders.copies.look(steps % 2 === 0).catch(() => undefined)
    await turns(steps)
    await a.device.die()
    await looked
    await a.device.open()
    await reopened(a)
    assert.equal(await a.device.text('small.txt'), SMALL)
    assert.deepEqual(await a.device.bytes('large.bin'), LARGE)
  }
})

test('two files with the same content need one another no more than their relay', async () => {
  const pair = await filled()
  const { a } = pair
  mkdirSync(a.at('folder'))
  writeFileSync(a.at('folder', 'twin.bin'), LARGE)
  await pair.agree()
  await online(pair)
  const after = await bytesOf(a)
  rmSync(a.at('large.bin'))
  await pair.sync()
  await online(pair)
  assert.deepEqual(await a.device.bytes('folder/twin.bin'), LARGE)
  renameSync(a.at('folder'), a.at('other'))
  await a.pass()
  assert.deepEqual(await a.device.bytes('other/twin.bin'), LARGE)
  assert.ok((await bytesOf(a)) < after * 2)
})

async function filled(): Promise<Pair> {
  const pair = await Pair.new()
  writeFileSync(pair.a.at('large.bin'), LARGE)
  pair.a.write('small.txt', SMALL)
  await pair.agree()
  return pair
}

/** One look at the copies of the first laptop while it is connected to the relay. */
async function online({ a, relay }: Pair): Promise<CopiesReport> {
  const link = connect(a.device, relay)
  await link.settled()
  await a.pass()
  await link.settled()
  const report = await a.folders.copies.look(true)
  await link.settled()
  link.close()
  return report
}

/** As the command does it, over one link to the relay. */
async function syncOnce({ device }: Laptop, relay: Relay): Promise<SyncReport> {
  const sessions: SyncSession[] = []
  const party: Party = {
    id: device.id,
    attach(link) {
      const attached = device.attach(link)
      sessions.push(attached.session)
      return attached
    }
  }
  const link = connect(party, relay)
  const network = {
    attemptAll: async () => ({ connected: 1, failed: [] }),
    untilNear: async () => undefined,
    connected: () => [relay.id],
    refusals: () => [],
    refusedVaults: () => new Set(),
    sessionsWith: () => sessions
  }
  try {
    return await syncAll(device.engine, network as Partial<Network> as Network, {})
  } finally {
    link.close()
  }
}

async function restart(laptop: Laptop): Promise<void> {
  await laptop.device.restart()
  await reopened(laptop)
}

async function reopened(laptop: Laptop): Promise<void> {
  laptop.folders = await Folders.open(laptop.device.engine)
  laptop.kept = laptop.folders.list()[0]!
}

/** Its blobs are gone, and it has noticed. */
async function loses(relay: Relay, { a }: Pair): Promise<void> {
  const ids = ['small.txt', 'large.bin'].flatMap((path) => blobsOf(a, path))
  await relay.blobs.delete(ids)
  await relay.exchange.lost(ids)
}

function blobsOf({ device }: Laptop, path: string): BlobId[] {
  const { manifest, blobs } = device.vault.recordOf(device.content(path))
  return [manifest, ...blobs].map(({ id }) => id)
}

async function bytesOf({ device }: Laptop): Promise<number> {
  return (await device.home.blobs.stats()).bytes
}

/** Undefined where its bytes cannot be had now. */
async function textOf(
  { device }: Laptop,
  content: Parameters<Laptop['device']['vault']['read']>[0]
): Promise<string | undefined> {
  const pieces: Uint8Array[] = []
  try {
    for await (const piece of device.vault.read(content)) pieces.push(piece)
  } catch {
    return undefined
  }
  return Buffer.concat(pieces).toString()
}

function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = 1
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[at] = 33 + ((state >>> 24) % 90)
  }
  return bytes
}
