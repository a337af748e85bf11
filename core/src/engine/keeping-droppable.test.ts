import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlobId, DeviceId, ObjectId, RecordHash, VaultId } from '../base/ids.ts'
import type { Replica } from '../sync/replica/replica.ts'
import { droppableOf } from './keeping-droppable.ts'

interface Thing {
  readonly object: string
  readonly blobs: readonly string[]
  /** Relays that said that they hold it whole. */
  readonly at: readonly string[]
  readonly isKept?: true
}

/** What may leave of these objects, by name; every blob is 10 bytes and here unless it is in `away`. */
function droppable(
  things: readonly Thing[],
  {
    relays = ['r'],
    copies = 1,
    held = [],
    away = []
  }: Partial<Record<'relays' | 'held' | 'away', string[]>> & { copies?: number } = {}
): Record<string, readonly string[]> {
  const thingOf = (hash: RecordHash): Thing => things.find(({ object }) => object === (hash as string))!
  const pins = {
    liveRecords: () => things.map(({ object }) => object),
    isWanted: () => true,
    record: (hash: RecordHash) => {
      const [manifest, ...blobs] = thingOf(hash).blobs.map((id) => ({ id, sizeBytes: 10 }))
      return { hash, object: hash, manifest, blobs }
    }
  }
  const log = { pins: () => pins, membership: () => ({ relays: relays.map((peer) => ({ peer })), copies }) }
  const replica = {
    vaults: () => [{ id: 'v' as VaultId, log }],
    isHeld: (id: string) => held.includes(id),
    peers: { holdsObject: (peer: DeviceId, _: VaultId, hash: RecordHash) => thingOf(hash).at.includes(peer) }
  }
  const here = new Map(
    things
      .flatMap(({ blobs }) => blobs)
      .filter((id) => !away.includes(id))
      .map((id) => [id as BlobId, 10])
  )
  const isKept = (hash: RecordHash): boolean => thingOf(hash).isKept === true
  const found = droppableOf({ replica: replica as unknown as Replica, here, isKept })
  return Object.fromEntries(
    found.map(({ object, blobs }: { object: ObjectId; blobs: readonly string[] }) => [object, blobs])
  )
}

test('only what a relay said it holds whole may leave, and never what is kept or being written', () => {
  assert.deepEqual(droppable([{ object: 'a', blobs: ['a1', 'a2'], at: ['r'] }]), { a: ['a1', 'a2'] })
  assert.deepEqual(droppable([{ object: 'a', blobs: ['a1'], at: [] }]), {})
  assert.deepEqual(droppable([{ object: 'a', blobs: ['a1'], at: ['r'], isKept: true }]), {})
  assert.deepEqual(droppable([{ object: 'a', blobs: ['a1', 'a2'], at: ['r'] }], { held: ['a2'] }), { a: ['a1'] })
  assert.deepEqual(droppable([{ object: 'a', blobs: ['a1', 'a2'], at: ['r'] }], { away: ['a1', 'a2'] }), {})
})

test('a blob that something else needs here stays, whoever holds the other object', () => {
  const shared = [
    { object: 'a', blobs: ['a1', 'both'], at: ['r'] },
    { object: 'b', blobs: ['b1', 'both'], at: [] }
  ]
  assert.deepEqual(droppable(shared), { a: ['a1'] })
})

test('it takes as many relays as the vault wants copies, as far as there are so many, and only those it names', () => {
  const at = (...relays: string[]): Thing[] => [{ object: 'a', blobs: ['a1'], at: relays }]
  assert.deepEqual(droppable(at('r'), { relays: ['r', 's'], copies: 2 }), {})
  assert.deepEqual(droppable(at('r', 's'), { relays: ['r', 's'], copies: 2 }), { a: ['a1'] })
  assert.deepEqual(droppable(at('r'), { relays: ['r'], copies: 2 }), { a: ['a1'] })
  assert.deepEqual(droppable(at('gone'), { relays: ['r'] }), {})
  assert.deepEqual(droppable(at('gone'), { relays: [] }), {})
})
