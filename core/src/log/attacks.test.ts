import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isHoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import type { UnverifiedEntry } from './entry.ts'
import {
  certify,
  revoke,
  testAccount,
  testDevice,
  testGenesis,
  testIncarnation,
  testRecord,
  TestReplica
} from './testing.ts'
import { signEntry } from './write.ts'

/** Founder anna with laptop a and phone b; owner bert with c; all have seen the start. */
async function start() {
  const [anna, bert] = [await testAccount('anna'), await testAccount('bert')]
  const [a, b, c] = [await testDevice('a'), await testDevice('b'), await testDevice('c')]
  const genesis = await testGenesis(anna, a)
  const open = (device: typeof a): Promise<TestReplica> => TestReplica.open(device, genesis)
  const [ra, rb, rc] = [await open(a), await open(b), await open(c)]
  await ra.say(
    { kind: 'import', signed: await certify(anna, b) },
    { kind: 'add', root: bert.root, recovery: bert.recovery, role: 'owner', name: 'bert' },
    { kind: 'import', signed: await certify(bert, c) }
  )
  await ra.newEpoch('first')
  for (const replica of [rb, rc]) await replica.pull(ra)
  return { anna, bert, a, b, c, genesis, open, ra, rb, rc }
}

const refused = (code: ErrorCode) => (error: unknown) => isHoldfastError(error, code)

test('A15 what a revoked device backdates does not count, what others had built on does, the same everywhere', async () => {
  const { anna, a, b, ra, rb, rc, open } = await start()
  const known = await rb.change('seen by the remover')
  await ra.pull(rb)
  const fed = await rb.change('fed to one partitioned member')
  await rc.pull(rb)
  const built = await rc.change('built on it')
  const revocation = await ra.say({ kind: 'import', signed: await revoke(anna, b, a) })
  const late = await rb.change('written without knowing')
  const backdated = await rb.change('backdated later')
  const relay = await open(await testDevice('relay'))
  await relay.pull(ra)
  for (const entry of [late, backdated, fed, built].filter((entry) => !relay.log.has(entry.hash))) {
    if (entry === late || entry === backdated) continue
    await relay.take(entry)
  }
  await relay.take(late)
  await relay.take(backdated)
  for (const entry of [known, fed, built, revocation]) assert.ok(relay.log.isCounted(entry.hash))
  assert.deepEqual(relay.log.quarantined(), [late.hash, backdated.hash])
  await ra.pull(relay)
  assert.deepEqual(ra.log.heads(), relay.log.heads())
  await ra.newEpoch('without b')
  await rc.pull(ra)
  await rc.change('goes on')
})

test('A15 a helper certified by a revoked device vouches for nothing', async () => {
  const { anna, a, b, ra, rb, open } = await start()
  await ra.say({ kind: 'import', signed: await revoke(anna, b, a) })
  const helper = await testDevice('helper')
  const bad = await rb.change('backdated')
  await rb.say({ kind: 'import', signed: await certify(anna, helper, b) })
  const rh = await open(helper)
  await rh.pull(rb)
  const vouching = await rh.change('I have seen it')
  for (const entry of rh.entries.values()) if (!ra.log.has(entry.hash)) await ra.take(entry)
  assert.equal(ra.log.isCounted(bad.hash), false)
  assert.equal(ra.log.isCounted(vouching.hash), false)
  assert.equal(ra.log.membership().roleOf(helper.id), null)
})

test('A15 a revoked device cannot make its backdated entries count by carrying its own revocation', async () => {
  const { anna, a, b, ra, rb } = await start()
  const signed = await revoke(anna, b, a)
  await ra.say({ kind: 'import', signed })
  const bad = await rb.change('backdated')
  await rb.say({ kind: 'import', signed })
  for (const entry of rb.entries.values()) if (!ra.log.has(entry.hash)) await ra.take(entry)
  assert.equal(ra.log.isCounted(bad.hash), false)
})

test('A15 a removed member cannot make its backdated entries count by leaving or by freezing itself', async () => {
  const { bert, c, ra, rc } = await start()
  await ra.say({ kind: 'remove', account: bert.id, voidUnpinsFrom: [] })
  const bad = await rc.change('backdated')
  const header = rc.log.draft({ device: c.id, incarnation: rc.incarnation, kind: 'statement', timeMs: 1 })
  const empty = { kind: 'statement', statements: [] } as const
  const twins = [
    await signEntry(header, empty, c.seed),
    await signEntry({ ...header, timeMs: 2 }, empty, c.seed)
  ] as const
  for (const twin of twins) await rc.take(twin)
  rc.incarnation = testIncarnation(5)
  const [x, y] = twins.map(({ bytes }) => ({ bytes: bytes.header, signature: bytes.signature }))
  await rc.write('freeze', { kind: 'freeze', proof: [x!, y!] })
  await rc.say({ kind: 'remove', account: bert.id, voidUnpinsFrom: [] })
  for (const entry of rc.entries.values()) if (!ra.log.has(entry.hash)) await ra.take(entry)
  assert.equal(ra.log.isCounted(bad.hash), false)
  await ra.newEpoch('without bert')
  await ra.change('goes on')
})

