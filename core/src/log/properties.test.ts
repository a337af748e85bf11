import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { EntryHash } from '../base/ids.ts'
import type { UnverifiedEntry } from './entry.ts'
import type { Membership } from './membership.ts'
import type { TestReplica } from './testing.ts'
import { testRecord } from './testing.ts'
import { ACTORS, prepare, tryStep } from './testing-history.ts'
import type { Step, World } from './testing-history.ts'
import { VaultLog } from './vault-log.ts'

const RUNS = process.env['HOLDFAST_LONG'] === '1' ? 2000 : 40
const actor = fc.nat(ACTORS - 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('pull' as const), who: actor, from: actor }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('write' as const, 'write' as const, 'join' as const, 'epoch' as const),
      who: actor
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('revoke' as const, 'remove' as const, 'root revoke' as const),
      who: actor,
      whom: actor
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('freeze' as const, 'reissue' as const, 'leave' as const), who: actor })
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('pin' as const, 'shred' as const, 'fork' as const),
      who: actor,
      object: fc.nat(2)
    })
  }
)

/** Replays entries in a random causal order into a fresh log, checking every admission on the way. */
async function replay(
  world: World,
  chosen: ReadonlyMap<EntryHash, UnverifiedEntry>,
  pick: (n: number) => number
): Promise<VaultLog> {
  const log = await VaultLog.fromGenesis(world.genesis)
  const counted = new Set(log.counted())
  const left = new Map(chosen)
  left.delete(world.genesis.hash)
  while (left.size > 0) {
    const ready = [...left.values()].filter(({ header }) =>
      [header.prev, ...header.seen].every((hash) => hash === null || log.has(hash))
    )
    const entry = ready[pick(ready.length)]!
    const verdict = await log.verify(entry, { wanted: true })
    assert.ok(verdict.kind === 'verified' || verdict.kind === 'forked', 'an entry valid for one is valid for all')
    const { newlyCounted, uncounted } = log.admit(verdict.entry)
    for (const hash of uncounted) assert.ok(counted.delete(hash), 'only what counted is uncounted')
    for (const hash of newlyCounted) assert.ok(counted.size !== counted.add(hash).size, 'nothing is counted twice')
    left.delete(entry.hash)
  }
  assert.deepEqual(new Set(log.counted()), counted, 'the changes told add up')
  return log
}

function describe(membership: Membership): unknown {
  const accounts = [...membership.accounts].map(([id, { role, rank, devices }]) => [id, role, rank, [...devices]])
  return [membership.founder, accounts, membership.relays]
}

function fingerprint(log: VaultLog): unknown {
  const pins = log.pins()
  for (let i = 0; i < 3; i++) pins.addRecord(testRecord(`object ${i}`, [`blob ${i}`, 'shared']))
  return {
    counted: [...log.counted()].sort(),
    membership: describe(log.membership()),
    heads: log.heads(),
    epochs: log
      .epochs()
      .map(({ id, recipientsFit }) => [id, recipientsFit])
      .sort(),
    writable: log.writableEpoch(),
    frozen: log.frozenLogs().map(({ log: name }) => name),
    live: [...pins.liveRecords()].sort(),
    shredded: [...pins.shreddedObjects()].sort(),
    blobs: [...pins.neededBlobs.keys()].sort()
  }
}

function assertClosed(log: VaultLog): void {
  for (const hash of log.counted()) {
    for (const parent of log.pastOf(hash).parents)
      assert.ok(log.isCounted(parent), 'nothing counted depends on what does not count')
  }
}

/** A smaller set that is still closed under the past. */
function pastOfSome(world: World, keep: (index: number) => boolean): Map<EntryHash, UnverifiedEntry> {
  const chosen = new Map<EntryHash, UnverifiedEntry>()
  const add = (hash: EntryHash): void => {
    if (chosen.has(hash)) return
    const entry = world.all.get(hash)!
    for (const parent of [entry.header.prev, ...entry.header.seen]) if (parent !== null) add(parent)
    chosen.set(hash, entry)
  }
  ;[...world.all.keys()].forEach((hash, index) => keep(index) && add(hash))
  chosen.set(world.genesis.hash, world.genesis)
  return chosen
}

test('membership, counting, pins and epoch follow from the set of entries, whatever the order they came in', async () => {
  const orders = fc.array(fc.nat(), { minLength: 10, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 45 }), orders, orders, async (steps, first, second) => {
      const world = await prepare()
      for (const [number, one] of steps.entries()) await tryStep(world, one, number)
      const picker = (list: readonly number[]): ((n: number) => number) => {
        let at = 0
        return (n) => list[at++ % list.length]! % n
      }
      for (const chosen of [world.all, pastOfSome(world, (index) => first[index % first.length]! % 3 === 0)]) {
        const [one, two] = [await replay(world, chosen, picker(first)), await replay(world, chosen, picker(second))]
        assertClosed(one)
        assert.deepEqual(fingerprint(one), fingerprint(two))
        assert.deepEqual(one.missingFor(two.heads()), [], 'after an exchange there is nothing left to exchange')
      }
    }),
    { numRuns: RUNS }
  )
})

/** A member of whom nothing was quarantined and no log froze. */
function isInGoodStanding({ log, device }: TestReplica): boolean {
  const isIdle = log.quarantined().some((hash) => log.entry(hash)!.header.device === device.id)
  return (
    log.membership().roleOf(device.id) !== null &&
    !isIdle &&
    !log.frozenLogs().some((frozen) => frozen.log.startsWith(device.id))
  )
}

test('no honest device is stuck behind what others did: it can always write its next entry, and make an epoch', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 45 }), async (steps) => {
      const world = await prepare()
      for (const [number, one] of steps.entries()) await tryStep(world, one, number)
      for (const replica of world.replicas.filter(isInGoodStanding)) {
        await replica.say()
        await replica.newEpoch('next')
      }
    }),
    { numRuns: RUNS }
  )
})

test('what each replica came to while things happened is what a fresh one computes from the same entries', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 45 }), async (steps) => {
      const world = await prepare()
      for (const [number, one] of steps.entries()) await tryStep(world, one, number)
      for (const replica of world.replicas) {
        const held = new Map([...replica.entries].filter(([hash]) => replica.log.has(hash)))
        const fresh = await replay(world, held, () => 0)
        assert.deepEqual(fingerprint(fresh), fingerprint(replica.log))
      }
    }),
    { numRuns: Math.ceil(RUNS / 3) }
  )
})
