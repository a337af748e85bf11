import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from '../base/codec.ts'
import type { FileId } from '../base/ids.ts'
import type { Intent } from '../index/edits.ts'
import { certify, testAccount, testDevice } from '../log/testing.ts'
import { makeCard } from './contact-card.ts'
import type { ContactCard } from './contact-card.ts'
import { contactIntent, contactOf, contactsOf, findContact, ownName, ownNameIntent } from './contacts.ts'
import { userNameFrom } from './user-name.ts'

const [anna, bert, carla] = [await testAccount('anna'), await testAccount('bert'), await testAccount('carla')]

async function cardOf(account: typeof anna, name: string): Promise<ContactCard> {
  const device = await testDevice(`laptop of ${name}`)
  const chain = [await certify(account, device)]
  return makeCard({ ...account, name, chain, relays: [], floor: [], seed: device.seed })
}

/** The extras of an index: of each key the values that no other replaced, as concurrent devices leave them. */
function extrasOf(...intents: Intent[]): Parameters<typeof contactsOf>[0] {
  const values = (file: FileId, name: string): Uint8Array[] =>
    intents.flatMap(({ key, value }) => (key === `n/${file}/${name}` && value !== null ? [value] : []))
  const files = (name: string): FileId[] => [
    ...new Set(intents.flatMap(({ key }) => (key.endsWith(`/${name}`) ? [key.slice(2, 34) as FileId] : [])))
  ]
  return {
    extraValues: values,
    extras: (name) => files(name).map((file) => ({ file, value: values(file, name).at(-1)! }))
  }
}

test('people are found by name in any case and by the start of their id; two by one name are told apart', async () => {
  const [one, two] = [await cardOf(bert, 'Bert'), await cardOf(carla, 'bert')]
  const known = { verified: true, blocked: false }
  const index = extrasOf(contactIntent({ card: one, ...known }), contactIntent({ card: two, ...known }))
  assert.deepEqual(
    contactsOf(index).map(({ name }) => name),
    ['Bert', 'bert']
  )
  assert.throws(() => findContact(index, 'BERT'), { code: 'AMBIGUOUS_NAME' })
  assert.throws(() => findContact(index, 'Anna'), { code: 'UNKNOWN_CONTACT' })
  assert.throws(() => findContact(index, bert.id.slice(0, 7)), { code: 'UNKNOWN_CONTACT' })
  assert.equal(findContact(index, bert.id.slice(0, 8)).name, 'Bert')
  assert.equal(contactOf(index, carla.id)?.name, 'bert')
  assert.equal(contactOf(index, anna.id), undefined)
})

test('what two devices say of somebody at once never takes a verification or a block back', async () => {
  const card = await cardOf(bert, 'Bert')
  const index = extrasOf(
    contactIntent({ card, verified: true, blocked: false }),
    contactIntent({ card, verified: false, blocked: true }),
    contactIntent({ card, verified: false, blocked: false })
  )
  const [{ verified, blocked } = {}] = contactsOf(index)
  assert.deepEqual([verified, blocked], [true, true])
})

test('extras that are no contact, or stand at somebody else, are nobody', async () => {
  const card = await cardOf(bert, 'Bert')
  const good = contactIntent({ card, verified: false, blocked: false })
  const elsewhere = { ...good, key: `n/${carla.id.slice(0, 32)}/contact` }
  const junk = { key: good.key, value: encode([1, card.bytes, 1, false]) }
  assert.deepEqual(contactsOf(extrasOf(elsewhere, junk, { key: good.key, value: new Uint8Array(9) })), [])
})

test('the own name is what was set last, and never one that a card could not carry', () => {
  assert.equal(ownName(extrasOf(), anna.id), undefined)
  assert.equal(ownName(extrasOf(ownNameIntent(anna.id, 'Anna')), anna.id), 'Anna')
  assert.throws(() => ownNameIntent(anna.id, 'a/b'), { code: 'NAME_NOT_ALLOWED' })
  assert.equal(ownName(extrasOf({ ...ownNameIntent(anna.id, 'A'), value: encode([1, 'a/b']) }), anna.id), undefined)
  assert.equal(userNameFrom(' Annas\u200b Laptop/1 '), 'Annas Laptop_1')
  assert.equal(userNameFrom('木'.repeat(99)), '木'.repeat(64))
  assert.equal(userNameFrom(''), '_')
})
