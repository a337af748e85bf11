import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UnverifiedEntry } from './entry.ts'
import { certify, testAccount, testDevice, testGenesis, TestReplica } from './testing.ts'
import { signEntry } from './write.ts'

/** The founder with two devices that have both written. */
async function start() {
  const anna = await testAccount('anna')
  const [a, b] = [await testDevice('a'), await testDevice('b')]
  const genesis = await testGenesis(anna, a)
  const [ra, rb] = [await TestReplica.open(a, genesis), await TestReplica.open(b, genesis)]
  await ra.say({ kind: 'import', signed: await certify(anna, b) })
  await ra.newEpoch('first')
  await rb.pull(ra)
  await rb.say()
  await ra.pull(rb)
  return { a, genesis, ra, rb }
}

test('what an entry of a forked log says holds again once somebody who stands is seen to have built on it', async () => {
  const { a, genesis, ra, rb } = await start()
  const bert = await testAccount('bert')
  const header = ra.log.draft({ device: a.id, incarnation: ra.incarnation, kind: 'statement', timeMs: 1 })
  const twin = (statements: Parameters<typeof ra.say>): Promise<UnverifiedEntry> =>
    signEntry(header, { kind: 'statement', statements }, a.seed)
  const relays = {
    kind: 'relays',
    relays: [{ peer: a.id, name: 'pi', addresses: [] }],
    copies: 1,
    repairAfterMs: 0
  } as const
  const one = await twin([
    relays,
    { kind: 'add', root: bert.root, recovery: bert.recovery, role: 'writer', name: 'bert' }
  ])
  const two = await twin([])
  await rb.take(one)
  const built = await rb.change('built on the first')
  for (const order of [
    [one, two, built],
    [one, built, two],
    [two, one, built]
  ]) {
    const fresh = await TestReplica.open(await testDevice('relay'), genesis)
    for (const entry of [...rb.entries.values()].filter((entry) => !order.includes(entry))) {
      if (entry !== genesis) await fresh.take(entry)
    }
    let last
    for (const entry of order) last = await fresh.take(entry)
    assert.ok(fresh.log.isCounted(one.hash) && !fresh.log.isCounted(two.hash))
    assert.deepEqual(fresh.log.membership().relays, relays.relays)
    assert.equal(fresh.log.membership().accounts.get(bert.id)?.role, 'writer')
    if (order[2] === built) assert.equal(last?.membershipChanged, true)
  }
})
