import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decode, encode } from '../base/codec.ts'
import type { Value } from '../base/codec.ts'
import { isHoldfastError } from '../base/errors.ts'
import type { DeviceId, FileId, VaultId } from '../base/ids.ts'
import { SIGN } from '../base/labels.ts'
import { LIMITS } from '../base/limits.ts'
import type { SignLabel } from '../base/labels.ts'
import { sign } from '../proof/sign.ts'
import { decodeEnvelope, encodeEnvelope, envelopeIdOf } from '../sync/wire/envelope-bytes.ts'
import type { KeyId } from '../sync/wire/envelope-bytes.ts'
import { openEnvelope, sealEnvelope } from './envelope.ts'
import type { OpenedEnvelope, RecipientKey } from './envelope.ts'
import { asContent, contentValue, decodeInvitation, encodeInvitation } from './envelope-content.ts'
import type { EnvelopeContent, Invitation } from './envelope-content.ts'
import type { DeviceSecrets } from './secrets.ts'
import { mailKey, mailPerson } from './testing-mail.ts'
import type { MailPerson } from './testing-mail.ts'
import { resealed } from './testing-reseal.ts'

const relay = 'ab'.repeat(32) as DeviceId
const [anna, carl, eve] = [await mailPerson('anna'), await mailPerson('carl', { devices: 2 }), await mailPerson('eve')]
const secrets = new Map<KeyId, Uint8Array>()

const invitation: Invitation = {
  genesis: { header: new Uint8Array(300).fill(1), signature: new Uint8Array(64).fill(2) },
  name: 'Holiday',
  file: '0f'.repeat(16) as FileId,
  role: 'writer',
  relays: [{ peer: relay, name: 'pi', addresses: ['/ip4/127.0.0.1/tcp/1'] }],
  floor: { vault: '0e'.repeat(32) as VaultId, heads: [], epochs: [] }
}
const request: EnvelopeContent = { kind: 'request', text: 'hello' }

async function keysOf(person: MailPerson): Promise<RecipientKey[]> {
  const keys: RecipientKey[] = []
  for (const device of person.devices) {
    const { recipient, secret } = await mailKey(person, device, relay)
    secrets.set(recipient.id, secret)
    keys.push(recipient)
  }
  return keys
}

const write = async (content: EnvelopeContent, change: Partial<Parameters<typeof sealEnvelope>[0]> = {}) =>
  sealEnvelope({
    card: anna.card,
    seed: anna.devices[0]!.seed,
    to: carl.account.id,
    keys: await keysOf(carl),
    content,
    random: anna.random,
    ...change
  })

const read = (bytes: Uint8Array, person = carl, device: DeviceSecrets = person.devices[0]!): Promise<OpenedEnvelope> =>
  openEnvelope(bytes, {
    account: person.account.id,
    device: device.device,
    secretOf: async (key) => secrets.get(key)
  })

test('every device of the recipient reads the same, and who signed it', async () => {
  for (const content of [request, { kind: 'invitation' as const, invitation }]) {
    const bytes = await write(content)
    for (const device of carl.devices) {
      const opened = await read(bytes, carl, device)
      assert.deepEqual(opened.content, content)
      assert.deepEqual(opened.sender, anna.card)
      assert.equal(opened.id, envelopeIdOf(bytes))
    }
  }
  assert.deepEqual(decodeInvitation(encodeInvitation(invitation)), invitation)
})

test('without the key of its slot a device opens nothing, and another device’s key does not do', async () => {
  const bytes = await write(request)
  const [first, second] = decodeEnvelope(bytes).slots
  const keyOf = (id: KeyId | undefined) => ({
    account: carl.account.id,
    device: first!.device,
    secretOf: async () => (id === undefined ? undefined : secrets.get(id))
  })
  await assert.rejects(openEnvelope(bytes, keyOf(undefined)), { code: 'NOT_HERE' })
  await assert.rejects(openEnvelope(bytes, keyOf(second!.key)), { code: 'DECRYPT_FAILED' })
  await assert.rejects(openEnvelope(bytes, { ...keyOf(first!.key), device: eve.devices[0]!.device }), {
    code: 'NOT_HERE'
  })
})

test('A25 an envelope to one account is worth nothing to another, also when its reader seals it again', async () => {
  const bytes = await write(request)
  await assert.rejects(read(bytes, eve), { code: 'REFUSED' })
  // Carl passes on to Eve what Anna signed for him, in an envelope that is addressed to Eve.
  const passedOn = await sealAgain(bytes, eve, (body) => body)
  await assert.rejects(read(passedOn, eve), { code: 'REFUSED' })
})

