import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromBase64Url, toBase64Url } from '../base/base64url.ts'
import type { Value } from '../base/codec.ts'
import { decode, encode } from '../base/codec.ts'
import { isHoldfastError } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import { SIGN } from '../base/labels.ts'
import { LIMITS } from '../base/limits.ts'
import type { StatementHash } from '../log/account-statement.ts'
import type { RelayInfo } from '../log/statement.ts'
import { certify, testAccount, testDevice } from '../log/testing.ts'
import { sign } from '../proof/sign.ts'
import { cardText, fingerprint, makeCard, readCard, readCardText, readKeptCard, wordsBetween } from './contact-card.ts'
import type { ContactCard } from './contact-card.ts'

const [anna, bert] = [await testAccount('anna'), await testAccount('bert')]
const [laptop, phone, other] = [await testDevice('laptop'), await testDevice('phone'), await testDevice('other')]
const chain = [await certify(anna, laptop), await certify(anna, phone, laptop)]
const relays: RelayInfo[] = [{ peer: other.id, name: 'pi', addresses: ['/ip4/127.0.0.1/tcp/4256'] }]
const floor = chain.map(({ hash }) => hash)

const make = (change: Partial<Parameters<typeof makeCard>[0]> = {}): Promise<ContactCard> =>
  makeCard({ ...anna, name: 'Anna', chain, relays, floor, seed: phone.seed, ...change })

/** The card with another body, signed again by the device: what somebody could send who has a good one. */
async function changed(change: (items: Value[]) => void, seed = phone.seed): Promise<Uint8Array> {
  const [, body] = decode((await make()).bytes, LIMITS.cardBytes) as Value[]
  const items = [...(decode(body as Uint8Array, LIMITS.cardBytes) as Value[])]
  change(items)
  const bytes = encode(items)
  return encode([1, bytes, await sign(SIGN.contactCard, seed, bytes)])
}

test('a card made on any device of the account is read by somebody else as it was meant', async () => {
  const card = await readCardText(` ${cardText(await make())}\n`)
  assert.equal(card.account, anna.id)
  assert.equal(card.device, phone.id)
  assert.deepEqual([card.root, card.recovery, card.name], [anna.root, anna.recovery, 'Anna'])
  assert.deepEqual(card.relays, relays)
  assert.deepEqual(card.floor, floor.toSorted())
  assert.deepEqual(readKeptCard(card.bytes), card)
  assert.deepEqual(card.chain, chain)
})

test('a card with any byte changed is refused, so no key can be swapped in it', async () => {
  const { bytes } = await make()
  for (let i = 0; i < bytes.length; i += 1) {
    const bad = bytes.with(i, bytes[i]! ^ 1)
    await assert.rejects(readCard(bad), isHoldfastError)
  }
})

test('a card is good only with a chain from its root key to the device that signed it', async () => {
  const { bytes } = await make()
  await readCard(bytes)
  await assert.rejects(readCard(await changed((items) => (items[1] = bert.root))), { code: 'NOT_A_MEMBER' })
  await assert.rejects(readCard(await changed(() => {}, laptop.seed)), { code: 'BAD_SIGNATURE' })
  await assert.rejects(make({ seed: other.seed }), { code: 'BAD_SIGNATURE' })
  await assert.rejects(make({ chain: [await certify(bert, phone)] }), { code: 'NOT_A_MEMBER' })
  await assert.rejects(make({ chain: chain.slice(1) }), { code: 'NOT_A_MEMBER' })
  const forged = [chain[0]!, { ...chain[1]!, signature: chain[0]!.signature }]
  await assert.rejects(make({ chain: forged }), { code: 'BAD_SIGNATURE' })
})