test('the only device may be retired by the root key on that device itself: what it wrote still counts', async () => {
  const { anna, a, ra, rb } = await start()
  const last = await ra.change('last')
  await ra.say({ kind: 'import', signed: await revoke(anna, a) })
  await rb.pull(ra)
  assert.ok(rb.log.isCounted(last.hash))
  await rb.newEpoch('without it')
  await rb.change('goes on')
})

test('A15 an entry that knows the revocation and builds on what it cut off is refused', async () => {
  const { anna, a, b, ra, rb, rc } = await start()
  await ra.say({ kind: 'import', signed: await revoke(anna, b, a) })
  const late = await rb.change('late')
  await rc.pull(ra)
  await rc.take(late)
  const header = rc.log.draft({ device: rc.device.id, incarnation: rc.incarnation, kind: 'statement', timeMs: 1 })
  const both = { ...header, seen: [...header.seen, late.hash].sort() }
  const entry = await signEntry(both, { kind: 'statement', statements: [] }, rc.device.seed)
  await assert.rejects(rc.log.verify(entry), refused('MALFORMED'))
})

test('A16 two devices of one account that revoke each other both fall, and the root key decides', async () => {
  const { anna, a, b, ra, rb, rc, open } = await start()
  await ra.say({ kind: 'import', signed: await revoke(anna, b, a) })
  await rb.say({ kind: 'import', signed: await revoke(anna, a, b) })
  await rc.pull(ra)
  await rc.pull(rb)
  await ra.pull(rb)
  for (const replica of [ra, rc]) {
    assert.deepEqual([...replica.log.membership().accounts.get(anna.id)!.devices.keys()], [])
    assert.equal(replica.log.writableEpoch(), null)
  }
  const fresh = await testDevice('from the words')
  const rf = await open(fresh)
  await rf.pull(rc)
  await rf.say({ kind: 'import', signed: await certify(anna, fresh) })
  const epoch = await rf.newEpoch('after the words')
  await rc.pull(rf)
  assert.equal(rc.log.writableEpoch(), epoch)
  assert.deepEqual([...rc.log.membership().accounts.get(anna.id)!.devices.keys()], [fresh.id])
})

test('A16 owners of equal rank that remove each other both fall; nobody removes a higher rank', async () => {
  const { anna, ra, rb, rc, open } = await start()
  const [carl, d] = [await testAccount('carl'), await testDevice('d')]
  const [dora, e] = [await testAccount('dora'), await testDevice('e')]
  const add = async (who: typeof carl, device: typeof d) =>
    [
      { kind: 'add', root: who.root, recovery: who.recovery, role: 'owner', name: '' },
      { kind: 'import', signed: await certify(who, device) }
    ] as const
  await ra.say(...(await add(carl, d)))
  await rb.say(...(await add(dora, e)))
  const [rd, re] = [await open(d), await open(e)]
  for (const replica of [rd, re]) for (const from of [ra, rb]) await replica.pull(from)
  const remove = (account: typeof carl) => ({ kind: 'remove', account: account.id, voidUnpinsFrom: [] }) as const
  await rd.say(remove(dora))
  await re.say(remove(carl))
  await assert.rejects(rd.say(remove(await testAccount('bert'))), refused('NOT_A_MEMBER'))
  await assert.rejects(rd.say(remove(anna)), refused('NOT_A_MEMBER'))
  for (const from of [rd, re]) await rc.pull(from)
  assert.deepEqual(new Set(rc.log.membership().accounts.keys()), new Set([anna.id, (await testAccount('bert')).id]))
})

