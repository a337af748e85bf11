import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decode, encode } from '../base/codec.ts'
import { isHoldfastError } from '../base/errors.ts'
import type { SignedStatement } from './account-statement.ts'
import type { RevocationProof } from './revocation-proof.ts'
import { provesRevoked, readRevocationProof, revocationOf, revocationProofValue } from './revocation-proof.ts'
import { certify, revoke, testAccount, testDevice, testGenesis, TestReplica } from './testing.ts'

const anna = await testAccount('anna')
const [laptop, phone, tablet] = [await testDevice('laptop'), await testDevice('phone'), await testDevice('tablet')]
const certificates = [await certify(anna, phone, laptop), await certify(anna, tablet, phone)]

async function logWith(...more: SignedStatement[]): Promise<TestReplica> {
  const log = await TestReplica.open(laptop, await testGenesis(anna, laptop, 'account'))
  for (const signed of [...certificates, ...more]) await log.say({ kind: 'import', signed })
  return log
}

test('who was revoked is shown so, itself or through who certified it; who stays or was kept is not', async () => {
  const before = (await logWith()).log
  for (const [revocation, fallen, standing] of [
    [await revoke(anna, phone, laptop), [phone, tablet], [laptop]],
    [await revoke(anna, phone, laptop, [tablet]), [phone], [laptop, tablet]],
    [await revoke(anna, phone), [phone, tablet], [laptop]]
  ] as const) {
    const { log } = await logWith(revocation)
    for (const { id } of fallen) {
      const proof = revocationOf(log, anna.id, id)!
      const read = readRevocationProof(decode(encode(revocationProofValue(proof)), 10_000))
      assert.deepEqual(read, proof)
      assert.ok(await provesRevoked(read, before, anna.id, id))
      for (const other of standing) assert.equal(await provesRevoked(read, before, anna.id, other.id), false)
    }
    for (const { id } of standing) assert.equal(revocationOf(log, anna.id, id), undefined)
  }
})

test('nobody but a device of the account, and none that it revoked, can make one believe that it was revoked', async () => {
  const { log } = await logWith()
  const chain = [...log.genesis.chain, certificates[0]!]
  const good: RevocationProof = { chain, revocation: await revoke(anna, tablet, phone) }
  const proves = (proof: RevocationProof, at = log): Promise<boolean> => provesRevoked(proof, at, anna.id, tablet.id)
  assert.ok(await proves(good))
  const other = await testAccount('bert')
  const forged = { ...good.revocation, signature: good.revocation.signature.map((byte) => byte ^ 1) }
  assert.equal(await proves({ ...good, revocation: forged }), false)
  assert.equal(await proves({ ...good, chain: log.genesis.chain }), false)
  assert.equal(await proves({ ...good, chain: null }), false)
  assert.equal(await proves({ chain: null, revocation: await revoke(other, tablet) }), false)
  assert.equal(await proves({ chain, revocation: certificates[1]! }), false)
  const knows = await logWith(await revoke(anna, phone, laptop, [tablet]))
  assert.equal(await proves(good, knows.log), false, 'the phone was revoked itself')
})

test('garbage for a proof is refused with a code', () => {
  const leaf = fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.constant(null))
  fc.assert(
    fc.property(fc.oneof(leaf, fc.array(fc.oneof(leaf, fc.array(leaf)), { maxLength: 3 })), (value) => {
      assert.throws(() => readRevocationProof(value), isHoldfastError)
    })
  )
})
