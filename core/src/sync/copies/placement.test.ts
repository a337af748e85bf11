import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { idFromBytes } from '../../base/ids.ts'
import type { DeviceId, ObjectId, VaultId } from '../../base/ids.ts'
import { blake3 } from '../../proof/blake3.ts'
import { ranked, responsible } from './placement.ts'

const named = (name: string): Uint8Array => blake3(new TextEncoder().encode(name))
const RELAYS = Array.from({ length: 7 }, (_, n) => idFromBytes<DeviceId>(named(`relay ${n}`)))
const VAULT = idFromBytes<VaultId>(named('vault'))
const OBJECTS = Array.from({ length: 4000 }, (_, n) => idFromBytes<ObjectId>(named(`object ${n}`).slice(0, 16), 16))

test('each relay gets about its share', () => {
  for (const copies of [1, 2, 3]) {
    const held = new Map<DeviceId, number>()
    for (const object of OBJECTS)
      for (const relay of responsible(RELAYS, copies, VAULT, object)) held.set(relay, (held.get(relay) ?? 0) + 1)
    const share = (OBJECTS.length * copies) / RELAYS.length
    for (const relay of RELAYS)
      assert.ok(Math.abs(held.get(relay)! - share) < share * 0.2, `${held.get(relay)} of ${share}`)
  }
})

test('a relay that goes moves only what it held, each time to the next in the order', () => {
  const gone = RELAYS[3]!
  for (const object of OBJECTS) {
    const before = responsible(RELAYS, 2, VAULT, object)
    const after = responsible(RELAYS, 2, VAULT, object, (relay) => relay === gone)
    if (!before.includes(gone)) assert.deepEqual(after, before)
    else {
      assert.deepEqual(
        after.filter((relay) => before.includes(relay)),
        before.filter((relay) => relay !== gone)
      )
      assert.equal(after.length, 2)
      assert.deepEqual(
        after,
        ranked(RELAYS, VAULT, object)
          .filter((relay) => relay !== gone)
          .slice(0, 2)
      )
    }
  }
})

test('the order in which a list names the relays decides nothing', () => {
  const order = fc.shuffledSubarray(RELAYS, { minLength: 1 })
  fc.assert(
    fc.property(order, fc.nat(3), fc.nat(OBJECTS.length - 1), (relays, copies, at) => {
      const object = OBJECTS[at]!
      const found = responsible(relays, copies, VAULT, object)
      assert.deepEqual(new Set(found), new Set(responsible([...relays].sort(), copies, VAULT, object)))
      assert.equal(found.length, Math.min(relays.length, Math.max(1, copies)))
    }),
    { numRuns: 300 }
  )
})

test('another vault places its objects otherwise, so that no relay is always first', () => {
  const other = idFromBytes<VaultId>(named('another vault'))
  const moved = OBJECTS.filter((object) => ranked(RELAYS, VAULT, object)[0] !== ranked(RELAYS, other, object)[0])
  assert.ok(moved.length > OBJECTS.length / 2)
})

test('when all are away it is as if none were', () => {
  assert.deepEqual(
    responsible(RELAYS, 2, VAULT, OBJECTS[0]!, () => true),
    responsible(RELAYS, 2, VAULT, OBJECTS[0]!)
  )
  assert.deepEqual(responsible([], 2, VAULT, OBJECTS[0]!), [])
})
