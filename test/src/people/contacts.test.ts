// Cards and contacts, by the operations that the commands run, on homes in memory.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cardText, makeCard, readCardText } from '@holdfast/core/vault/contact-card'
import { isOlder, ownCard } from '@holdfast/core/engine/account/contacts'
import type { StatementHash } from '@holdfast/core/log/account-statement'
import { revoke } from '@holdfast/core/engine/account/devices'
import { readDocumented, unlike } from '@holdfast/node/term/documented'
import { Device } from '../attacks/scene/device.ts'
import { exchange } from '../attacks/scene/link.ts'
import { Relay } from '../attacks/scene/relay.ts'
import { runIn } from '../e2e/people.ts'
import type { Said } from '../e2e/people.ts'

const documented = readDocumented()
const [anna, bert] = [await Device.found('Annas laptop'), await Device.found('Bert')]
const card = async (of: Device): Promise<string> => cardText(await ownCard(of.engine))
const contacts = async (of: Device): Promise<Said[]> =>
  (await said(of, 'contact ls')).filter(({ type }) => type === 'contact')

const said = (of: Device, op: string, args: Readonly<Record<string, unknown>> = {}): Promise<Said[]> =>
  runIn(of.engine, op, args)

async function add(to: Device, text: string, verified = false): Promise<Said[]> {
  return said(to, 'contact add', { card: text, verified })
}

test('a card that was made before relays were named brings back none of the older ones', async () => {
  const [older, newer] = [
    { floor: [], relaysHeight: 2 },
    { floor: [], relaysHeight: 7 }
  ]
  assert.equal(isOlder(older, newer), true)
  assert.equal(isOlder(newer, older), false)
  assert.equal(isOlder(newer, newer), false)
  const known = ['aa'.repeat(32) as StatementHash]
  assert.equal(isOlder({ ...newer, floor: [] }, { ...older, floor: known }), true, 'it knew fewer devices')
  assert.equal(isOlder({ ...older, floor: known }, newer), false)
})

test('somebody is called as they say, until then as their first device is', async () => {
  const [first] = await said(anna, 'contact')
  assert.equal(first?.['name'], 'Annas laptop')
  const [named] = await runIn(anna.engine, 'contact', { name: 'Anna' })
  assert.equal(named?.['name'], 'Anna')
  assert.equal((await readCardText(String(named?.['card']))).name, 'Anna')
  await assert.rejects(runIn(anna.engine, 'contact', { name: 'a\u202eb' }), { code: 'NAME_NOT_ALLOWED' })
})

test('both see the same words; only who says that they match makes a contact verified, and nothing takes it back', async () => {
  const [one] = await add(anna, await card(bert))
  const [other] = await add(bert, await card(anna))
  assert.deepEqual(one?.['words'], other?.['words'])
  const verified = async (): Promise<unknown[]> => (await contacts(anna)).map((contact) => contact['verified'])
  assert.deepEqual(await verified(), [false])
  await add(anna, await card(bert), true)
  await add(anna, await card(bert))
  assert.deepEqual(await verified(), [true])
  await assert.rejects(add(anna, await card(anna), true), { code: 'OWN_CARD' })
  await assert.rejects(add(anna, `${await card(bert)}A`, true), { code: 'BAD_CARD' })
})

test('a new card of the same account brings its relays and name; an older one does not bring them back', async () => {
  const old = await card(bert)
  await Relay.of(bert)
  const desk = await Device.join(bert, 'desk')
  await exchange(bert, desk)
  await runIn(desk.engine, 'contact', { name: 'Bert B' })
  const added = (await add(anna, await card(desk))).at(-1)
  assert.deepEqual(
    [added?.['name'], added?.['known'], added?.['verified'], (added?.['relays'] as unknown[]).length],
    ['Bert B', true, true, 1]
  )
  const again = (await add(anna, old)).at(-1)
  assert.deepEqual([again?.['name'], (again?.['relays'] as unknown[]).length], ['Bert B', 1])
  await exchange(bert, desk)
  await desk.close()
})

test('a card with a known name and another key is a hard stop that shows both keys', async () => {
  const swapped = await Device.found('bert b')
  const heard: Said[] = []
  await assert.rejects(runIn(anna.engine, 'contact add', { card: await card(swapped), verified: true }, heard), {
    code: 'KEY_CHANGED'
  })
  const [line] = heard as [Said & Record<'known' | 'offered', { account: string }>]
  assert.deepEqual(unlike(documented, 'contact add', { v: 1, ...line }), [])
  assert.deepEqual([line.known.account, line.offered.account], [bert.home.state.account, swapped.home.state.account])
  assert.equal((await contacts(anna)).length, 1)
  await swapped.close()
})

test('a contact that is blocked stays blocked on all devices, and is found by the start of the id', async () => {
  const phone = await Device.join(anna, 'phone')
  const [contact] = await contacts(anna)
  await said(anna, 'contact block', { name: String(contact?.['account']).slice(0, 10) })
  await exchange(anna, phone)
  assert.equal((await contacts(phone))[0]?.['blocked'], true)
  await said(phone, 'contact unblock', { name: 'BERT B' })
  await exchange(anna, phone)
  assert.equal((await contacts(anna))[0]?.['blocked'], false)
  await said(phone, 'contact rm', { name: 'bert b' })
  await exchange(anna, phone)
  assert.deepEqual(await contacts(anna), [])
  await assert.rejects(runIn(anna.engine, 'contact rm', { name: 'Bert B' }), { code: 'UNKNOWN_CONTACT' })
  await phone.close()
})

test('a card that a device signed which its account has removed, as far as is known here, is refused', async () => {
  const stolen = await Device.join(bert, 'stolen')
  await exchange(bert, stolen)
  const shown = await card(stolen)
  await add(anna, shown)
  await exchange(bert, stolen)
  await revoke(bert.engine, stolen.id, [])
  const { state } = bert.home
  // What a shared vault would have told: here Bert's own vault, for Anna's device to look at.
  const { vaults } = anna.engine
  anna.engine.vaults = () => [...vaults.call(anna.engine), bert.vault]
  try {
    await assert.rejects(add(anna, shown, true), { code: 'CARD_REVOKED' })
    await add(anna, await card(bert), true)
  } finally {
    anna.engine.vaults = vaults
  }
  const forged = await makeCard({
    root: state.root,
    recovery: state.recovery,
    name: 'Bert B',
    chain: (await readCardText(shown)).chain,
    relays: [],
    floor: [],
    seed: bert.secrets.seed
  }).catch((error: unknown) => error)
  assert.equal((forged as { code?: string }).code, 'BAD_SIGNATURE')
  await stolen.close()
})