test('A17 two entries with one number freeze that log, and all honest peers agree on the cut', async () => {
  const { ra, rb, rc, b } = await start()
  const common = await rb.change('common')
  await rc.pull(rb)
  await rc.change('has seen the common one')
  const options = { device: b.id, incarnation: rb.incarnation, kind: 'statement', timeMs: 1 } as const
  const header = rb.log.draft(options)
  const one = await signEntry(header, { kind: 'statement', statements: [] }, b.seed)
  const two = await signEntry({ ...header, timeMs: 2 }, { kind: 'statement', statements: [] }, b.seed)
  await ra.pull(rc)
  await ra.take(one)
  await rc.take(two)
  assert.ok(ra.log.isCounted(one.hash) && rc.log.isCounted(two.hash))
  const verdict = await ra.log.verify(two)
  assert.equal(verdict.kind, 'forked')
  assert.deepEqual((await ra.take(two)).uncounted, [one.hash])
  const [frozen] = ra.log.frozenLogs()
  const proof = frozen!
    .proof!.map((hash) => ra.entries.get(hash)!.bytes)
    .map((bytes) => ({ bytes: bytes.header, signature: bytes.signature }))
  await ra.write('freeze', { kind: 'freeze', proof: [proof[0]!, proof[1]!] })
  await rc.pull(ra)
  for (const replica of [ra, rc]) {
    assert.ok(replica.log.isCounted(common.hash))
    assert.equal(replica.log.isCounted(one.hash), false)
    assert.equal(replica.log.isCounted(two.hash), false)
  }
  assert.deepEqual(ra.log.heads(), rc.log.heads())
  assert.throws(() => ra.log.draft(options), refused('FORKED'))
  rb.incarnation = testIncarnation(7)
  await rb.pull(rc)
  await rb.change('goes on in a new life')
})

test('A17 of a frozen log no more is kept than the cap, unless something was built on it', async () => {
  const { ra, rb, b } = await start()
  const header = rb.log.draft({ device: b.id, incarnation: rb.incarnation, kind: 'statement', timeMs: 1 })
  const twin = (timeMs: number): Promise<UnverifiedEntry> =>
    signEntry({ ...header, timeMs }, { kind: 'statement', statements: [] }, b.seed)
  for (let i = 0; i < LIMITS.quarantinedPerLog; i++) await ra.take(await twin(i))
  const next = await twin(LIMITS.quarantinedPerLog)
  await assert.rejects(ra.log.verify(next), refused('RATE_LIMITED'))
  assert.equal((await ra.log.verify(next, { wanted: true })).kind, 'forked')
})

test('A9 A14 strangers, readers and removed members write nothing', async () => {
  const { anna, bert, a, b, ra, rb, rc, open } = await start()
  const stranger = await open(await testDevice('stranger'))
  await stranger.pull(ra)
  await assert.rejects(stranger.say(), refused('NOT_A_MEMBER'))
  const own = await testAccount('stranger')
  await assert.rejects(
    stranger.say({ kind: 'import', signed: await certify(own, stranger.device) }),
    refused('NOT_A_MEMBER')
  )
  await assert.rejects(
    stranger.say({ kind: 'import', signed: await certify({ ...own, id: anna.id }, stranger.device) }),
    refused('NOT_A_MEMBER')
  )
  await ra.say({ kind: 'role', account: bert.id, role: 'reader' })
  await rc.pull(ra)
  await assert.rejects(rc.change('as a reader'), refused('NOT_A_MEMBER'))
  const certificate = await certify(anna, b)
  await ra.say({ kind: 'import', signed: await revoke(anna, b, a) })
  await rb.pull(ra)
  await assert.rejects(rb.say({ kind: 'import', signed: certificate }), refused('NOT_A_MEMBER'))
  await assert.rejects(ra.say({ kind: 'import', signed: certificate }), refused('NOT_A_MEMBER'))
})

test('A14 A33 an epoch that leaves out a member or slips in another is refused', async () => {
  const { ra } = await start()
  const epoch = ra.log.epochs()[0]!
  const body = ra.log.entry(epoch.entry)!.body
  assert.ok(body?.kind === 'epoch')
  const spare = { ...body, epoch: testRecord('x').hash as never, parents: [] }
  const slipped = { kind: 'device', id: (await testDevice('stranger')).id, sealed: body.wraps[0]!.sealed } as const
  await assert.rejects(ra.write('epoch', { ...spare, wraps: body.wraps.slice(1) }), refused('MALFORMED'))
  await assert.rejects(
    ra.write('epoch', {
      ...spare,
      wraps: [slipped, ...body.wraps].sort((x, y) => (x.kind + x.id < y.kind + y.id ? -1 : 1))
    }),
    refused('MALFORMED')
  )
})

test('a reader begins no epoch', async () => {
  const [anna, bert] = [await testAccount('anna'), await testAccount('bert')]
  const [a, b] = [await testDevice('a'), await testDevice('b')]
  const genesis = await testGenesis(anna, a)
  const [owner, reader] = [await TestReplica.open(a, genesis), await TestReplica.open(b, genesis)]
  const { root, recovery, id } = bert
  await owner.say(
    { kind: 'add', root, recovery, role: 'reader', name: 'bert' },
    { kind: 'import', signed: await certify(bert, b) }
  )
  await owner.newEpoch('first')
  await reader.pull(owner)
  await assert.rejects(reader.newEpoch('mine'), { code: 'NOT_A_MEMBER' })
  await owner.say({ kind: 'role', account: id, role: 'writer' })
  await reader.pull(owner)
  await reader.newEpoch('mine')
})
