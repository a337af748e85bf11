import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idFromBytes } from '../../base/ids.ts'
import type { DeviceId, EntryHash, RecordHash, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { decodeEntry, encodeEntry } from '../../log/entry.ts'
import type { UnverifiedEntry } from '../../log/entry.ts'
import {
  testAccount,
  testDevice,
  testEpoch,
  testGenesis,
  testIncarnation,
  testRecord,
  TestReplica
} from '../../log/testing.ts'
import type { TestDevice } from '../../log/testing.ts'
import { signEntry } from '../../log/write.ts'
import { blake3 } from '../../proof/blake3.ts'
import { utf8 } from '../../base/bytes.ts'
import { decodeMessage, encodeMessage } from '../wire/messages.ts'
import type { Message } from '../wire/messages.ts'
import { SyncSession } from './session.ts'
import { memoryLinkPair } from '../testing/memory-link.ts'
import type { MemoryLink } from '../testing/memory-link.ts'
import { exchange, testVault } from '../testing/test-home.ts'
import type { TestHome } from '../testing/test-home.ts'

/** Speaks the protocol by hand over the end of a link that an attacker holds. */
class Attacker {
  readonly heard: Message[] = []
  readonly link: MemoryLink
  readonly victim: SyncSession

  constructor(home: TestHome, as: DeviceId) {
    const [own, theirs] = memoryLinkPair(as, home.device.id, { window: 1000 })
    this.link = own
    own.onMessage(async (bytes) => void this.heard.push(decodeMessage(bytes)))
    this.victim = new SyncSession({ replica: home.replica, link: theirs, clock: home.clock })
    this.victim.start()
  }

  async say(message: Message): Promise<void> {
    await this.raw(encodeMessage(message))
  }

  async raw(bytes: Uint8Array): Promise<void> {
    await this.link.send(bytes).catch(() => undefined)
    await turns()
  }

  /** Says hello as a device that holds other things. */
  async meet(vault: VaultId): Promise<void> {
    await this.say({
      kind: 'hello',
      role: 'device',
      vaults: [{ vault, digest: '00'.repeat(32), told: null }],
      nowMs: 0
    })
    await this.say({ kind: 'heads', vault, heads: [], numbers: [] })
  }

  push(vault: VaultId, entries: readonly UnverifiedEntry[]): Promise<void> {
    const wires = entries.map(({ bytes }) => ({ entry: encodeEntry(bytes), records: [] }))
    return this.say({ kind: 'entries', vault, entries: wires, role: 'pushed' })
  }

  kinds(): string[] {
    return this.heard.map(({ kind }) => kind)
  }
}

/** A relay with everything, attacked by the phone, which is a member. */
async function scene(): Promise<{
  id: VaultId
  relay: TestHome
  laptop: TestHome
  phone: TestDevice
  attacker: Attacker
  lies: () => number
}> {
  const { id, devices, relay } = await testVault()
  const [laptop, phone] = devices as [TestHome, TestHome]
  await laptop.change(id, 'one')
  await exchange(laptop, relay)
  const attacker = new Attacker(relay, phone.device.id)
  const lies = (): number => relay.replica.peers.list().find(({ peer }) => peer === phone.device.id)?.lies ?? 0
  return { id, relay, laptop, phone: phone.device, attacker, lies }
}

test('a stranger is told of no vault, and a vault it names gets the same answer as one that does not exist', async () => {
  const { id, relay } = await scene()
  const stranger = new Attacker(relay, (await testDevice('stranger')).id)
  await stranger.say({
    kind: 'hello',
    role: 'device',
    vaults: [{ vault: id, digest: '00'.repeat(32), told: null }],
    nowMs: 0
  })
  await stranger.say({
    kind: 'hello',
    role: 'device',
    vaults: [{ vault: '11'.repeat(32) as VaultId, digest: '00'.repeat(32), told: null }],
    nowMs: 0
  })
  await stranger.say({ kind: 'want', vault: id, ranges: [] })
  const [hello, ...rest] = stranger.heard
  assert.deepEqual(hello?.kind === 'hello' && hello.vaults, [])
  assert.deepEqual(
    rest.map((message) => ({ ...message, vault: null })),
    [
      { kind: 'refused', vault: null },
      { kind: 'refused', vault: null }
    ]
  )
})

test('entries for a vault that is not shared are not even looked at', async () => {
  const { id, relay, laptop } = await scene()
  const stranger = new Attacker(relay, (await testDevice('stranger')).id)
  await stranger.say({ kind: 'hello', role: 'device', vaults: [], nowMs: 0 })
  const writes = relay.kv.writes
  const hash = await laptop.change(id, 'two')
  const wire = (await laptop.vault(id).wireEntry(hash))!
  await stranger.say({ kind: 'entries', vault: id, entries: [wire], role: 'pushed' })
  assert.equal(relay.kv.writes, writes)
  assert.equal(relay.vault(id).holds(hash), false)
})

test('an entry with a changed byte, a wrong chain or by an unknown device is refused and the peer remembered for it', async () => {
  const { id, relay, laptop, phone, attacker, lies } = await scene()
  await attacker.meet(id)
  const heads = relay.vault(id).heads()
  const good = decodeEntry((await laptop.vault(id).wireEntry(await laptop.change(id, 'two')))!.entry).bytes
  const header = good.header.slice()
  header[header.length - 1]! ^= 1
  const signature = good.signature.map((byte) => byte ^ 1)
  const payload = good.payload!.map((byte) => byte ^ 1)
  for (const bad of [
    { ...good, header },
    { ...good, signature },
    { ...good, payload }
  ]) {
    await attacker.say({
      kind: 'entries',
      vault: id,
      entries: [{ entry: encodeEntry(bad), records: [] }],
      role: 'pushed'
    })
  }
  assert.equal(lies(), 3)
  const stranger = await testDevice('stranger')
  const draft = laptop.vault(id).log.draft({
    device: stranger.id,
    incarnation: testIncarnation(5),
    kind: 'change',
    timeMs: 1,
    epoch: testEpoch('first')
  })
  await attacker.push(id, [await signEntry({ ...draft, seen: [heads[0]!.hash] }, utf8('x'), stranger.seed)])
  assert.equal(lies(), 4)
  assert.deepEqual(relay.vault(id).heads(), heads)
  assert.ok(attacker.link.isClosed)
  assert.equal(phone.id, attacker.victim.peer)
})

test('an entry out of its place in the chain is refused, the good ones beside it are taken', async () => {
  const { id, relay, phone, attacker } = await scene()
  await attacker.meet(id)
  const { log } = relay.vault(id)
  const first = log.draft({
    device: phone.id,
    incarnation: testIncarnation(2),
    kind: 'change',
    timeMs: 1,
    epoch: log.writableEpoch()!
  })
  const good = await signEntry(first, utf8('good'), phone.seed)
  const bad = await signEntry({ ...first, seq: 3, prev: good.hash }, utf8('bad'), phone.seed)
  await attacker.push(id, [good, bad])
  assert.equal(relay.vault(id).holds(good.hash), true)
  assert.equal(relay.vault(id).holds(bad.hash), false)
})

test('entries that wait for ever fill no more than their share, and go with their peer', async () => {
  const { id, relay, phone, attacker } = await scene()
  await attacker.meet(id)
  const { log } = relay.vault(id)
  const draft = log.draft({
    device: phone.id,
    incarnation: testIncarnation(2),
    kind: 'change',
    timeMs: 1,
    epoch: log.writableEpoch()!
  })
  let pushed: UnverifiedEntry[] = []
  for (let i = 0; i < LIMITS.pendingEntries; i++) {
    const seen = [idFromBytes<EntryHash>(blake3(utf8(`nowhere ${i}`)))]
    pushed.push(await signEntry({ ...draft, seen }, utf8(`${i}`), phone.seed))
    if (pushed.length < 200) continue
    await attacker.push(id, pushed)
    pushed = []
  }
  assert.equal(relay.vault(id).waitingEntries, LIMITS.pendingEntries / 4)
  attacker.link.close()
  assert.equal(relay.vault(id).waitingEntries, 0)
})

test('a peer that promises what it never gives is asked once, and others are asked then', async () => {
  const { id, relay, laptop, attacker } = await scene()
  await attacker.meet(id)
  const log = laptop.vault(id).heads()[0]!.log
  await attacker.say({
    kind: 'heads',
    vault: id,
    heads: [{ log, seq: 1_000_000, hash: 'ab'.repeat(32) as EntryHash }],
    numbers: []
  })
  assert.equal(attacker.kinds().filter((kind) => kind === 'want').length, 1)
  const hash = await laptop.change(id, 'while the attacker keeps silent')
  const meeting = exchange(laptop, relay)
  await turns()
  relay.clock.now += LIMITS.pullStallMs
  await relay.replica.tick()
  await meeting
  assert.ok(relay.vault(id).holds(hash))
  await attacker.say({ kind: 'entries', vault: id, entries: [], role: 'last' })
  assert.equal(attacker.kinds().filter((kind) => kind === 'want').length, 1)
})

test('what is no message, too large a message, or an answer nobody asked for again and again ends the link', async () => {
  for (const bytes of [new Uint8Array([0xff]), new Uint8Array(LIMITS.syncFrameBytes + 1), utf8('hello')]) {
    const { attacker, lies, id } = await scene()
    await attacker.meet(id)
    for (let i = 0; i < LIMITS.liesPerLink; i++) await attacker.raw(bytes)
    assert.equal(lies(), LIMITS.liesPerLink)
    assert.ok(attacker.link.isClosed)
  }
})

test('a head statement with a lower number, or of a stranger, replaces nothing; two with one number are noticed', async () => {
  const { id, relay, laptop, attacker } = await scene()
  await attacker.meet(id)
  const problems: (string | null)[] = []
  relay.replica.onProblem(({ code, peer }) => problems.push(code, peer))
  const old = laptop.vault(id).statement(laptop.device.id)!
  await laptop.change(id, 'two')
  await exchange(laptop, relay)
  const number = (): number =>
    relay
      .vault(id)
      .numbers()
      .find(({ device }) => device === laptop.device.id)!.number
  const before = number()
  await attacker.say({ kind: 'statements', vault: id, statements: [old] })
  assert.equal(number(), before)
  const forged = { ...old, signature: old.signature.map((byte) => byte ^ 1) }
  await attacker.say({ kind: 'statements', vault: id, statements: [forged] })
  assert.equal(number(), before)
})

test('a member cannot make a home keep more logs than a vault may have', async () => {
  const { id, attacker } = await scene()
  await attacker.meet(id)
  for (let round = 0; round < 3; round++) {
    const heads = Array.from({ length: LIMITS.logsPerVault }, (_, i) => ({
      log: `${idFromBytes<DeviceId>(blake3(utf8(`${round} ${i}`)))}:${testIncarnation(1)}` as never,
      seq: 1,
      hash: 'cd'.repeat(32) as EntryHash
    })).sort((a, b) => (a['log'] < b['log'] ? -1 : 1))
    await attacker.say({ kind: 'heads', vault: id, heads, numbers: [] })
  }
  for (let i = 0; i < LIMITS.liesPerLink; i++) await attacker.say({ kind: 'heads', vault: id, heads: [], numbers: [] })
  assert.ok(attacker.link.isClosed)
})

test('an entry of another vault is refused although its signature is good', async () => {
  const { id, relay, phone, attacker, lies } = await scene()
  await attacker.meet(id)
  const other = await TestReplica.open(phone, await testGenesis(await testAccount('ben'), phone))
  await other.newEpoch('other')
  await attacker.push(id, [await other.change('elsewhere')])
  assert.equal(lies(), 1)
  assert.equal(relay.vault(id).waitingEntries, 0)
})

/** Lets everything that is under way come to rest: nothing in these tests waits for a timer. */
async function turns(): Promise<void> {
  for (let i = 0; i < 30; i++) await new Promise((resolve) => setImmediate(resolve))
}

test('a relay that tells of entries nobody holds, or of objects they do not bring, fills nothing here', async () => {
  const { id, devices, relay } = await testVault()
  const [laptop] = devices as [TestHome]
  const entry = await laptop.change(id, 'one', { records: [testRecord('a file')] })
  const attacker = new Attacker(laptop, relay.device.id)
  await attacker.say({
    kind: 'hello',
    role: 'relay',
    vaults: [{ vault: id, digest: '00'.repeat(32), told: null }],
    nowMs: 0
  })
  const tell = (of: EntryHash, elsewhere: RecordHash[] = []): Promise<void> =>
    attacker.say({ kind: 'state', vault: id, entry: of, incomplete: [], elsewhere })
  const rows = async (): Promise<number> => {
    await laptop.replica.peers.flush()
    return [...laptop.kv.rows.keys()].filter((key) => key.startsWith('sync-peer/s/')).length
  }
  const lies = (): number => laptop.replica.peers.list().find(({ peer }) => peer === relay.device.id)?.lies ?? 0
  for (let i = 0; i < 20; i++) await tell(idFromBytes<EntryHash>(blake3(utf8(`invented ${i}`))))
  assert.deepEqual([await rows(), lies()], [0, 0], 'an honest one may be ahead')
  await tell(entry, [idFromBytes<RecordHash>(blake3(utf8('invented')))])
  assert.deepEqual([await rows(), lies()], [0, 1])
  await tell(entry)
  assert.deepEqual([await rows(), lies()], [1, 1])
})
