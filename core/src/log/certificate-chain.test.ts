import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encode } from '../base/codec.ts'
import { isHoldfastError } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import type { SignedStatement } from './account-statement.ts'
import { assertChain, chainTo, chainValue, decodeChain } from './certificate-chain.ts'
import { encodeHeader } from './header.ts'
import { certify, revoke, testAccount, testDevice, testIncarnation, TestReplica } from './testing.ts'
import type { TestDevice } from './testing.ts'
import { VaultLog } from './vault-log.ts'
import { signGenesis } from './write.ts'

const anna = await testAccount('anna')
const bert = await testAccount('bert')
const devices = await Promise.all(Array.from({ length: LIMITS.genesisChain + 1 }, (_, i) => testDevice(`chain ${i}`)))
/** Of each device by the one before it. */
const links: SignedStatement[] = []
for (const [i, device] of devices.entries()) links.push(await certify(anna, device, devices[i - 1]))
const longest = links.slice(0, LIMITS.genesisChain)
const last = devices[LIMITS.genesisChain - 1]!

function found(chain: readonly SignedStatement[], device: TestDevice): ReturnType<typeof signGenesis> {
  const { root, recovery } = anna
  const genesis = { kind: 'folder', documents: 16, root, recovery, chain, nonce: new Uint8Array(16) } as const
  return signGenesis(genesis, { device: device.id, incarnation: testIncarnation(1), timeMs: 1, seed: device.seed })
}

test('a device that another one certified founds a vault, and everybody on its chain is a device of the founder', async () => {
  const genesis = await found(longest, last)
  assert.ok(encodeHeader(genesis.header).length <= LIMITS.headerBytes)
  const replica = await TestReplica.open(last, genesis)
  const owner = replica.log.membership().accounts.get(anna.id)!
  assert.equal(owner.role, 'owner')
  assert.deepEqual([...owner.devices.keys()].sort(), longest.map((_, i) => devices[i]!.id).sort())
  await replica.newEpoch('first')
  await replica.change('by the last device of the chain')
})

test('no vault is founded on a chain that does not lead from the root key to the device that signs', async () => {
  const foreign = [await certify(bert, devices[0]!), links[1]!]
  const twice = [links[0]!, links[1]!, await certify(anna, devices[0]!, devices[1]), links[1]!]
  const chains: [string, readonly SignedStatement[]][] = [
    ['begins in the middle', links.slice(1, 2)],
    ['leaves one out', [links[0]!, links[2]!]],
    ['of another account', foreign],
    ['ends at another device', links.slice(0, 1)],
    ['passes a device twice', twice],
    ['a revocation', [links[0]!, await revoke(anna, devices[1]!, devices[0])]]
  ]
  for (const [name, chain] of chains) {
    const entry = await found(chain, devices[1]!)
    await assert.rejects(VaultLog.fromGenesis(entry), { code: 'NOT_A_MEMBER' }, name)
  }
  await assert.rejects(found(links, devices.at(-1)!), { code: 'MALFORMED' })
  await assert.rejects(found([], last), { code: 'MALFORMED' })
})

test('a chain with one signature by somebody else is refused', async () => {
  for (const [i, link] of longest.entries()) {
    const chain = longest.with(i, { ...link, signature: longest[(i + 1) % longest.length]!.signature })
    await assert.rejects(assertChain(chain, anna.root), { code: 'BAD_SIGNATURE' })
  }
  assert.equal(await assertChain(longest, anna.root), last.id)
})

test('the chain to a device is found among its account statements, the shortest of several, in whatever order', async () => {
  const shortcut = await certify(anna, devices[3]!)
  const all = [...links, shortcut, await certify(bert, devices[2]!), await revoke(anna, devices[5]!)]
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (statements) => {
      assert.deepEqual(chainTo(devices[2]!.id, anna.root, statements), links.slice(0, 3))
      assert.deepEqual(chainTo(devices[4]!.id, anna.root, statements), [shortcut, links[4]])
    }),
    { numRuns: 20 }
  )
  assert.throws(() => chainTo(devices.at(-1)!.id, anna.root, links), { code: 'NOT_A_MEMBER' })
  assert.throws(() => chainTo(devices[0]!.id, bert.root, links), { code: 'NOT_A_MEMBER' })
})

test('whatever stands for a chain is read or refused with a code', () => {
  assert.deepEqual(decodeChain(chainValue(longest)), longest)
  const leaf = fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.integer(), fc.constant(null))
  const junk = fc.oneof(leaf, fc.array(fc.oneof(leaf, fc.array(leaf, { maxLength: 3 })), { maxLength: 9 }))
  fc.assert(
    fc.property(junk, (value) => {
      encode(value)
      assert.throws(() => decodeChain(value), isHoldfastError)
    })
  )
})
