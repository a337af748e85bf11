import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HASH_BYTES } from '../../proof/blake3.ts'
import type { DeviceId, EntryHash, LogId, VaultId } from '../../base/ids.ts'
import type { Head } from '../../log/head-statement.ts'
import type { Effect, ReceiveReport, SyncEvent } from './effects.ts'
import { vaultDigest } from '../replica/heads.ts'
import type { HeldObjects } from '../replica/holdings.ts'
import type { LogRange, Message } from '../wire/messages.ts'
import { SyncMachine } from './sync-machine.ts'
import type { EntrySketch, ReplicaView, VaultView } from './sync-view.ts'

const id = <T>(digit: string): T => digit.repeat(HASH_BYTES * 2) as T
const vault = id<VaultId>('a')
const [own, peer] = [id<DeviceId>('1'), id<DeviceId>('2')]
const [ownLog, peerLog] = [`${own}:${'0'.repeat(16)}`, `${peer}:${'0'.repeat(16)}`] as [LogId, LogId]
const hashOf = (log: LogId, seq: number): EntryHash => (log[0]! + String(seq).padStart(63, '0')) as EntryHash

/** A vault of which only the length of each log is known. */
class FakeVault implements VaultView {
  readonly id = vault
  readonly lengths = new Map<LogId, number>()
  announcedSeq = 0
  named = true
  listed = true
  stale = false
  mayNameTo = (): boolean => this.named
  lists = (): boolean => this.listed
  heads = (): Head[] => [...this.lengths].map(([log, seq]) => ({ log, seq, hash: hashOf(log, seq) }))
  heldSeq = (log: LogId): number => this.lengths.get(log) ?? 0
  holds = (hash: EntryHash): boolean =>
    this.heads().some(({ log, seq }) => Number(hash.slice(1)) <= seq && log[0] === hash[0])
  counts = (hash: EntryHash): boolean => this.holds(hash)
  forkProofs = (): [] => []
  hashAt = (log: LogId, seq: number): EntryHash => hashOf(log, seq)
  ownLog = (): { log: LogId; announcedSeq: number } => ({ log: ownLog, announcedSeq: this.announcedSeq })
  sketch = (): undefined => undefined
  broughtBy = (): [] => []
  sizeOf = (): number => 1000
  numbers = (): [] => []
  statement = (): undefined => undefined
  statementIsStale = (): boolean => this.stale
  unknownStates = (): [] => []
  held: HeldObjects | undefined
  holdings = (): HeldObjects | undefined => this.held
  toldBy = (): null => null
  claim = (): boolean => true
  release = (): void => {}

  inOrder(ranges: readonly LogRange[], max: number): { entries: EntrySketch[]; more: boolean } {
    const entries = ranges.flatMap(({ log, from, to }) =>
      Array.from({ length: to - from + 1 }, (_, i) => ({
        hash: hashOf(log, from + i),
        log,
        seq: from + i,
        hasRecords: false
      }))
    )
    return { entries: entries.slice(0, max), more: entries.length > max }
  }
}

function machineOver(fake: FakeVault): { machine: SyncMachine; tell: (...events: SyncEvent[]) => Effect[] } {
  const view: ReplicaView = {
    role: 'device',
    device: own,
    vaults: () => [fake],
    vault: (of) => (of === vault ? fake : undefined)
  }
  const machine = new SyncMachine(view, peer)
  return { machine, tell: (...events) => events.flatMap((event) => machine.handle(event)) }
}

const NOW_MS = 1000
const up: SyncEvent = { kind: 'linkUp', nowMs: 0 }
const message = (one: Message): SyncEvent => ({ kind: 'message', message: one, nowMs: NOW_MS })
const hello = (digest: string): SyncEvent =>
  message({ kind: 'hello', role: 'device', vaults: [{ vault, digest, told: null }], nowMs: 0 })
const report = (touched: ReceiveReport['touched']): ReceiveReport => ({
  admitted: [],
  waiting: [],
  known: [],
  refused: [],
  touched,
  dropped: [],
  parted: []
})
const sent = (effects: readonly Effect[]): Message[] =>
  effects.flatMap((effect) => (effect.kind === 'send' ? [effect.message] : []))
const other = '00'.repeat(32)

test('equal digests: a hello each way, nothing else, and done', () => {
  const fake = new FakeVault()
  fake.lengths.set(peerLog, 3)
  const { machine, tell } = machineOver(fake)
  const effects = tell(up, hello(vaultDigest(vault, fake.heads(), [])))
  assert.deepEqual(
    sent(effects).map(({ kind }) => kind),
    ['hello']
  )
  assert.ok(machine.isSettled())
})

