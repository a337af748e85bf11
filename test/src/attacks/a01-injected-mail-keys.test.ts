import assert from 'node:assert/strict'
import { test } from 'node:test'
import { revoke } from '@holdfast/core/log/testing'
import { decodeEnvelope } from '@holdfast/core/sync/wire/envelope-bytes'
import { decodeMailRequest, encodeMailReply } from '@holdfast/core/sync/wire/mail-messages'
import { makeCard } from '@holdfast/core/vault/contact-card'
import { asTestDevice, mailKey, mailPerson } from '@holdfast/core/vault/testing-mail'
import { personAt, PostOffice, two, waitingAt } from '../mail/post.ts'

test('A1 a relay that slips a key of its own into a look-up gets nothing, and another relay of the card brings it', async () => {
  const offices = [await PostOffice.named('r1'), await PostOffice.named('r2'), await PostOffice.named('r3')]
  const [evil, good, own] = offices as [PostOffice, PostOffice, PostOffice]
  const [anna] = (await personAt('anna', [own], offices)).readers
  const carl = await personAt('carl', [evil, good], offices)
  await carl.readers[0]!.meet()
  await carl.readers[0]!.leave()
  const eve = await mailPerson('eve')
  const { signed } = await mailKey(eve, eve.devices[0]!, evil.id, { account: carl.card.account })
  let asked = 0
  evil.meddle = (header, _body, honest) => {
    if (decodeMailRequest(header).kind !== 'lookUp') return honest()
    asked += 1
    const reply = { kind: 'account' as const, statements: carl.person.statements, keys: [signed] }
    return Promise.resolve({ header: encodeMailReply(reply) })
  }
  await good.goDown()
  await anna!.say(carl.card, 'for Carl alone')
  await anna!.meet()
  assert.ok(asked > 0)
  assert.equal((await anna!.mail.waiting())[0]?.at.length, 0)
  assert.equal(waitingAt(evil), 0, 'nothing was sealed to it')
  await good.restart()
  await anna!.mail.exchange()
  await anna!.mail.exchange()
  await carl.readers[0]!.meet()
  assert.deepEqual(carl.readers[0]!.texts(), ['for Carl alone'])
})

test('A1 a relay that hides a revocation which the card names hands out nothing that is used', async () => {
  const { south, anna, carl } = await two(2)
  const [laptop, phone] = carl.person.devices
  const revocation = await revoke(carl.person.account, asTestDevice(phone!), asTestDevice(laptop!))
  const { root, recovery } = carl.person.account
  const floor = [...carl.person.statements, revocation].map(({ hash }) => hash)
  const { chain, relays } = carl.card
  const newer = await makeCard({ root, recovery, name: 'Carl', chain, relays, floor, seed: laptop!.seed })
  await anna.say(newer, 'not for the lost phone')
  await anna.meet()
  assert.equal((await anna.mail.waiting())[0]?.lastError, 'ROLLED_BACK')
  south.revocations.push(revocation)
  await anna.mail.exchange()
  assert.deepEqual(await anna.mail.waiting(), [])
  const [envelope] = [...south.kv.rows].filter(([key]) => key.startsWith('mail-body/')).map(([, value]) => value)
  assert.deepEqual(
    decodeEnvelope(envelope!).slots.map(({ device }) => device),
    [laptop!.device]
  )
})