test('A25 no slot can be taken out, added or changed: an envelope that was seen comes back only as the same', async () => {
  const bytes = await write(request)
  const parts = decodeEnvelope(bytes)
  for (const slots of [
    parts.slots.slice(0, 1),
    parts.slots.map((slot, at) => (at === 1 ? { ...slot, sealed: slot.sealed.with(0, slot.sealed[0]! ^ 1) } : slot)),
    parts.slots.map((slot, at) => (at === 1 ? { ...slot, device: 'ff'.repeat(32) as DeviceId } : slot))
  ]) {
    const device = carl.devices.find(({ device: id }) => id === slots[0]!.device)!
    await assert.rejects(read(encodeEnvelope({ ...parts, slots }), carl, device), { code: 'DECRYPT_FAILED' })
  }
})

test('A32 what was signed as something else is no envelope, and an envelope’s signature is nothing else', async () => {
  const labels = Object.values(SIGN).filter((label) => label !== SIGN.envelope)
  const bytes = await write(request)
  for (const label of labels) {
    const forged = await sealAgain(bytes, carl, (body) => signedAs(body, label, anna.devices[0]!.seed))
    await assert.rejects(read(forged), { code: 'BAD_SIGNATURE' }, label)
  }
  const byAnother = await sealAgain(bytes, carl, (body) => signedAs(body, SIGN.envelope, eve.devices[0]!.seed))
  await assert.rejects(read(byAnother), { code: 'BAD_SIGNATURE' }, 'a card of somebody else is no proof of being them')
  const good = await sealAgain(bytes, carl, (body) => signedAs(body, SIGN.envelope, anna.devices[0]!.seed))
  assert.equal((await read(good)).sender.account, anna.account.id)
})

test('two devices are never shown two bodies: the key says which one it is for', async () => {
  const bytes = await write(request)
  const other = await sealAgain(bytes, carl, (body) => body, 32)
  await assert.rejects(read(other), { code: 'COMMITMENT_MISMATCH' })
})

test('any byte changed is noticed, whatever it is', async () => {
  const bytes = await write(request)
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
      await assert.rejects(read(bytes.with(at, bytes[at]! ^ by)), isHoldfastError)
    }),
    { numRuns: 60 }
  )
})

test('contents that nobody writes are refused: no text, too much text, another kind, a name over the limit', () => {
  const refused: Value[] = [
    [1, ''],
    [1, 'x'.repeat(LIMITS.requestTextBytes + 1)],
    [2, 'x'],
    [1, null],
    (contentValue({ kind: 'invitation', invitation: { ...invitation, name: 'x'.repeat(300) } }) as Value[])!
  ]
  for (const value of refused) assert.throws(() => asContent(value), { code: 'MALFORMED' })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        decodeInvitation(bytes)
      } catch (error) {
        assert.ok(isHoldfastError(error))
      }
    })
  )
})

test('what would not fit an envelope is refused before it is sent', async () => {
  const heads = Array.from({ length: 4000 }, (_, i) => ({
    log: `${i.toString(16).padStart(64, '0')}:${'00'.repeat(8)}` as never,
    seq: 1,
    hash: '01'.repeat(32) as never
  }))
  const floor = { ...invitation.floor, heads }
  const content: EnvelopeContent = { kind: 'invitation', invitation: { ...invitation, floor } }
  await assert.rejects(write(content), { code: 'TOO_LARGE' })
})

/** An envelope for `person` around what another one says inside, made by somebody who could open that. */
async function sealAgain(
  bytes: Uint8Array,
  person: MailPerson,
  change: (body: Uint8Array) => Uint8Array | Promise<Uint8Array>,
  spoilCommitmentAt?: number
): Promise<Uint8Array> {
  const slot = decodeEnvelope(bytes).slots.find(({ device }) => device === carl.devices[0]!.device)!
  return resealed(bytes, {
    from: { account: carl.account.id, device: slot.device, secret: secrets.get(slot.key)! },
    to: person.account.id,
    keys: await keysOf(person),
    change,
    random: eve.random,
    ...(spoilCommitmentAt === undefined ? {} : { spoilCommitmentAt })
  })
}

async function signedAs(body: Uint8Array, label: SignLabel, seed: Uint8Array): Promise<Uint8Array> {
  const [, signed] = decode(body, LIMITS.envelopeBytes) as Value[]
  return encode([1, signed!, await sign(label, seed, signed as Uint8Array)])
}