test('it is done only when the peer has answered for every vault; a refusal of one whose membership lists it is noted', () => {
  for (const listed of [true, false]) {
    const fake = new FakeVault()
    fake.listed = listed
    const { machine, tell } = machineOver(fake)
    tell(up, message({ kind: 'hello', role: 'relay', vaults: [], nowMs: 0 }))
    assert.equal(machine.isSettled(), false)
    const effects = tell(message({ kind: 'refused', vault }), message({ kind: 'refused', vault }))
    assert.deepEqual(
      effects.map(({ kind }) => kind),
      listed ? ['noteRefusal'] : []
    )
    assert.equal(machine.isSettled(), true)
  }
})

test('a hello that answers one says the time here, not the time of the other side', () => {
  const fake = new FakeVault()
  fake.named = false
  const { tell } = machineOver(fake)
  tell(up)
  fake.named = true
  const [answer] = sent(tell(hello(other)))
  assert.deepEqual([answer?.kind, answer?.kind === 'hello' && answer.nowMs], ['hello', NOW_MS])
})

test('own entries nobody has heard of are not mentioned before the peer has shown what it holds of that log', () => {
  const fake = new FakeVault()
  fake.lengths.set(ownLog, 5).set(peerLog, 1)
  fake.announcedSeq = 2
  const { tell } = machineOver(fake)
  const first = sent(tell(up, hello(other)))
  const heads = first.find((one) => one.kind === 'heads')
  assert.deepEqual(
    heads?.heads.map(({ log, seq }) => [log, seq]),
    [
      [ownLog, 2],
      [peerLog, 1]
    ]
  )
  assert.deepEqual(
    tell(message({ kind: 'want', vault, ranges: [{ log: ownLog, from: 1, to: 5 }] })).map(({ kind }) => kind),
    ['lie']
  )
  const after = tell(
    message({ kind: 'heads', vault, heads: [{ log: ownLog, seq: 2, hash: hashOf(ownLog, 2) }], numbers: [] })
  )
  const pushed = after.find((effect) => effect.kind === 'push')
  assert.equal(pushed, undefined, 'it was told of the peer log and will ask for both')
  assert.deepEqual(
    sent(after).flatMap((one) => (one.kind === 'heads' ? one.heads.map(({ log, seq }) => [log, seq]) : [])),
    [[ownLog, 5]]
  )
})

test("while the peer holds more of this home's log than this home, only that is asked for and nothing of it told", () => {
  const fake = new FakeVault()
  fake.lengths.set(ownLog, 2)
  const { tell } = machineOver(fake)
  tell(up, hello(other))
  fake.lengths.set(ownLog, 3)
  const effects = tell(
    message({ kind: 'heads', vault, heads: [{ log: ownLog, seq: 9, hash: hashOf(ownLog, 9) }], numbers: [] }),
    { kind: 'grown', vault }
  )
  assert.deepEqual(sent(effects), [{ kind: 'want', vault, ranges: [{ log: ownLog, from: 4, to: 9 }] }])
})

test('the next part is asked for only when the last one was dealt with, and nothing twice', () => {
  const fake = new FakeVault()
  const { machine, tell } = machineOver(fake)
  tell(up, hello(other))
  tell(message({ kind: 'heads', vault, heads: [{ log: peerLog, seq: 10, hash: hashOf(peerLog, 10) }], numbers: [] }))
  const turn = tell(message({ kind: 'entries', vault, entries: [], role: 'part' })).find(
    ({ kind }) => kind === 'receive'
  )!.turn
  assert.equal(machine.isSettled(), false)
  fake.lengths.set(peerLog, 4)
  const next = tell({ kind: 'received', turn, vault, role: 'part', report: report([{ log: peerLog, seq: 4 }]) })
  assert.deepEqual(sent(next), [{ kind: 'want', vault, ranges: [{ log: peerLog, from: 5, to: 10 }] }])
  tell(message({ kind: 'entries', vault, entries: [], role: 'last' }))
  const end = tell({ kind: 'received', turn, vault, role: 'last', report: report([]) })
  assert.deepEqual(sent(end), [{ kind: 'idle', vault, dealt: 3 }])
})

test('work begun before a vault was dropped is not mistaken for work of now', () => {
  const fake = new FakeVault()
  const { tell } = machineOver(fake)
  tell(up, hello(other), message({ kind: 'heads', vault, heads: [], numbers: [] }))
  const turn = tell(message({ kind: 'entries', vault, entries: [], role: 'pushed' })).find(
    ({ kind }) => kind === 'receive'
  )!.turn
  fake.named = false
  assert.deepEqual(
    sent(tell({ kind: 'reconsider', nowMs: 0 })).map(({ kind }) => kind),
    ['refused']
  )
  assert.deepEqual(tell({ kind: 'received', turn, vault, role: 'pushed', report: report([]) }), [])
  fake.named = true
  assert.deepEqual(
    sent(tell({ kind: 'reconsider', nowMs: 0 })).map(({ kind }) => kind),
    ['hello']
  )
  tell(hello(other))
  assert.deepEqual(tell({ kind: 'received', turn, vault, role: 'pushed', report: report([]) }), [])
})