test('a name that could deceive or leave a folder never stands in a card', async () => {
  const bad = ['', ' Anna', 'Anna ', 'a/b', 'a\\b', '..', 'a\nb', 'a\u0000', 'a\u202eb', '\u2066a', 'An\u200bna', 'con']
  bad.push('a'.repeat(65), '木'.repeat(65), '\ud800', 'Anna.', 'o\ufeff')
  for (const name of bad) {
    await assert.rejects(make({ name }), { code: 'NAME_NOT_ALLOWED' }, JSON.stringify(name))
    if (name === '\ud800') continue // not even encoded
    await assert.rejects(readCard(await changed((items) => (items[3] = name))), { code: 'MALFORMED' })
  }
  await assert.rejects(readCard(await changed((items) => (items[3] = 'e\u0301'))), { code: 'MALFORMED' })
  assert.equal((await make({ name: 'e\u0301' })).name, 'é')
  for (const name of ['a', 'Anna Müller', '木'.repeat(64), '👩‍👩‍👧', "O'Neil"])
    assert.equal((await make({ name })).name, name)
})

test('lists that are too long, repeat themselves or are not sorted are refused; a card too large drops relays, not itself', async () => {
  await assert.rejects(readCard(await changed((items) => (items[6] = [...(items[6] as Value[])].reverse()))), {
    code: 'MALFORMED'
  })
  await assert.rejects(
    readCard(await changed((items) => (items[5] = [...(items[5] as Value[]), ...(items[5] as Value[])]))),
    {
      code: 'MALFORMED'
    }
  )
  const many = Array.from({ length: LIMITS.relays }, (_, i) => ({
    peer: i.toString(16).padStart(64, '0') as DeviceId,
    name: 'pi',
    addresses: Array.from({ length: LIMITS.addresses }, () => 'a'.repeat(LIMITS.addressBytes))
  }))
  const card = await make({ relays: many })
  assert.ok(card.bytes.length <= LIMITS.cardBytes && card.relays.length > 4 && card.relays.length < LIMITS.relays)
  await assert.rejects(readCard(new Uint8Array(LIMITS.cardBytes + 1)), { code: 'TOO_LARGE' })
})

test('an account with more statements than a card names still has a card, which names the newest', async () => {
  const all = Array.from(
    { length: LIMITS.cardFloor + 3 },
    (_, i) => (1000 - i).toString(16).padStart(64, '0') as StatementHash
  )
  const card = await readCard((await make({ floor: all })).bytes)
  assert.deepEqual(card.floor, all.slice(3).toSorted())
})

test('any text or bytes that are no card are refused with a code, quickly', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        fc.uint8Array({ maxLength: 300 }).map((b) => `holdfast:contact/${toBase64Url(b)}`)
      ),
      (text) => assert.rejects(readCardText(text), { code: 'BAD_CARD' })
    )
  )
  const { bytes } = await make()
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.uint8Array({ minLength: 1, maxLength: 40 }), async (at, junk) => {
      const bad = bytes.slice()
      bad.set(junk.subarray(0, bytes.length - at), at)
      if (Buffer.from(bad).equals(bytes)) return
      await assert.rejects(readCard(bad), isHoldfastError)
    }),
    { numRuns: 50 }
  )
  const text = cardText(await make())
  for (const bad of [
    text.slice(1),
    text.slice(0, -1),
    `${text}A`,
    text.replace('contact', 'pair'),
    'holdfast:contact/'.padEnd(100_000, 'A')
  ])
    await assert.rejects(readCardText(bad), { code: 'BAD_CARD' })
  assert.deepEqual(fromBase64Url(text.slice('holdfast:contact/'.length)), bytes)
})

test('the twelve words are the same for both sides, and others for any other pair', () => {
  const words = wordsBetween(anna.root, bert.root)
  assert.equal(words.length, 12)
  assert.deepEqual(wordsBetween(bert.root, anna.root), words)
  assert.notDeepEqual(wordsBetween(anna.root, other.xPublic), words)
  assert.match(fingerprint(anna.id), /^[0-9a-f]{8}( [0-9a-f]{8}){3}$/)
})
